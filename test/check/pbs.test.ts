/** Freshness against its prediction, on histories whose delays are known: drawn here, and told to the checker or kept from it. */
import { describe, expect, test } from 'vitest'
import { pbs } from '../../src/check/pbs.ts'
import type { Verdict } from '../../src/check/types.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { type Random, seeded } from '../../src/machine/random.ts'

const LIMITS = { timeMs: 10_000, configurations: 1_000_000 }
const MEAN_MS = 50
const NODES = ['n1', 'n2', 'n3']
const SETTINGS = { n: '3', r: '1', w: '1' }

const exponential = (random: Random, meanMs = MEAN_MS): number => -Math.log(1 - random.next()) * meanMs

interface Truth {
  /** How long a write is under way to another replica. */
  readonly meanMs?: number
  /** How long a question or an answer is under way between a client and its coordinator. */
  readonly wayMs?: number
  readonly alwaysFresh?: boolean
  readonly count?: number
}

/** Writes of W = 1, each read once with R = 1 at a node by chance, some time after it; each under a key of its own, after a first write that is everywhere. */
function historyOf({ meanMs = MEAN_MS, wayMs = 0, alwaysFresh = false, count = 4_000 }: Truth): HistoryEvent[] {
  const random = seeded('pbs/test')
  const events: HistoryEvent[] = []
  const put = (process: number, key: string, made: string, over: string[], node: string, atMs: number): void => {
    const base = { process, f: 'put', key, value: made, client: `c${process}`, node }
    events.push(
      { ...base, type: 'invoke', time: atMs * 1e6 },
      { ...base, type: 'ok', time: (atMs + 2 * wayMs) * 1e6, lineage: { made, over } },
    )
  }
  for (let i = 0; i < count; i++) {
    const [process, key, atMs] = [2 * i, `k${i}`, 10_000 * (i + 1)]
    const [writer, reader] = [random.pick(NODES), random.pick(NODES)]
    put(process, key, `c${process}.1`, [], writer, atMs)
    put(process, key, `c${process}.2`, [`c${process}.1`], writer, atMs + 5_000)
    const tMs = exponential(random)
    const fresh = alwaysFresh || writer === reader || exponential(random, meanMs) <= tMs + 2 * wayMs
    const askedMs = atMs + 5_000 + 2 * wayMs + tMs
    const name = fresh ? `c${process}.2` : `c${process}.1`
    const base = { process: process + 1, f: 'get', key, client: 'c0', node: reader }
    events.push({ ...base, type: 'invoke', value: null, time: askedMs * 1e6 })
    events.push({ ...base, type: 'ok', value: name, time: (askedMs + 2 * wayMs) * 1e6, lineage: { seen: [name] } })
  }
  return events
}

function judged(truth: Truth, settings: Readonly<Record<string, string>> = SETTINGS): Verdict {
  const random = seeded('pbs/delays')
  const samplesMs = Array.from({ length: 2_000 }, () => exponential(random))
  return pbs.check(historyOf(truth), LIMITS, [], { settings, delays: { sinceMs: 0, samplesMs } })
}

describe('reads as fresh as the delays predict', () => {
  test('where the delays are those that were told, and the table says so row by row', () => {
    const verdict = judged({})
    expect(verdict, verdict.why).toMatchObject({ verdict: 'valid' })
    expect(verdict.rows?.[0]).toEqual(['asked after', 'reads', 'P(fresh)', 'with 95 %', 'predicted'])
    for (const [, , measured, , predicted] of verdict.rows?.slice(1) ?? [])
      expect(Math.abs(Number(measured) - Number(predicted))).toBeLessThan(0.07)
  })

  test('also where clients stand far from their coordinators: what is on its way counts', () => {
    const verdict = judged({ wayMs: 30 })
    expect(verdict, verdict.why).toMatchObject({ verdict: 'valid' })
  })
})

describe('and not', () => {
  test.each<[string, Truth]>([
    ['a store twice as slow as its network', { meanMs: 2 * MEAN_MS }],
    ['a store twice as fast', { meanMs: MEAN_MS / 2 }],
    ['a store that is never stale', { alwaysFresh: true }],
  ])('%s', (_, truth) => {
    const verdict = judged(truth)
    expect(verdict, verdict.why).toMatchObject({ verdict: 'invalid' })
  })

  test.each<[string, Truth, Readonly<Record<string, string>>, RegExp]>([
    ['too few reads', { count: 300 }, SETTINGS, /300 reads .* too few/],
    ['too few of them at once', { count: 900 }, SETTINGS, /reads asked at once are too few/],
    ['a mode without quorums', {}, {}, /no n, r and w/],
    ['writes of before the last change of the links', { count: 3_000 }, SETTINGS, /^0 reads since/],
  ])('nobody can say: %s', (what, truth, settings, why) => {
    const random = seeded('pbs/delays')
    const delays = {
      sinceMs: what.startsWith('writes') ? Number.MAX_SAFE_INTEGER / 1e6 : 0,
      samplesMs: Array.from({ length: 500 }, () => exponential(random)),
    }
    const verdict = pbs.check(historyOf(truth), LIMITS, [], { settings, delays })
    expect(verdict.verdict).toBe('unknown')
    expect(verdict.why).toMatch(why)
  })

  test('the history alone', () => {
    expect(pbs.check(historyOf({ count: 600 }), LIMITS)).toMatchObject({ verdict: 'unknown' })
  })
})
