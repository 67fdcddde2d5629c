import { describe, expect, test } from 'vitest'
import { Recorder, type RecorderOptions } from '../../src/history/recorder.ts'
import type { HistoryEvent, Request } from '../../src/history/types.ts'
import type { OperationResult } from '../../src/machine/contract.ts'

const MS = 1_000_000
const PUT: Request = { f: 'put', key: 'city', value: 'Oslo', timeoutMs: 1_000 }
const CAS: Request = { f: 'cas', key: 'city', value: ['Oslo', 'Bergen'], timeoutMs: 1_000 }
const OK: OperationResult = { id: 1, outcome: 'ok', attempts: 1, node: 'n1' }
const INFO: OperationResult = { id: 1, outcome: 'info', code: 'timeout', attempts: 3 }

function setUp(options: Partial<RecorderOptions> = {}) {
  const lines: { type: string; time: number; process?: number; client?: string }[] = []
  const clock = { ms: 0 }
  const recorder = new Recorder({ nowNs: () => clock.ms * MS, sink: { write: (line) => lines.push(JSON.parse(line)) }, ...options })
  return { recorder, clock, lines }
}

function event(type: HistoryEvent['type'], client: string, ms: number): HistoryEvent {
  return { process: 0, type, f: 'put', key: 'k', value: 'v', time: ms * MS, client }
}

describe('order', () => {
  test('events of several sources are written in time order, invokes first at ties, faults among them', () => {
    const { recorder, clock, lines } = setUp()
    const load = recorder.source('load')
    const first = recorder.begin('c1', PUT)
    clock.ms = 20
    first.end(OK)
    recorder.fault('killed n3', 15 * MS)
    clock.ms = 200
    load.push([event('invoke', 'l1', 5), event('ok', 'l1', 10), event('invoke', 'l1', 20), event('ok', 'l1', 30)], 100 * MS)
    expect(lines.map(({ type, time, client }) => `${time / MS} ${type} ${client ?? ''}`)).toEqual([
      '0 invoke c1',
      '5 invoke l1',
      '10 ok l1',
      '15 fault ',
      '20 invoke l1',
      '20 ok c1',
      '30 ok l1',
    ])
  })

  test('nothing is final before the slowest source has said so, and a check sees only what is final', () => {
    const { recorder, clock, lines } = setUp()
    const load = recorder.source('load')
    clock.ms = 500
    const put = recorder.begin('c1', PUT)
    clock.ms = 510
    put.end(OK)
    clock.ms = 900
    recorder.flush()
    expect(lines).toEqual([])
    expect([...recorder.events()]).toEqual([])
    load.push([], 505 * MS)
    expect([...recorder.events()].map(({ type }) => type)).toEqual(['invoke'])
    load.close()
    expect([...recorder.events()].map(({ type }) => type)).toEqual(['invoke', 'ok'])
  })

  test('without other sources a check sees what has just happened', () => {
    const { recorder, clock } = setUp()
    const put = recorder.begin('c1', PUT)
    clock.ms = 1
    put.end(OK)
    clock.ms = 2
    expect(recorder.operations()).toMatchObject([{ f: 'put', key: 'city', outcome: 'ok' }])
  })

  test('an answer told after its time was final moves later, so that its interval only grows', () => {
    const { recorder, clock } = setUp()
    const put = recorder.begin('c1', PUT)
    clock.ms = 10
    recorder.events()
    put.end(OK, 5 * MS)
    clock.ms = 11
    expect([...recorder.events()].map(({ time }) => time)).toEqual([0, 10 * MS])
    expect(recorder.widened).toBe(1)
  })

  test('an invoke told after its time was final is a broken promise', () => {
    const { recorder } = setUp()
    const load = recorder.source('load')
    load.push([], 100 * MS)
    recorder.close()
    expect(() => load.push([event('invoke', 'l1', 50)], 200 * MS)).toThrow('was final')
  })
})

