import { expect, test } from 'vitest'
import { LoadCrew } from '../../src/client/load-crew.ts'
import type { LoadPlan } from '../../src/client/types.ts'
import { RunClock } from '../../src/history/clock.ts'
import type { OperationResult } from '../../src/machine/contract.ts'

const PLAN: LoadPlan = { clients: ['l1', 'l2'], keys: 3, rate: 0, mix: { put: 1, get: 1 }, timeoutMs: 1_000, seed: '7' }
const MS = 1_000_000

interface Desk {
  readonly crew: LoadCrew
  readonly asked: { readonly client: string; readonly id: number }[]
  /** The run's clock. */
  nowNs: number
  answer(at: number, result?: Partial<OperationResult>): void
}

function desk(plan: Partial<LoadPlan> = {}): Desk {
  const asked: { client: string; id: number }[] = []
  const clock = new RunClock(0n, () => BigInt(made.nowNs))
  const crew = new LoadCrew({ plan: { ...PLAN, ...plan }, epoch: 1, clock })
  const made: Desk = {
    crew,
    asked,
    nowNs: 0,
    answer: (at, result = {}) => {
      const operation = asked[at]
      if (operation === undefined) throw new Error(`nothing was asked ${at} times`)
      crew.finish(operation.client, { id: operation.id, outcome: 'ok', attempts: 1, ...result })
    },
  }
  for (const client of plan.clients ?? PLAN.clients) crew.add(client, { invoke: (id) => void asked.push({ client, id }) })
  return made
}

test('a closed loop asks again as soon as it is answered, one at a time', () => {
  const { crew, asked, answer } = desk()
  crew.start()
  crew.pace()
  expect(asked.map(({ client }) => client)).toEqual(['l1', 'l2'])
  answer(1)
  expect(asked.map(({ client }) => client)).toEqual(['l1', 'l2', 'l2'])
})

test('every operation is one invoke and one completion, with the times they happened', () => {
  const made = desk({ clients: ['l1'] })
  made.crew.start()
  made.nowNs = 5 * MS
  made.answer(0, { node: 'n2' })
  const { events, upToNs, ok, latency } = made.crew.report()
  expect(events.map(({ type, client, time }) => `${type} ${client} ${time}`)).toEqual([
    'invoke l1 0',
    `ok l1 ${5 * MS}`,
    `invoke l1 ${5 * MS}`,
  ])
  expect(upToNs).toBe(5 * MS)
  expect(ok).toBe(1)
  expect(latency).toMatchObject({ count: 1 })
  expect(latency.p50Ms).toBeCloseTo(5, 1)
  expect(made.crew.report().events).toEqual([])
})

test('a rate is kept, whoever is free', () => {
  const made = desk({ rate: 100 })
  made.crew.start()
  let answered = 0
  for (let ms = 1; ms <= 1_000; ms++) {
    made.nowNs = ms * MS
    made.crew.pace()
    while (answered < made.asked.length) made.answer(answered++)
  }
  expect(made.asked.length).toBe(100)
  expect(new Set(made.asked.map(({ client }) => client)).size).toBe(2)
})

test('after a minute without answers at most one second is made up for', () => {
  const made = desk({ rate: 100 })
  made.crew.start()
  made.nowNs = 60_000 * MS
  made.crew.pace()
  expect(made.asked.length).toBe(2)
  for (let i = 0; i < made.asked.length && i < 500; i++) {
    made.answer(i)
    made.crew.pace()
  }
  expect(made.asked.length).toBeLessThanOrEqual(101)
})

test('a store that refuses at once is not hammered', () => {
  const made = desk({ clients: ['l1'] })
  made.crew.start()
  made.answer(0, { outcome: 'fail', code: 'no-leader' })
  made.crew.pace()
  expect(made.asked.length).toBe(1)
  made.nowNs = 11 * MS
  made.crew.pace()
  expect(made.asked.length).toBe(2)
})

test('what is under way at the end is unknown, and no late answer changes that', () => {
  const made = desk({ clients: ['l1'] })
  made.crew.start()
  made.crew.drain()
  expect(made.crew.busy).toBe(true)
  made.crew.abandon('the load was stopped')
  made.answer(0)
  const { events, info, ok } = made.crew.report()
  expect(events.map(({ type, error }) => `${type} ${error ?? ''}`.trim())).toEqual(['invoke', 'info stopped'])
  expect([info, ok]).toEqual([1, 0])
})
