import { describe, expect, test } from 'vitest'
import { type SimResult, simulate } from '../../src/sim/simulate.ts'
import { toyMode } from './toy-mode.ts'

/** The first seed from 0 that catches the bug, or null within the limit. */
function firstCatch(bug: string, limit: number): SimResult | null {
  for (let seed = 0; seed < limit; seed++) {
    const result = simulate({ mode: toyMode, seed, bug })
    if (result.verdict === 'invalid') return result
  }
  return null
}

describe('one seed decides everything', () => {
  test('the same seed gives the same trace, byte for byte', () => {
    const rows: string[][] = [[], []]
    const [a, b] = rows.map((to) => simulate({ mode: toyMode, seed: 11, onRow: (row) => to.push(row) }))
    expect(a).toEqual(b)
    expect(rows[0]).toEqual(rows[1])
    expect(rows[0]?.length).toBeGreaterThan(50)
  })

  test('another seed gives another trace', () => {
    expect(simulate({ mode: toyMode, seed: 11 }).traceHash).not.toBe(simulate({ mode: toyMode, seed: 12 }).traceHash)
  })
})

describe('an honest store', () => {
  test('passes, and the chaos was real', () => {
    const results = Array.from({ length: 12 }, (_, seed) => simulate({ mode: toyMode, seed }))
    expect(results.filter((result) => result.verdict === 'invalid').map((result) => result.violation)).toEqual([])
    expect(results.filter((result) => result.verdict === 'valid').length).toBeGreaterThan(6)
    const total = (count: (result: SimResult) => number): number => results.reduce((sum, result) => sum + count(result), 0)
    expect(total((result) => result.stats.powerCuts)).toBeGreaterThan(3)
    expect(total((result) => result.stats.opsOk)).toBeGreaterThan(500)
    expect(total((result) => result.stats.faults)).toBeGreaterThan(50)
  })
})

describe('each broken promise is found by the rule that guards it', () => {
  test.each([
    ['early-reply', /nothing lost|read safety/],
    ['never-stores', /nothing lost|read safety/],
    ['no-dedupe', /exactly once|read safety|phantom/],
    ['asks-clock', /purity/],
    ['broken-rule', /exception/],
    ['deaf-after-a-while', /liveness/],
  ])('%s', (bug, invariant) => {
    const caught = firstCatch(bug, 60)
    expect(caught?.violation?.invariant).toMatch(invariant)
    expect(caught?.violation?.tail.length).toBeGreaterThan(0)
  })
})
