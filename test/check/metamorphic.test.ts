import { describe, expect, test } from 'vitest'
import { LAB_KV } from '../../src/check/kv-steps.ts'
import { checkLinearizable } from '../../src/check/linearizable.ts'
import { nothingLost } from '../../src/check/nothing-lost.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { type Random, seeded } from '../../src/machine/random.ts'
import { randomHistory } from './random-history.ts'

const LIMITS = { timeMs: 20_000, configurations: 1_000_000 }
const ROUNDS = 400
const MIXES = [
  ['get', 'put', 'cas'],
  ['get', 'get', 'put', 'del', 'cas', 'append'],
] as const

function verdictOf(history: readonly HistoryEvent[]): string {
  return checkLinearizable(history, LIMITS, LAB_KV).verdict
}

function draw(random: Random): HistoryEvent[] {
  return randomHistory(random, {
    operations: 25,
    clients: 4,
    mix: random.pick(MIXES),
    values: random.pick(['unique', 3] as const),
    unknown: 0.1,
    spoilt: random.pick([0, 0.1]),
  })
}

/** Neighbouring lines of the same kind change places: nobody can tell. */
function swapNeighbours(history: readonly HistoryEvent[], random: Random): HistoryEvent[] {
  const lines = [...history]
  for (let at = 0; at + 1 < lines.length; at++) {
    const [a, b] = [lines[at], lines[at + 1]]
    if (a === undefined || b === undefined || a.process === b.process || !random.chance(0.5)) continue
    if ((a.type === 'invoke') !== (b.type === 'invoke')) continue
    lines[at] = b
    lines[at + 1] = a
  }
  return lines
}

function renameValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renameValue)
  return typeof value === 'string' ? [...value].map((letter) => `<${letter}>`).join('') : value
}

describe('the verdict stays the same', () => {
  test.each<[string, (history: readonly HistoryEvent[], random: Random) => HistoryEvent[]]>([
    [
      'under other names of processes and keys',
      (history) => history.map((event) => ({ ...event, process: 1_000 - event.process, key: 'other' })),
    ],
    [
      'under other values',
      (history) =>
        history.map((event) => ({
          ...event,
          value: renameValue(event.value),
          ...(event.was == null ? {} : { was: String(renameValue(event.was)) }),
        })),
    ],
    ['when neighbouring invokes, or neighbouring answers, change places', swapNeighbours],
    [
      'with a good operation on another key in between',
      (history) => {
        const put: HistoryEvent = { process: 5_000, type: 'invoke', f: 'put', key: 'y', value: 'v', time: 0 }
        return [...history.slice(0, 10), put, ...history.slice(10, 20), { ...put, type: 'ok' }, ...history.slice(20)]
      },
    ],
  ])('%s', (name, change) => {
    const random = seeded(name)
    const met = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round++) {
      const history = draw(random)
      const before = verdictOf(history)
      expect(verdictOf(change(history, random)), JSON.stringify(history)).toBe(before)
      met.set(before, (met.get(before) ?? 0) + 1)
    }
    expect(met.get('valid') ?? 0).toBeGreaterThan(ROUNDS / 10)
    expect(met.get('invalid') ?? 0).toBeGreaterThan(ROUNDS / 10)
  })
})

test('what is linearizable has lost nothing', () => {
  const random = seeded('lost')
  const met = new Map<string, number>()
  for (let round = 0; round < 2_000; round++) {
    const history = randomHistory(random, {
      operations: random.between(3, 20),
      clients: 3,
      mix: random.pick([...MIXES, ['get', 'add'], ['get', 'append'], ['get', 'put', 'add', 'del']]),
      values: random.pick(['unique', 3] as const),
      unknown: 0.1,
      spoilt: 0.02,
    })
    if (verdictOf(history) !== 'valid') continue
    const { verdict, why } = nothingLost.check(history, LIMITS)
    expect(verdict, `${why}\n${JSON.stringify(history)}`).not.toBe('invalid')
    met.set(verdict, (met.get(verdict) ?? 0) + 1)
  }
  expect(met.get('valid') ?? 0).toBeGreaterThan(200)
})
