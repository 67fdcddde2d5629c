import { describe, expect, it } from 'vitest'
import { describe as describeEvent } from '../../../src/modes/dynamo/words.ts'
import { DynamoCluster, values } from './harness.ts'

const QUIET = { 'anti-entropy': 'off', gossip: '60s' }

/** What n1 knows of the members. */
function removal(cluster: DynamoCluster): unknown {
  return (cluster.request('n1', { type: 'map' }) as { readonly history?: unknown } | null)?.history
}

describe('who counts as down', () => {
  it('F42: a one-way cut, and two nodes disagree; nothing is lost', () => {
    const cluster = new DynamoCluster({ settings: { ...QUIET } })
    const key = cluster.keyFor(['n2', 'n3', 'n4'])
    cluster.put('n3', key, 'before')
    // n2 hears nothing of n1, n1 hears n2: its questions stay unanswered all the same.
    cluster.cut(['n1'], ['n2'])
    cluster.get('n1', cluster.keyFor(['n1', 'n2', 'n3']), { r: 3 })
    cluster.run(500)
    expect(cluster.status('n1').down).toEqual(['n2'])
    expect(cluster.status('n3').down).toEqual([])
    // Two coordinators, two lists of whom they write to.
    const one = cluster.keyFor(['n1', 'n2', 'n3', 'n4', 'n5'])
    expect(cluster.put('n1', one, 'by n1', { w: 3, from: 'c1' })).toMatchObject({ type: 'done', standIns: [['n4', 'n2']] })
    expect(cluster.put('n3', one, 'by n3', { w: 3, from: 'c2' })).toMatchObject({ type: 'done', standIns: [] })
    cluster.heal()
    cluster.eventually('hints are home', () => cluster.converged())
    expect(values(cluster.get('n5', one, { r: 3 }))).toEqual(['by n1', 'by n3'])
  })

  it('that a peer speaks does not prove that it hears: only answers count', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    cluster.cut(['n1'], ['n2'])
    const key = cluster.keyFor(['n2', 'n1', 'n3'], false)
    cluster.get('n1', key, { r: 3 })
    for (let i = 0; i < 20; i++) {
      // n2 talks to n1 all the time.
      cluster.inject('n1', 'n2', { type: 'ping', id: `n2.1.${i}` })
      cluster.run(50)
    }
    expect(cluster.status('n1').down).toEqual(['n2'])
  })

  it('a peer that comes back is found, without anybody asking for it', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    cluster.kill('n2')
    cluster.get('n1', cluster.keyFor(['n1', 'n2', 'n3']), { r: 3 })
    cluster.run(500)
    expect(cluster.status('n1').down).toEqual(['n2'])
    cluster.restart('n2')
    cluster.run(1_000)
    expect(cluster.status('n1').down).toEqual([])
    const changes = cluster.events
      .filter(({ type, node }) => node === 'n1' && /^peer-/.test(type))
      .map(({ type, peer }) => `${type} ${peer}`)
    expect(changes).toEqual(['peer-down n2', 'peer-up n2'])
  })

  it('a shorter timeout that is set while a question waits counts at once', () => {
    const cluster = new DynamoCluster({ settings: { ...QUIET, 'detector-timeout': '5m' } })
    cluster.kill('n2')
    cluster.get('n1', cluster.keyFor(['n1', 'n2', 'n3']), { r: 2 })
    cluster.run(3_000)
    expect(cluster.status('n1').down).toEqual([])
    cluster.set('detector-timeout', '300ms')
    cluster.run(600)
    expect(cluster.status('n1').down).toEqual(['n2'])
  })

  it('a slow disk is no dead node', () => {
    const cluster = new DynamoCluster({ settings: QUIET, syncMs: 700 })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    expect(cluster.put('n1', key, 'slow', { w: 3 })).toMatchObject({ type: 'done', got: 3, standIns: [] })
    for (const id of cluster.ids) expect(cluster.status(id).down).toEqual([])
  })

  it('who slept itself does not take the others for dead', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.put('n1', key, 'before')
    cluster.send('n1', { type: 'get', key, r: 3, map: null })
    cluster.run(1.5)
    cluster.sleep('n1')
    cluster.run(6_000)
    cluster.events.length = 0
    cluster.wake('n1')
    cluster.run(300)
    expect(cluster.events.filter(({ node, type }) => node === 'n1' && type === 'peer-down')).toEqual([])
  })

  it('F8: a home that sleeps costs nobody an answer, and has everything soon after it wakes', () => {
    const cluster = new DynamoCluster()
    const keys = Array.from({ length: 30 }, (_, i) => `k${i}`)
    cluster.sleep('n1')
    for (const key of keys) expect(cluster.put('n2', key, `of ${key}`)?.type).toBe('done')
    cluster.run(6_000)
    expect(cluster.live().reduce((sum, id) => sum + (cluster.status(id).hints.n1 ?? 0), 0)).toBeGreaterThan(0)
    cluster.wake('n1')
    cluster.eventually('hints have drained and all is equal', () => cluster.converged())
    for (const key of keys) expect(values(cluster.get('n1', key, { r: 3 }))).toEqual([`of ${key}`])
  })
})

