import { expect, test } from 'vitest'
import { chaos } from './chaos.ts'
import { Cluster } from './harness.ts'

const SEEDS = 24

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`seed ${seed}: crashes, power cuts, sleeps, cuts, loss, copies and reordering break no promise`, () => {
    const nodes = [3, 5, 4][seed % 3] ?? 3
    const settings: Record<string, string> = seed % 4 === 0 ? { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' } : {}
    const world = new Cluster({ nodes, seed: String(seed), settings, loss: 0.05, duplicate: 0.2, jitterMs: seed % 2 === 0 ? 3 : 40 })
    const { wrong, acknowledged } = chaos(String(seed), world)
    expect(wrong).toEqual([])
    expect(acknowledged).toBeGreaterThan(10)
  })
}
