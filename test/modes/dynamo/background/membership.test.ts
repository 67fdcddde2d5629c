import { describe, expect, it } from 'vitest'
import type { EndpointId } from '../../../../src/machine/contract.ts'
import { nodeIds } from '../../../../src/machine/ids.ts'
import { Cluster, copyOf, keys } from './cluster.ts'
import { homesOf, isQuiet, mapsAgree, valueAt } from './looks.ts'

const S = 1_000_000

function answered(cluster: Cluster, to: EndpointId, body: Record<string, unknown> & { readonly type: string }): Record<string, unknown> {
  const request = cluster.request(to, body)
  cluster.until(`an answer to ${body.type}`, () => cluster.answerTo(request) !== null, 30 * S)
  return cluster.answerTo(request) as Record<string, unknown>
}

function members(cluster: Cluster, id: EndpointId): string {
  return cluster.house(id).membership.ring.members.join(' ')
}

describe('join', () => {
  it('is acknowledged once the seed knows, and everyone soon does (§4.8.1)', () => {
    const cluster = new Cluster(nodeIds(5))
    cluster.start('n6', nodeIds(5))
    cluster.run(S)
    expect(cluster.house('n6').membership.isMember).toBe(false)
    expect(members(cluster, 'n6')).toBe('')
    expect(answered(cluster, 'n6', { type: 'join', seed: 'n2' })).toMatchObject({ type: 'changed', node: 'n6' })
    expect(members(cluster, 'n2')).toBe('n1 n2 n3 n4 n5 n6')
    expect(cluster.house('n6').membership.isMember).toBe(true)
    cluster.until('one map', () => mapsAgree(cluster), 30 * S)
  })

  it.each([
    [{ seed: 'n9' }, 'n6', 'seed n9 does not answer'],
    [{ seed: 'n6' }, 'n6', 'n6 cannot be its own seed'],
    [{ seed: 7 }, 'n6', 'no seed is known'],
    [{ seed: 'n7' }, 'n6', 'seed n7 is in no ring itself'],
    [{ seed: 'n2' }, 'n1', 'n1 is in the ring already'],
  ])('%o at %s is refused and changes nothing', (body, to, why) => {
    const cluster = new Cluster(nodeIds(3))
    for (const id of ['n6', 'n7']) cluster.start(id, nodeIds(3))
    expect(answered(cluster, to, { type: 'join', ...body })).toMatchObject({ type: 'refused', why, maybe: false })
    cluster.run(3 * S)
    for (const id of nodeIds(3)) expect(members(cluster, id)).toBe('n1 n2 n3')
    expect(members(cluster, 'n6')).toBe('')
  })

  it('is not forgotten by a newcomer that was killed once it was acknowledged', () => {
    const cluster = new Cluster(nodeIds(3))
    cluster.start('n4', nodeIds(3))
    answered(cluster, 'n4', { type: 'join', seed: 'n1' })
    cluster.restart('n4')
    expect(members(cluster, 'n4')).toBe('n1 n2 n3 n4')
    cluster.wipe('n4')
    cluster.restart('n4')
    expect(members(cluster, 'n4')).toBe('')
    // Its disk is gone, but the others know.
    cluster.until('n4 hears that it is a member', () => cluster.house('n4').membership.isMember, 30 * S)
  })

  it('asked again by a client that heard nothing, before and after it was done, is the same join', () => {
    const cluster = new Cluster(nodeIds(3))
    cluster.start('n4', nodeIds(3))
    const asked = [1, 2].map(() => cluster.request('n4', { type: 'join', seed: 'n1' }))
    const other = cluster.request('n4', { type: 'join', seed: 'n1' }, 'c1')
    cluster.until('all are answered', () => [...asked, other].every((request) => cluster.answerTo(request) !== null))
    asked.push(cluster.request('n4', { type: 'join', seed: 'n1' }))
    cluster.run(S)
    for (const request of asked) expect(cluster.answerTo(request)).toMatchObject({ type: 'changed', node: 'n4' })
    expect(cluster.answerTo(other)).toMatchObject({ type: 'refused', why: 'n4 is joining already' })
    expect(answered(cluster, 'n1', { type: 'map' })).toMatchObject({ history: { length: 4 } })
  })

  it('of two at the same time, through different seeds, ends in one map', () => {
    const cluster = new Cluster(nodeIds(4))
    for (const id of ['n5', 'n6']) cluster.start(id, nodeIds(4))
    const first = cluster.request('n5', { type: 'join', seed: 'n1' })
    const second = cluster.request('n6', { type: 'join', seed: 'n4' })
    cluster.until('both joined', () => cluster.answerTo(first) !== null && cluster.answerTo(second) !== null)
    cluster.until('one map', () => mapsAgree(cluster))
    expect(members(cluster, 'n2')).toBe('n1 n2 n3 n4 n5 n6')
  })
})

