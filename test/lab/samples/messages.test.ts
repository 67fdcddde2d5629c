import { expect, it } from 'vitest'
import { MessageSamples, MOST_ALIKE, MOST_COMMON, MOST_DROPPED, MOST_RECORDS, sampleMessages } from '../../../src/lab/samples/messages.ts'
import { encode } from '../../../src/machine/codec.ts'
import type { TraceRecord } from '../../../src/net/types.ts'
import { Outbox } from '../../../src/node/outbox.ts'

const heads = new Map<string, Uint8Array>()

function headOf(type: string): Uint8Array {
  const outbox = new Outbox({ id: 'n1', runId: 7, group: 1, incarnation: 1, crc32: () => 0 })
  outbox.add('n2', encode({ type, term: 1 }))
  const head = heads.get(type) ?? outbox.flush()[0]?.bytes ?? new Uint8Array()
  heads.set(type, head)
  return head
}

function record(time: number, type: string, more: Partial<TraceRecord> = {}): TraceRecord {
  const head = headOf(type)
  return { time: time * 1e3, from: 'n1', to: 'n2', bytes: head.length, fate: 'passed', left: time * 1e3 + 50_000, head, ...more }
}

const many = (count: number, from: number, type: string, more?: Partial<TraceRecord>) =>
  Array.from({ length: count }, (_, i) => record(from + i, type, more))

it('names a datagram by what it carries, when, and how long it took; the probe is left out', () => {
  const { left: _, ...dropped } = record(3, 'vote-reply', { from: 'n2', to: 'n1', fate: 'cut' })
  const trace = [record(1, 'vote'), record(2, 'read', { from: 'p0' }), record(2, 'reply', { to: 'p0' }), dropped]
  expect(sampleMessages(trace)).toEqual({
    records: [
      [1, 'n1', 'n2', 'vote', 'passed', 50],
      [3, 'n2', 'n1', 'vote-reply', 'cut', 0],
    ],
    left: 0,
  })
})

it('keeps dropped and rare ones among thousands of heartbeats, in order of time, and tells how many it left', () => {
  const trace = [
    ...many(2_000, 0, 'heartbeat'),
    ...many(3, 2_000, 'vote'),
    ...many(2_000, 2_003, 'heartbeat'),
    ...many(500, 4_003, 'append', { fate: 'loss' }),
    ...many(2, 4_503, 'vote-reply'),
  ]
  const { records, left } = sampleMessages(trace, 7)
  const count = (wanted: string) => records.filter(([, , , type, fate]) => `${type} ${fate}` === wanted).length
  expect([count('vote passed'), count('vote-reply passed'), count('append loss')]).toEqual([3, 2, MOST_DROPPED])
  expect(count('heartbeat passed')).toBe(MOST_ALIKE)
  expect(records.map(([at]) => at)).toEqual(records.map(([at]) => at).toSorted((a, b) => a - b))
  expect(left + records.length).toBe(trace.length + 7)
})

it('shows each common kind: what answers is not crowded out by a storm of questions', () => {
  const trace = [
    ...many(500, 0, 'pre-vote'),
    ...many(200, 500, 'pre-vote-reply'),
    ...many(100, 700, 'vote'),
    ...many(90, 800, 'heartbeat+2'),
  ]
  const { records, left } = sampleMessages([...trace, ...many(80, 900, 'append')])
  const kinds = ['pre-vote', 'pre-vote-reply', 'vote', 'heartbeat']
  const shown = kinds.map((kind) => records.filter(([, , , type]) => type.replace('+2', '') === kind).length)
  expect(shown).toEqual(kinds.map(() => MOST_ALIKE))
  expect(records.length).toBe(MOST_COMMON)
  expect(left).toBe(970 - MOST_COMMON)
})

it('never names more than it may, whatever is dropped and rare', () => {
  const types = Array.from({ length: 100 }, (_, i) => many(5, i * 5, `kind-${i}`)).flat()
  const { records, left } = sampleMessages([...types, ...many(300, 500, 'append', { fate: 'cut' })])
  expect(records.length).toBe(MOST_RECORDS)
  expect(left).toBe(800 - MOST_RECORDS)
})

it('asks once at a time, tells what it heard, is silent when nothing was said and when the shim is gone', async () => {
  const told: unknown[] = []
  const answers: ((trace: { records: TraceRecord[]; lost: number } | Error) => void)[] = []
  const trace = () =>
    new Promise<{ records: TraceRecord[]; lost: number }>((resolve, reject) => {
      answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)))
    })
  const samples = new MessageSamples({ trace }, { emit: (type, _text, fields) => told.push({ type, ...fields }) })
  samples.close()
  const first = samples.look()
  await samples.look()
  expect(answers.length).toBe(1)
  answers[0]?.({ records: [record(1, 'vote')], lost: 2 })
  await first
  const second = samples.look()
  answers[1]?.({ records: [], lost: 0 })
  await second
  const gone = samples.look()
  answers[2]?.(new Error('the shim died'))
  await gone
  expect(told).toEqual([{ type: 'messages', records: [[1, 'n1', 'n2', 'vote', 'passed', 50]], left: 2 }])
})