describe('what is told of it', () => {
  const told = (cluster: DynamoCluster, by: readonly string[], of: string): readonly string[] =>
    cluster.events
      .filter(({ node, peers }) => by.includes(node) && Array.isArray(peers) && peers.includes(of))
      .flatMap((event) => describeEvent(event.node, event) ?? [])

  it('nothing of a node that has left the ring, though somebody asks it', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    cluster.kill('n5')
    expect(cluster.request('n1', { type: 'leave', node: 'n5' })?.type).toBe('changed')
    const others = ['n2', 'n3', 'n4']
    for (const id of others) cluster.inject(id, 'n1', { type: 'gossip-take', id: `n1.1.${id}`, history: removal(cluster) })
    for (const id of others) expect(cluster.status(id).members).toEqual(['n1', 'n2', 'n3', 'n4'])
    // They let a node know that it was removed.
    for (const id of others) cluster.inject(id, 'n5', { type: 'handoff', id: 'n5.1.1', items: [] })
    cluster.run(1_000)
    expect(others.map((id) => cluster.counter(id, 'peer-down'))).toEqual([1, 1, 1])
    expect(told(cluster, others, 'n5')).toEqual([])
  })

  it('of all whom a cut takes away one line, and one when they are back; programs read each', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    const others = ['n2', 'n3', 'n4', 'n5']
    const lines = (): readonly string[] =>
      cluster.events.flatMap((event) => (event.node === 'n1' ? (describeEvent('n1', event) ?? []) : []))
    const each = (type: string): readonly unknown[] =>
      cluster.events.filter((event) => event.node === 'n1' && event.type === type).map(({ peer }) => peer)
    cluster.cut(['n1'], others)
    for (const homes of [
      ['n1', 'n2', 'n3'],
      ['n1', 'n4', 'n5'],
    ])
      cluster.send('n1', { type: 'get', key: cluster.keyFor(homes), r: 3, map: null })
    cluster.run(1_500)
    expect(lines()).toEqual(['n1 takes n2 n3 n4 n5 to be down: no answer'])
    expect([...each('peer-down')].sort()).toEqual(others)
    cluster.heal()
    cluster.run(1_500)
    expect(lines().slice(1)).toEqual(['n1 takes n2 n3 n4 n5 to be up again: it answered'])
    expect([...each('peer-up')].sort()).toEqual(others)
  })

  it('nothing of a peer that was away for a moment', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    cluster.sleep('n2')
    cluster.get('n1', cluster.keyFor(['n1', 'n2', 'n3']), { r: 3 })
    cluster.eventually('n2 is down', () => cluster.status('n1').down.includes('n2'))
    cluster.wake('n2')
    cluster.eventually('n2 is up', () => !cluster.status('n1').down.includes('n2'))
    cluster.run(1_000)
    expect([cluster.counter('n1', 'peer-down'), cluster.counter('n1', 'peer-up')]).toEqual([1, 1])
    expect(told(cluster, ['n1'], 'n2')).toEqual([])
  })

  it('of a peer that comes and goes the first few turns a minute, then the tenth; all are counted', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    for (let i = 0; i < 6; i++) {
      cluster.sleep('n2')
      cluster.get('n1', key, { r: 3 })
      cluster.eventually('n2 is down', () => cluster.status('n1').down.includes('n2'))
      cluster.run(600)
      cluster.wake('n2')
      cluster.eventually('n2 is up', () => !cluster.status('n1').down.includes('n2'))
      cluster.run(600)
    }
    const ofN1 = told(cluster, ['n1'], 'n2')
    expect(ofN1).toHaveLength(5)
    expect(ofN1.at(-1)).toBe('n1 takes n2 to be up again: it answered; it changed 10 times within a minute')
    expect([cluster.counter('n1', 'peer-down'), cluster.counter('n1', 'peer-up')]).toEqual([6, 6])
    cluster.run(61_000)
    cluster.kill('n2')
    cluster.get('n1', key, { r: 3 })
    cluster.eventually('told again', () => told(cluster, ['n1'], 'n2').length === 6)
  })
})

describe('F43: others are asked first (SWIM)', () => {
  const cutPair = (detector: string): DynamoCluster => {
    const cluster = new DynamoCluster({ settings: { ...QUIET, detector } })
    cluster.partition(['n1'], ['n2'])
    cluster.get('n1', cluster.keyFor(['n1', 'n2', 'n3']), { r: 3 })
    cluster.run(3_000)
    return cluster
  }

  it('only their link is cut: with indirect probes n2 stays up, without n1 alone sees it down', () => {
    const swim = cutPair('swim')
    expect(swim.status('n1').down).toEqual([])
    expect(swim.counter('n1', 'indirect-acks')).toBeGreaterThan(0)
    const local = cutPair('local')
    expect(local.status('n1').down).toEqual(['n2'])
    for (const id of ['n3', 'n4', 'n5']) expect(local.status(id).down).toEqual([])
  })

  it('a dead peer is still found out, and found again when it is back', () => {
    const cluster = new DynamoCluster({ settings: { ...QUIET, detector: 'swim' } })
    cluster.kill('n2')
    cluster.get('n1', cluster.keyFor(['n1', 'n2', 'n3']), { r: 3 })
    cluster.run(3_000)
    expect(cluster.status('n1').down).toEqual(['n2'])
    cluster.restart('n2')
    // The direct link is cut now: only the others can vouch for it.
    cluster.partition(['n1'], ['n2'])
    cluster.run(3_000)
    expect(cluster.status('n1').down).toEqual([])
  })
})