describe('join while a member is away', () => {
  it('F40: needs nobody to declare n2 down: n6 joins through n1, and n2 learns of it when it is back', () => {
    const cluster = new Cluster(nodeIds(5))
    const all = keys(60)
    for (const key of all)
      for (const home of homesOf(cluster, key)) cluster.inside(home, ({ copies }) => copies.take(key, copyOf('n1', 1, key), 'write'))
    cluster.run(S)
    cluster.kill('n2')
    cluster.start('n6', nodeIds(5))
    expect(answered(cluster, 'n6', { type: 'join', seed: 'n1' })).toMatchObject({ type: 'changed', node: 'n6' })
    cluster.until('everybody alive knows n6', () => mapsAgree(cluster))
    expect(members(cluster, 'n6')).toBe('n1 n2 n3 n4 n5 n6')
    cluster.until('n6 has all that is its own', () => cluster.house('n6').transfers.incoming === 0)
    for (const key of all.filter((one) => homesOf(cluster, one).includes('n6'))) expect(valueAt(cluster, 'n6', key)).toBe(key)
    cluster.restart('n2')
    cluster.until('one map, each key on exactly its homes', () => isQuiet(cluster, all))
    expect(members(cluster, 'n2')).toBe('n1 n2 n3 n4 n5 n6')
  })
})

describe('leave', () => {
  it.each(['n2', 'n4'])('asked of %s: n2 goes once it keeps nothing any more (F39)', (asked) => {
    const cluster = new Cluster(nodeIds(5))
    const all = keys(60)
    for (const key of all)
      for (const home of homesOf(cluster, key)) cluster.inside(home, ({ copies }) => copies.take(key, copyOf(home, 1, key), 'write'))
    cluster.run(S)
    expect(answered(cluster, asked, { type: 'leave', node: 'n2' })).toMatchObject({ type: 'changed', node: 'n2' })
    expect(cluster.house('n2').copies.size).toBe(0)
    expect(cluster.house('n2').membership.isMember).toBe(false)
    cluster.until('quiet', () => isQuiet(cluster, all))
    expect(members(cluster, 'n5')).toBe('n1 n3 n4 n5')
  })

  it('of a dead node is recorded by another, and the node comes back with nothing, as if its disk were lost (F39)', () => {
    const cluster = new Cluster(nodeIds(5))
    const all = keys(60)
    for (const key of all)
      for (const home of homesOf(cluster, key)) cluster.inside(home, ({ copies }) => copies.take(key, copyOf('n1', 1, key), 'write'))
    cluster.inside('n3', ({ copies, hints }) => {
      copies.take('only there', copyOf('n3', 1, 'v'), 'write')
      hints.add('n4', 'hinted', copyOf('n3', 1, 'v'))
    })
    cluster.run(100_000)
    cluster.kill('n3')
    expect(answered(cluster, 'n1', { type: 'leave', node: 'n3' })).toMatchObject({ type: 'changed', node: 'n3' })
    cluster.until('one map', () => mapsAgree(cluster))
    expect(members(cluster, 'n5')).toBe('n1 n2 n4 n5')
    cluster.restart('n3')
    cluster.until('quiet', () => isQuiet(cluster, all))
    expect(members(cluster, 'n3')).toBe('n1 n2 n4 n5')
    const kept = (): number[] => [cluster.house('n3').copies.size, cluster.house('n3').hints.count()]
    expect(kept()).toEqual([0, 0])
    cluster.restart('n3')
    expect(kept()).toEqual([0, 0])
    expect(cluster.house('n1').copies.get('only there')).toBeNull()
  })

  it.each([
    [1, 'n1', 'n1', 'n1 is the last node of the ring'],
    [3, 'n1', 'n9', 'n9 is not in the ring'],
    [3, 'n2', 'n9', 'n9 is not in the ring'],
  ])('of %i nodes, asked of %s for %s, is refused: %s', (count, asked, node, why) => {
    const cluster = new Cluster(nodeIds(count), { settings: { n: '1', r: '1', w: '1' } })
    expect(answered(cluster, asked, { type: 'leave', node })).toMatchObject({ type: 'refused', why })
    expect(members(cluster, 'n1')).toBe(nodeIds(count).join(' '))
  })

  it('of everybody leaves nobody to tell of a join: it is recorded, and its client hears that nobody knows', () => {
    const cluster = new Cluster(nodeIds(2), { settings: { n: '1', r: '1', w: '1' } })
    cluster.cut(['n1'], ['n2'])
    for (const node of ['n1', 'n2']) cluster.request(node, { type: 'leave', node })
    cluster.run(S)
    cluster.heal()
    cluster.until('nobody is left', () => cluster.ids.every((id) => cluster.house(id).membership.ring.members.length === 0))
    const joined = cluster.request('n2', { type: 'join', seed: 'n1' })
    // It is recorded, but not durable yet, so nobody was told.
    for (let i = 0; i < 1_000 && cluster.house('n2').membership.ring.members.length === 0; i++) cluster.run(200)
    cluster.kill('n1')
    cluster.until('it is answered', () => cluster.answerTo(joined) !== null)
    expect(cluster.answerTo(joined)).toMatchObject({ type: 'refused', code: 'no-change', maybe: true })
    expect(members(cluster, 'n2')).toBe('n2')
  })

  it('and coming back makes a history of three changes', () => {
    const cluster = new Cluster(nodeIds(4))
    answered(cluster, 'n4', { type: 'leave', node: 'n4' })
    expect(answered(cluster, 'n4', { type: 'join', seed: 'n1' })).toMatchObject({ type: 'changed' })
    cluster.until('one map', () => mapsAgree(cluster))
    expect(members(cluster, 'n2')).toBe('n1 n2 n3 n4')
  })
})

