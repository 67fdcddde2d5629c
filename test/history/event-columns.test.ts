import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventColumns } from '../../src/history/event-columns.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { collectGarbage } from '../../src/host/collect.ts'
import { columnsOf } from './columns.ts'

/** Also words that are no words: empty, with halves of a pair of surrogates, named as what every object has. */
const word = fc.oneof(
  fc.constantFrom('', 'get', 'put', 'k1', 'n2', '__proto__', 'constructor', 'a"b\\', '\u0000', 'løk 🧅', '\ud83e', 'x'.repeat(20_000)),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const names = fc.array(word, { maxLength: 4 })
const lineage = fc.record({ made: word, over: names, seen: names }, { requiredKeys: [], noNullPrototype: true })
const value = fc.oneof(
  fc.constant(null),
  word,
  fc.tuple(fc.option(word), fc.option(word)),
  fc.array(word, { minLength: 2, maxLength: 5 }),
  fc.integer(),
  fc.dictionary(word, fc.boolean(), { noNullPrototype: true }),
)
const event: fc.Arbitrary<HistoryEvent> = fc.record(
  {
    process: fc.nat({ max: 2 ** 32 - 1 }),
    type: fc.constantFrom('invoke' as const, 'ok' as const, 'fail' as const, 'info' as const),
    f: word,
    key: fc.option(word),
    value,
    time: fc.oneof(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.double({ noNaN: true })),
    client: word,
    node: word,
    error: word,
    was: fc.option(word),
    lineage,
  },
  { requiredKeys: ['process', 'type', 'f', 'key', 'value', 'time'], noNullPrototype: true },
)

test('each event is read back as it was recorded, whatever it has and lacks', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const columns = columnsOf(events)
      expect([...columns]).toStrictEqual(events)
      for (const [at, { time, process, type, f, key, client }] of events.entries())
        expect([
          columns.timeAt(at),
          columns.processAt(at),
          columns.typeAt(at),
          columns.fAt(at),
          columns.keyAt(at),
          columns.clientAt(at),
        ]).toEqual([time, process, type, f, key, client])
      for (const type of ['invoke', 'ok', 'fail', 'info'] as const)
        expect(columns.count(type)).toBe(events.filter((each) => each.type === type).length)
    }),
    { numRuns: 200 },
  )
})

test('a history of many blocks stands in order, and to look while it grows changes nothing', () => {
  const numbered = (time: number): HistoryEvent => {
    const value = time % 7 === 0 ? null : `v${time}`
    return { process: time % 9, type: time % 2 === 0 ? 'invoke' : 'ok', f: 'put', key: `k${time % 5}`, value, time }
  }
  const events = Array.from({ length: 13_000 }, (_, time) => numbered(time))
  const columns = columnsOf([])
  for (const [at, each] of events.entries()) {
    columns.push(each)
    if (at % 500 === 0) expect([columns.length, columns.eventAt(at)]).toEqual([at + 1, each])
  }
  expect([...columns]).toEqual(events)
})

test('long texts in one block do not run into each other', () => {
  const events = [30_000, 1, 0, 65_536, 200_000].map(
    (length, time): HistoryEvent => ({ process: 0, type: 'ok', f: 'get', key: 'k', value: 'å'.repeat(length), time }),
  )
  expect([...columnsOf(events)]).toEqual(events)
})

test('a position outside the history is refused, and so is a process that is no number of 32 bits', () => {
  const only: HistoryEvent = { process: 0, type: 'invoke', f: 'get', key: 'k', value: null, time: 1 }
  const columns = columnsOf([only])
  for (const at of [-1, 1, 4_096]) expect(() => columns.timeAt(at)).toThrow(RangeError)
  for (const process of [-1, 0.5, 2 ** 32]) expect(() => columnsOf([{ ...only, process }])).toThrow('32 bits')
})

test('an event costs its columns and its text, and nothing of the object that told it is kept', () => {
  const EVENTS = 100_000
  const usedBytes = (): number => {
    collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = usedBytes()
  const columns = new EventColumns()
  for (let at = 0; at < EVENTS; at++) {
    const type = at % 2 === 0 ? 'invoke' : 'ok'
    columns.push({
      process: at % 8,
      type,
      f: 'put',
      key: `k${at % 20}`,
      value: `l1.1.${at}`,
      time: at * 1e6,
      client: `l${at % 8}`,
      node: 'n1',
    })
  }
  const used = usedBytes() - before
  expect(columns.length).toBe(EVENTS)
  expect(used / EVENTS).toBeLessThan(80)
})