describe('process numbers', () => {
  test('a client keeps its number until an unknown outcome, then goes on under a new one', () => {
    const { recorder, clock } = setUp()
    const outcomes = [OK, INFO, OK]
    for (const outcome of outcomes) {
      const put = recorder.begin('c1', PUT)
      clock.ms += 1
      put.end(outcome)
      clock.ms += 1
    }
    expect(recorder.operations().map(({ invoke }) => invoke.process)).toEqual([0, 0, 1])
  })

  test('the numbers of another thread are given anew, so that they never meet those of the prompt', () => {
    const { recorder, clock } = setUp()
    const load = recorder.source('load')
    recorder.begin('c0', PUT)
    clock.ms = 100
    load.push([event('invoke', 'l1', 1), event('info', 'l1', 2), event('invoke', 'l1', 3), event('ok', 'l1', 4)], 90 * MS)
    expect(recorder.operations().map(({ invoke }) => `${invoke.client} ${invoke.process}`)).toEqual(['c0 0', 'l1 1', 'l1 2'])
  })

  test('an operation that waits behind another of its client has a number of its own', () => {
    const { recorder, clock } = setUp()
    const first = recorder.begin('c1', PUT)
    const second = recorder.begin('c1', PUT)
    clock.ms = 1
    first.end(OK)
    second.end(OK)
    clock.ms = 2
    expect(recorder.operations().map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
  })

  test('an operation begun in the nanosecond in which the last ended does not seem to run beside it', () => {
    const { recorder, clock } = setUp()
    recorder.begin('c1', PUT).end(OK)
    recorder.begin('c1', PUT).end(OK)
    clock.ms = 1
    expect(recorder.operations()).toHaveLength(2)
  })
})

describe('lines', () => {
  test('a cas refused on its value is evidence: differs, and what was there', () => {
    const { recorder, clock } = setUp()
    recorder.begin('c1', CAS).end({ id: 1, outcome: 'fail', code: 'conflict', was: null, attempts: 1 })
    recorder.begin('c2', CAS).end({ id: 1, outcome: 'fail', code: 'no-leader', attempts: 1 })
    clock.ms = 1
    const fails = [...recorder.events()].filter(({ type }) => type === 'fail')
    expect(fails).toMatchObject([
      { value: ['Oslo', 'Bergen'], error: 'differs', was: null },
      { value: ['Oslo', 'Bergen'], error: 'no-leader' },
    ])
    expect(fails[1]).not.toHaveProperty('was')
  })

  test('a put repeats what was asked, a get carries what was answered, also none', () => {
    const { recorder, clock } = setUp()
    recorder.begin('c1', PUT).end(OK)
    recorder.begin('c2', { ...PUT, f: 'get', value: null }).end({ ...OK, value: null })
    recorder.begin('c3', { ...PUT, f: 'add', value: '1' }).end({ ...OK, value: '8' })
    clock.ms = 1
    const answers = [...recorder.events()].filter(({ type }) => type === 'ok')
    expect(answers.map(({ f, value, node }) => [f, value, node])).toEqual([
      ['put', 'Oslo', 'n1'],
      ['get', null, 'n1'],
      ['add', '8', 'n1'],
    ])
  })
})

test('a full history says so once, and stays a true prefix', () => {
  const said: string[] = []
  const { recorder, clock, lines } = setUp({ limit: 3, onFull: (why) => said.push(why) })
  for (let round = 0; round < 4; round++) {
    const put = recorder.begin('c1', PUT)
    clock.ms += 1
    put.end(OK)
    clock.ms += 1
    recorder.events()
  }
  expect(recorder.full).toBe(true)
  expect(said).toEqual(['the history is full at 3 events: what follows is neither kept nor checked'])
  expect(lines).toHaveLength(3)
  expect(recorder.operations().map(({ outcome }) => outcome)).toEqual(['ok', 'info'])
})