describe('gossip', () => {
  it('a crash changes nothing in any map (§4.8.1)', () => {
    const cluster = new Cluster(nodeIds(5))
    cluster.run(2 * S)
    const before = cluster.house('n1').membership.ring.digest
    cluster.kill('n5')
    cluster.run(30 * S)
    for (const id of cluster.alive) expect(cluster.house(id).membership.ring.digest).toBe(before)
    cluster.restart('n5')
    expect(cluster.house('n5').membership.ring.digest).toBe(before)
  })

  it('F41: halves that never met stay two without a seed, and merge within seconds with one', () => {
    const settings = { founders: 'n1,n2/n3,n4,n5', seeds: 'none' }
    const parted = new Cluster(nodeIds(5), { settings })
    parted.run(30 * S)
    expect(members(parted, 'n1')).toBe('n1 n2')
    expect(members(parted, 'n4')).toBe('n3 n4 n5')
    const met = new Cluster(nodeIds(5), { settings: { ...settings, seeds: 'n1' } })
    met.until('one map', () => mapsAgree(met), 20 * S)
    expect(members(met, 'n4')).toBe('n1 n2 n3 n4 n5')
  })

  it('spreads a change in about as many rounds as reference M2 says', () => {
    const rounds: Record<number, string> = {}
    for (const size of [5, 10, 30]) {
      const took = [1, 2, 3].map((seed) => {
        const cluster = new Cluster(nodeIds(size), { seed: `m2/${size}/${seed}`, settings: { 'anti-entropy': 'off', seeds: 'none' } })
        cluster.start('n99', nodeIds(size))
        answered(cluster, 'n99', { type: 'join', seed: 'n1' })
        return cluster.until('one map', () => mapsAgree(cluster), 30 * S) / S
      })
      rounds[size] = `mean ${(took.reduce((a, b) => a + b, 0) / took.length).toFixed(1)} max ${Math.max(...took).toFixed(1)}`
      expect(Math.max(...took)).toBeLessThan(12)
    }
    console.log('rounds until all know a join', rounds)
  })

  it('drops what is no history, and does not grow beyond its bound', () => {
    const cluster = new Cluster(nodeIds(3))
    const junk = [null, 'x', [{ kind: 'join' }], [{ kind: 'join', node: '__proto__', at: 1, by: 'n1' }], new Array(5_000).fill(0)]
    for (const history of junk) cluster.request('n1', { type: 'gossip-take', history }, 'n9')
    cluster.run(S)
    expect(cluster.house('n1').dropped.get('bad-history')).toBe(junk.length)
    cluster.request('n1', { type: 'gossip-take', history: [] }, 'c0')
    cluster.run(S)
    expect(cluster.house('n1').dropped.get('not-a-node')).toBe(1)
    expect(members(cluster, 'n1')).toBe('n1 n2 n3')
  })
})
