import { expect, it } from 'vitest'
import { HEAD_BYTES, TRACE_RECORDS, TraceRing, unpackTrace } from '../../src/net/trace.ts'

it('gives what came since the last take, oldest first, with fate and times', () => {
  const ring = new TraceRing()
  const [n1, n2, c0] = [ring.name('n1'), ring.name('n2'), ring.name('c0')]
  expect(ring.name('n2')).toBe(n2)
  const short = Uint8Array.from([1, 2, 3])
  const long = new Uint8Array(65_507).map((_, i) => i)
  ring.push(n1, n2, short, 'passed', 1_000, 2_000)
  ring.push(n2, c0, long, 'cut', 3_000, Number.NaN)
  expect(unpackTrace(ring.take())).toEqual({
    records: [
      { time: 1_000, from: 'n1', to: 'n2', bytes: 3, fate: 'passed', head: short, left: 2_000 },
      { time: 3_000, from: 'n2', to: 'c0', bytes: 65_507, fate: 'cut', head: long.subarray(0, HEAD_BYTES) },
    ],
    lost: 0,
  })
  expect(unpackTrace(ring.take())).toEqual({ records: [], lost: 0 })
})

it('keeps the newest and counts what it lost', () => {
  const ring = new TraceRing()
  const [n1, n2] = [ring.name('n1'), ring.name('n2')]
  for (let i = 0; i < 10; i++) ring.push(n1, n2, Uint8Array.of(i), 'loss', i, Number.NaN)
  ring.take()
  for (let i = 0; i < TRACE_RECORDS + 123; i++) ring.push(n1, n2, Uint8Array.of(i), 'loss', i, Number.NaN)
  const { records, lost } = unpackTrace(ring.take())
  expect(lost).toBe(123)
  expect(records.map((record) => record.time)).toEqual(Array.from({ length: TRACE_RECORDS }, (_, i) => i + 123))
  expect(records.every(({ head, time }) => head.length === 1 && head[0] === time % 256)).toBe(true)
})
