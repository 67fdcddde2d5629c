import { describe, expect, test } from 'vitest'
import { Deadline } from '../../src/check/deadline.ts'
import { type KvOperation, LAB_KV, stepsByKey } from '../../src/check/kv-steps.ts'
import { linearizable } from '../../src/check/linearizable.ts'
import { dropUnnoticed } from '../../src/check/prune.ts'
import { search } from '../../src/check/search.ts'
import { zones } from '../../src/check/zones.ts'
import { pairOperations } from '../../src/history/operations.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { seeded } from '../../src/machine/random.ts'
import { type RandomHistoryOptions, randomHistory } from './random-history.ts'

const BUSY: RandomHistoryOptions = {
  operations: 4_000,
  clients: 8,
  mix: ['get', 'get', 'put', 'cas'],
  values: 'unique',
  unknown: 0.05,
  spoilt: 0,
}

function stepsOf(options: RandomHistoryOptions): KvOperation[] {
  return dropUnnoticed(stepsByKey(pairOperations(randomHistory(seeded('cost'), options)), LAB_KV).get('x') ?? [])
}

/** How often a judge looks at an operation: unlike time, the same on a busy machine. */
function looksOf(judge: (steps: readonly KvOperation[]) => unknown, steps: readonly KvOperation[]): number {
  let looks = 0
  const watched = steps.map(
    (operation) =>
      new Proxy(operation, {
        get: (target, field) => {
          looks += 1
          return Reflect.get(target, field)
        },
      }),
  )
  judge(watched)
  return looks
}

/** How many configurations a search takes up: it asks for the time once in so many. */
function askedOf(steps: readonly KvOperation[]): number {
  let asked = 0
  const deadline = new Deadline({ timeMs: 1, configurations: 4_000_000 }, () => {
    asked += 1
    return 0
  })
  expect(search(steps, null, deadline).verdict).toBe('valid')
  return asked
}

describe('ten times the history costs about ten times the work', () => {
  const sizes = [2_000, 20_000] as const

  test('zones', () => {
    const [small = 0, large = 0] = sizes.map((operations) => looksOf((steps) => zones(steps, null), stepsOf({ ...BUSY, operations })))
    expect(small).toBeGreaterThan(2_000)
    expect(large / small).toBeLessThan(13)
  })

  test('search', () => {
    const mix = ['get', 'get', 'put', 'del']
    const [small = 0, large = 0] = sizes.map((operations) => askedOf(stepsOf({ ...BUSY, mix, operations })))
    expect(small).toBeGreaterThan(10)
    expect(large / small).toBeLessThan(20)
  })
})

describe('limits', () => {
  /** Forty adds of unknown outcome, all different, and a sum that no choice of them makes. */
  const hopeless: HistoryEvent[] = Array.from({ length: 40 }, (_, at) => ({
    process: at,
    type: 'invoke' as const,
    f: 'add',
    key: 'n',
    value: String(3 * at + 3),
    time: at,
  }))
  const read: HistoryEvent = { process: 99, type: 'invoke', f: 'get', key: 'n', value: null, time: 100 }
  const history = [...hopeless, read, { ...read, type: 'ok', value: '1000', time: 101 } as const]

  test('too many configurations: unknown, and it says so', () => {
    const verdict = linearizable.check(history, { timeMs: 60_000, configurations: 5_000 })
    expect(verdict).toMatchObject({
      verdict: 'unknown',
      why: 'n: more than 5000 configurations to consider; the first 0 of 1 answers fit',
      open: 40,
    })
  })

  test('out of time: unknown, and it says so', () => {
    const verdict = linearizable.check(history, { timeMs: 1, configurations: 100_000_000 })
    expect(verdict).toMatchObject({ verdict: 'unknown', why: 'n: no answer within 1 ms; the first 0 of 1 answers fit' })
  })

  test('a violation on another key is still found', () => {
    const put: HistoryEvent = { process: 200, type: 'invoke', f: 'put', key: 'z', value: 'A', time: 200 }
    const get: HistoryEvent = { process: 200, type: 'invoke', f: 'get', key: 'z', value: null, time: 202 }
    const bad = [...history, put, { ...put, type: 'ok', time: 201 } as const, get, { ...get, type: 'ok', time: 203 } as const]
    expect(linearizable.check(bad, { timeMs: 1, configurations: 1_000 })).toMatchObject({ verdict: 'invalid', key: 'z' })
  })
})
