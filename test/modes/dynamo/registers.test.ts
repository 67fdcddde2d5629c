/** What the published tests of such stores found: sets and cells kept by the last writer, and the same kept as siblings. */
import { describe, expect, it } from 'vitest'
import type { EndpointId } from '../../../src/machine/contract.ts'
import { type Answered, contextOf, DynamoCluster, values } from './harness.ts'

const QUIET = { 'anti-entropy': 'off', gossip: '60s' }

function elements(answer: Answered): readonly string[] {
  return [...new Set(values(answer).flatMap((value) => value.split(',')))].sort()
}

/** Reads the set and writes it with one more element: what was acknowledged, or null. */
function add(cluster: DynamoCluster, via: EndpointId, key: string, element: string): string | null {
  const read = cluster.get(via, key)
  if (read?.type !== 'done') return null
  const written = cluster.put(via, key, [...elements(read), element].join(), { context: contextOf(read) })
  return written?.type === 'done' ? element : null
}

function missing(acked: readonly (string | null)[], answer: Answered): readonly string[] {
  const found = elements(answer)
  return acked.flatMap((element) => (element !== null && !found.includes(element) ? [element] : []))
}

describe('F15: a set during a cut, all quorums strict majorities', () => {
  function lost(versions: string): { readonly acked: number; readonly lost: number } {
    const cluster = new DynamoCluster({ settings: { ...QUIET, versions, quorum: 'strict' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const acked = [add(cluster, 'n1', key, 'first')]
    const old = cluster.get('n3', key)
    cluster.partition(['n1', 'n2'], ['n3', 'n4', 'n5'])
    for (let i = 0; i < 10; i++) acked.push(add(cluster, i % 2 === 0 ? 'n1' : 'n2', key, `a${i}`))
    // It fails, for want of a second home, and stays where it was written.
    const failed = cluster.put('n3', key, 'first,minority', { context: contextOf(old) })
    expect(failed?.type).not.toBe('done')
    cluster.heal()
    cluster.eventually('all hear each other', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    return { acked: acked.filter((one) => one !== null).length, lost: missing(acked, cluster.get('n1', key, { r: 3 })).length }
  }

  it('the last writer wins: a write that failed takes ten with it that were acknowledged', () => {
    expect(lost('lww')).toEqual({ acked: 11, lost: 10 })
  })

  it('F16: as siblings nothing is lost', () => {
    expect(lost('dotted')).toEqual({ acked: 11, lost: 0 })
  })
})

describe('F17: every operation inside a perfect lock, R = W = all, cuts, and one clock a minute ahead', () => {
  function lost(versions: string): { readonly acked: number; readonly lost: number } {
    const cluster = new DynamoCluster({ settings: { ...QUIET, versions, quorum: 'strict', r: '3', w: '3' } })
    const homes = ['n1', 'n2', 'n3'] as const
    const key = cluster.keyFor([...homes])
    cluster.skewMs.set('n3', 60_000)
    const acked: (string | null)[] = []
    for (let round = 0; round < 4; round++) {
      for (const [i, home] of homes.entries()) acked.push(add(cluster, home, key, `r${round}.${i}`))
      cluster.partition(['n3'], ['n1', 'n2', 'n4', 'n5'])
      for (const home of homes) expect(add(cluster, home, key, 'cut')).toBeNull()
      cluster.heal()
      cluster.eventually('all hear each other', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    }
    return { acked: acked.filter((one) => one !== null).length, lost: missing(acked, cluster.get('n1', key)).length }
  }

  it('the last writer wins: the lock does not help, a third or more is lost', () => {
    const { acked, lost: gone } = lost('lww')
    expect(acked).toBe(12)
    expect(gone / acked).toBeGreaterThan(0.3)
  })

  it('F16: as siblings nothing is lost', () => {
    expect(lost('dotted')).toEqual({ acked: 12, lost: 0 })
  })
})

describe('F18: forty updates, one after the other, through three nodes whose clocks differ by 300 ms', () => {
  /** Acknowledged updates that the next read does not show. */
  function lost(versions: string, keyOf: (i: number) => string): number {
    const cluster = new DynamoCluster({ nodes: 3, settings: { ...QUIET, versions } })
    cluster.skewMs.set('n2', 300).set('n3', -300)
    let gone = 0
    for (let i = 0; i < 40; i++) {
      const via = `n${(i % 3) + 1}`
      const known = cluster.get(via, keyOf(i))
      expect(cluster.put(via, keyOf(i), `v${i}`, { context: contextOf(known) })?.type).toBe('done')
      cluster.run(20)
      if (!values(cluster.get('n1', keyOf(i))).includes(`v${i}`)) gone++
    }
    return gone
  }

  it('of the same cell, the last writer wins: a good part is never seen', () => {
    expect(lost('lww', () => 'cell')).toBeGreaterThan(10)
  })

  it('elements that are written once and never changed are all there, even so', () => {
    expect(lost('lww', (i) => `element${i}`)).toBe(0)
  })

  it('nor is any lost of the same cell where versions say what they replace', () => {
    expect(lost('dotted', () => 'cell')).toBe(0)
  })
})

describe('F49: five nodes cut 3 | 2, a set, writes of a majority of five', () => {
  it('after healing a majority reads all that was acknowledged; what the minority could not finish may be there too', () => {
    const cluster = new DynamoCluster({ settings: { ...QUIET, n: '5', r: '3', w: '3', quorum: 'strict' } })
    const acked = [add(cluster, 'n1', 'set', 'first')]
    cluster.partition(['n1', 'n2', 'n3'], ['n4', 'n5'])
    for (let i = 0; i < 9; i++) acked.push(add(cluster, `n${(i % 3) + 1}`, 'set', `major${i}`))
    const failed = cluster.put('n4', 'set', 'minor', { context: null })
    expect(acked).not.toContain(null)
    expect(failed?.type).not.toBe('done')
    expect(add(cluster, 'n5', 'set', 'never')).toBeNull()
    cluster.heal()
    cluster.eventually('all hear each other', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    for (const via of cluster.ids) {
      const read = cluster.get(via, 'set')
      expect(missing(acked, read)).toEqual([])
      expect(elements(read).filter((element) => !acked.includes(element))).toEqual(['minor'])
    }
  })
})
