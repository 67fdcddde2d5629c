/** The figures of the paper and of the rings people compare it with, reproduced from the ring that the nodes use. */
import { describe, expect, it } from 'vitest'
import { buildRing, type RingOptions, type WholeRing } from '../../../../src/modes/dynamo/ring/build.ts'
import { balanceOf, loadsOf } from '../../../../src/modes/dynamo/ring/efficiency.ts'
import type { Change } from '../../../../src/modes/dynamo/ring/ring.ts'

function founders(count: number, first = 1): readonly Change[] {
  return Array.from({ length: count }, (_, i): Change => {
    const node = `n${first + i}`
    return { kind: 'join', node, at: 0, by: node }
  })
}

function ring(history: readonly Change[], options: Partial<RingOptions>): WholeRing {
  return buildRing(history, { strategy: 1, partitions: 64, tokens: 16, n: 3, racks: new Map(), ...options }, { distinct: true })
}

function mean(trials: number, of: (trial: number) => number): number {
  return Array.from({ length: trials }, (_, trial) => of(trial)).reduce((sum, x) => sum + x, 0) / trials
}

/** The fraction of these keys whose first home is another one in the other ring. */
function movedFraction(before: WholeRing, after: WholeRing, keys: readonly string[]): number {
  const owner = (ring: WholeRing, key: string): string | null => ring.ownerOf(ring.partitionOf(key))
  return keys.filter((key) => owner(before, key) !== owner(after, key)).length / keys.length
}

/** S*T, and efficiency of strategies 1, 2 (Q = 1000) and 3, read off Figure 8. */
const FIGURE_8: readonly (readonly [units: number, s1: number, s2: number, s3: number])[] = [
  [60, 0.52, 0.53, 0.86],
  [120, 0.61, 0.61, 0.87],
  [240, 0.69, 0.7, 0.9],
  [480, 0.76, 0.76, 0.92],
  [960, 0.82, 0.82, 0.94],
  [1_920, 0.87, 0.85, 0.96],
  [3_840, 0.91, 0.88, 0.97],
  [7_680, 0.93, 0.87, 0.98],
  [15_360, 0.95, 0.85, 0.98],
  [30_720, 0.96, 0.84, 0.99],
]
const NODES = 30

describe('Figure 8: efficiency against metadata, S = 30, N = 3, within 0.03', () => {
  it.each(FIGURE_8)('%i tokens: strategies %d, %d and %d', (units, ...paper) => {
    const many = Math.max(2, Math.min(60, Math.ceil(9_600 / units)))
    const tokens = units / NODES
    for (const [i, options] of [
      { strategy: 1 as const, tokens },
      { strategy: 2 as const, tokens, partitions: 1_000 },
      { strategy: 3 as const, partitions: units },
    ].entries()) {
      // However many tokens there are, strategy 2 deals only Q = 1000 partitions: its spread does not shrink.
      const trials = i === 1 ? Math.max(10, many) : many
      const found = mean(trials, (trial) => {
        const { efficiency, metadata } = balanceOf(ring(founders(NODES, 1 + trial * NODES), options))
        expect(metadata).toBe(units)
        return efficiency
      })
      expect(Math.abs(found - (paper[i] ?? 0)), `strategy ${i + 1}: ${found.toFixed(3)}`).toBeLessThanOrEqual(0.03)
    }
  })

  it('a deal that is not random would have no loss: the check is not blind', () => {
    const dealt = ring(founders(NODES), { strategy: 3, partitions: 960 })
    const even: WholeRing = { ...dealt, homes: (p) => [0, 1, 2].map((k) => `n${1 + ((p + k) % NODES)}`) }
    expect(balanceOf(even).efficiency).toBeCloseTo(1, 9)
    expect(balanceOf(dealt).efficiency).toBeLessThan(0.97)
  })
})

describe('virtual nodes even the load out (ten nodes, one copy)', () => {
  it.each([
    // The longest of ten random arcs: 1 + 1/2 + … + 1/10 times the mean.
    [1, 2.93],
    [4, 1.94],
    [16, 1.43],
    [64, 1.21],
    [128, 1.14],
  ])('%i tokens a node: the fullest has %d times the mean', (tokens, expected) => {
    const found = mean(Math.ceil(400 / tokens), (trial) => balanceOf(ring(founders(10, 1 + trial * 10), { tokens, n: 1 })).worst)
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.08)
  })

  it('the loads of all members together are one, and a node without a token has none', () => {
    const loads = [...loadsOf(ring(founders(5), { strategy: 3, partitions: 3 })).values()]
    expect(loads.reduce((sum, load) => sum + load, 0)).toBeCloseTo(1, 9)
    expect(loads).toContain(0)
  })
})

describe('what a join moves', () => {
  const keys = Array.from({ length: 4_000 }, (_, i) => `key${i}`)

  it.each([2, 3, 4, 9, 16])('from %i nodes on about one in N + 1, whatever the strategy', (nodes) => {
    for (const strategy of [1, 2, 3] as const) {
      const options: Partial<RingOptions> = { strategy, tokens: 128, partitions: strategy === 2 ? 1_000 : 128 * nodes, n: 1 }
      const moved = mean(4, (trial) => {
        const before = founders(nodes, 1 + trial * 20)
        const joined: Change = { kind: 'join', node: `n${500 + trial}`, at: 1, by: 'n1' }
        return movedFraction(ring(before, options), ring([...before, joined], options), keys)
      })
      expect(Math.abs(moved - 1 / (nodes + 1)), `strategy ${strategy}: ${moved}`).toBeLessThan(0.05)
    }
  })
})
