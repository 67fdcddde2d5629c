import { describe, expect, it } from 'vitest'
import { convergesWithinUs } from '../../../../src/modes/dynamo/rest.ts'
import { readOptions } from '../../../../src/modes/dynamo/settings.ts'
import { DynamoCluster, values } from '../harness.ts'
import { nowAndThen, soak } from './soak.ts'

/** With the margin that a shared machine does not need in virtual time. */
const BUDGET_MS = convergesWithinUs(readOptions({}), 5) / 1_000

function fill(cluster: DynamoCluster, through: readonly string[], prefix: string, count: number): readonly string[] {
  const written = Array.from({ length: count }, (_, i) => `${prefix}${i}`)
  for (const [i, key] of written.entries()) expect(cluster.put(through[i % through.length] ?? '', key, `v-${key}`)?.type).toBe('done')
  return written
}

function expectAll(cluster: DynamoCluster, written: readonly string[]): void {
  for (const key of written) expect(values(cluster.get('n1', key, { r: 3 })), key).toEqual([`v-${key}`])
}

describe('whole nodes', () => {
  it.each(['all mechanisms', 'hints alone', 'Merkle trees alone'])('F9: converge after a cut heals, within the budget: %s', (how) => {
    const off = how === 'hints alone' ? { 'anti-entropy': 'off' } : how === 'Merkle trees alone' ? { 'hinted-handoff': 'off' } : {}
    const cluster = new DynamoCluster({ settings: { w: '1', r: '1', 'read-repair': 'off', ...off } })
    // Two nodes cannot stand in for three: hints alone are enough only where each absent home has a stand-in of its own.
    const left = how === 'all mechanisms' ? ['n1', 'n2'] : ['n1']
    const right = cluster.ids.filter((id) => !left.includes(id))
    cluster.partition(left, right)
    cluster.run(1_000)
    const written = [...fill(cluster, how === 'all mechanisms' ? left : right, 'left', 60), ...fill(cluster, right, 'right', 60)]
    cluster.heal()
    const began = cluster.nowUs
    cluster.eventually(
      'converged',
      nowAndThen(cluster, () => cluster.converged()),
      BUDGET_MS,
    )
    console.log(`${how}: converged after ${(cluster.nowUs - began) / 1e6} s`)
    expectAll(cluster, written)
  })

  it('F41: two halves with data of their own become one store when they share a seed', () => {
    const cluster = new DynamoCluster({ settings: { founders: 'n1,n2/n3,n4,n5', seeds: 'none', n: '2' } })
    const written = [...fill(cluster, ['n1', 'n2'], 'left', 40), ...fill(cluster, ['n3', 'n4', 'n5'], 'right', 40)]
    expect(cluster.status('n1').members).toEqual(['n1', 'n2'])
    cluster.set('seeds', 'n1')
    cluster.eventually('one map', () => new Set(cluster.ids.map((id) => cluster.status(id).mapDigest)).size === 1, 10_000)
    cluster.eventually(
      'converged',
      nowAndThen(cluster, () => cluster.converged()),
      BUDGET_MS,
    )
    for (const key of written) expect(values(cluster.get('n4', key, { r: 2 })), key).toEqual([`v-${key}`])
  })

  it('R6, arriving: a newcomer with R=1 does not answer "nothing" for what its predecessors have', () => {
    const cluster = new DynamoCluster({ nodes: 4, settings: { w: '3', r: '1', 'anti-entropy': 'off' } })
    const written = fill(cluster, cluster.ids, 'k', 80)
    cluster.ids.push('n5')
    cluster.boot('n5', cluster.ids.slice(0, 4))
    expect(cluster.request('n5', { type: 'join', seed: 'n1' })?.type).toBe('changed')
    for (const key of written) expect(values(cluster.get('n5', key, { r: 1 })), key).toEqual([`v-${key}`])
  })

  it('F8: a home sleeps through writes, wakes, and gets what it missed', () => {
    const cluster = new DynamoCluster({ settings: { 'anti-entropy': 'off', 'read-repair': 'off' } })
    cluster.sleep('n2')
    cluster.run(1_000)
    const written = fill(cluster, ['n1', 'n3', 'n4', 'n5'], 'k', 80)
    cluster.run(6_000)
    cluster.wake('n2')
    cluster.eventually(
      'converged',
      nowAndThen(cluster, () => cluster.converged()),
      BUDGET_MS,
    )
    expectAll(cluster, written)
  })
})

describe('a write that only a stand-in has (W=1)', () => {
  /** n1 alone on its side takes a write for homes that are all on the other. */
  function standInWrite(bug: string): { readonly cluster: DynamoCluster; readonly key: string } {
    const cluster = new DynamoCluster({ bug, settings: { w: '1', r: '1' } })
    const key = cluster.keyFor(['n2', 'n3', 'n4'])
    cluster.partition(['n1'], ['n2', 'n3', 'n4', 'n5'])
    cluster.run(1_000)
    // One copy is kept for one of the homes; nobody is asked in vain, for all are known to be away.
    expect(cluster.put('n1', key, 'v')).toMatchObject({ type: 'done', got: 1 })
    return { cluster, key }
  }

  it('is read there meanwhile; bug hide-hints: it is not', () => {
    for (const [bug, found] of [['none', ['v']] as const, ['hide-hints', []] as const]) {
      const { cluster, key } = standInWrite(bug)
      expect(values(cluster.get('n1', key))).toEqual(found)
    }
  })

  it('survives its restart and reaches all; bug forget-hints: it is lost', () => {
    for (const [bug, found] of [['none', ['v']] as const, ['forget-hints', []] as const]) {
      const { cluster, key } = standInWrite(bug)
      cluster.kill('n1')
      cluster.restart('n1')
      cluster.heal()
      cluster.eventually('no hint left', () => cluster.ids.every((id) => Object.keys(cluster.status(id).hints).length === 0))
      cluster.run(1_000)
      expect(values(cluster.get('n3', key, { r: 3 }))).toEqual(found)
    }
  })
})

describe('what was acknowledged is there in the end', () => {
  it.each(['1', '2'])('F51, seed %s: nodes die, come, go and are cut off', (seed) => {
    const result = soak(seed, { steps: 20 })
    expect(result).toMatchObject({ lost: [], halted: '', why: '' })
    expect(result.acked).toBeGreaterThan(20)
  })

  it('strategy 1 on a bad network', () => {
    const result = soak('41', { steps: 20, settings: { strategy: '1', tokens: '4' }, loss: 0.03, duplicate: 0.03 })
    expect(result).toMatchObject({ lost: [], halted: '', why: '' })
  })
})
