/** The shipped Dynamo under the one shared fault mix: honest, it survives; with any one rule broken, it is caught. */
import { describe, expect, test } from 'vitest'
import { dynamo } from '../../src/modes/dynamo/dynamo.ts'
import { simulate } from '../../src/sim/simulate.ts'

/** Most bugs are caught within ten seeds; the bound leaves room for changes that shift the draws. */
const MOST_SEEDS = 40
/** These need a clock that is cut, or a tombstone that somebody missed: about one seed in thirty. */
const FIRST_SEED: Readonly<Record<string, number>> = { 'no-grace': 40, 'prune-own-dot': 50 }

function caughtAt(bug: string): { seed: number; found: string } | null {
  const first = FIRST_SEED[bug] ?? 1
  for (let seed = first; seed < first + MOST_SEEDS; seed++) {
    const { violation } = simulate({ mode: dynamo, seed, bug })
    if (violation !== undefined) return { seed, found: `${violation.invariant}: ${violation.why}` }
  }
  return null
}

describe('the shipped Dynamo', () => {
  test('six seeds are clean, half a minute of faults and a hundred operations each', () => {
    const results = Array.from({ length: 6 }, (_, i) => simulate({ mode: dynamo, seed: 7_000 + i }))
    expect(results.flatMap(({ seed, violation }) => (violation === undefined ? [] : [[seed, violation.invariant, violation.why]]))).toEqual(
      [],
    )
    for (const { verdict, stats } of results) {
      expect(stats.virtualMs).toBeGreaterThanOrEqual(30_000)
      if (verdict === 'valid') expect(stats.opsOk).toBeGreaterThanOrEqual(100)
    }
    expect(results.filter(({ verdict }) => verdict === 'valid').length).toBeGreaterThan(3)
  })

  test('the same seed gives the same trace, byte for byte', () => {
    expect(simulate({ mode: dynamo, seed: 12 })).toEqual(simulate({ mode: dynamo, seed: 12 }))
  })
})

describe('known-bad variants are caught under the shared fault mix', () => {
  test.each([
    ['no-incarnation', /^counters never go back/],
    ['same-node-replicas', /placement: .* is not on its homes? n\d|^durable before reply/],
    ['hide-hints', /^hints are served/],
    ['forget-hints', /^no hint forgotten/],
    ['no-grace', /^no acknowledged write lost|^counters never go back|^no deleted value returns/],
    ['equal-dominates', /^no acknowledged write lost|^durable before reply/],
    ['prune-own-dot', /^counters never go back|^clocks descend|^no acknowledged write lost/],
    ['delete-first', /^source deletes last|^no acknowledged write lost/],
  ])('%s', (bug, found) => {
    expect(caughtAt(bug)?.found).toMatch(found)
  })

  test('no variant of the mode is left out above', () => {
    const above = [
      ...['delete-first', 'equal-dominates', 'forget-hints', 'hide-hints'],
      ...['no-grace', 'no-incarnation', 'prune-own-dot', 'same-node-replicas'],
    ]
    expect(dynamo.bugs.map((bug) => bug.name).sort()).toEqual(above)
  })
})
