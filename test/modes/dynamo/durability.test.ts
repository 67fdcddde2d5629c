import { describe, expect, it } from 'vitest'
import { contextOf, DynamoCluster, values } from './harness.ts'

const KEYS = Array.from({ length: 60 }, (_, i) => `k${i}`)
const QUIET = { 'anti-entropy': 'off', gossip: '60s' }

describe('F46: acknowledged, then every replica dies at once', () => {
  /** How many acknowledged puts are gone. */
  function lost(durability: string, fault: 'kill' | 'powercut', syncMs = 1): number {
    const cluster = new DynamoCluster({ nodes: 3, settings: { ...QUIET, durability, 'flush-every': '10s' }, syncMs })
    for (const key of KEYS) expect(cluster.put('n1', key, `of ${key}`)?.type).toBe('done')
    cluster[fault]('n1', 'n2', 'n3')
    cluster.restart('n1', 'n2', 'n3')
    return KEYS.filter((key) => values(cluster.get('n1', key, { r: 3 })).length === 0).length
  }

  it('buffered: what waited in the process is gone, kill -9 is enough', () => {
    expect(lost('buffered', 'kill')).toBe(KEYS.length)
  })

  it('one durable replica of three: no more than what was on its way to the disk', () => {
    expect(lost('one', 'kill')).toBe(0)
    // Slow disks: an acknowledgement did not wait for the durable one, so the last may be missing.
    expect(lost('one', 'powercut', 5)).toBeLessThanOrEqual(3)
  })

  it('all durable: nothing', () => {
    expect(lost('all', 'kill')).toBe(0)
    expect(lost('all', 'powercut', 5)).toBe(0)
  })

  it('one durable costs almost nothing: W never waits for it', () => {
    const took = (durability: string): number => {
      const cluster = new DynamoCluster({ nodes: 3, settings: { ...QUIET, durability }, syncMs: 100 })
      return cluster.put('n1', 'k', 'v')?.tookUs ?? 0
    }
    expect(took('one')).toBeLessThan(10_000)
    expect(took('buffered')).toBeLessThan(10_000)
    expect(took('all')).toBeGreaterThan(100_000)
  })
})

describe('the write buffer', () => {
  it('is read before the disk, and empties in its time', () => {
    const cluster = new DynamoCluster({ nodes: 3, settings: { ...QUIET, durability: 'buffered', 'flush-every': '100ms' } })
    cluster.put('n1', 'k', 'v', { w: 3 })
    expect(cluster.status('n1').unsynced).toBe(1)
    expect(values(cluster.get('n1', 'k'))).toEqual(['v'])
    cluster.run(200)
    expect(cluster.status('n1').unsynced).toBe(0)
    cluster.kill('n1', 'n2', 'n3')
    cluster.restart('n1', 'n2', 'n3')
    expect(values(cluster.get('n1', 'k'))).toEqual(['v'])
  })

  it('holds a thousand objects and no more', () => {
    const cluster = new DynamoCluster({ nodes: 3, settings: { ...QUIET, durability: 'buffered', 'flush-every': '60s' } })
    let most = 0
    for (let i = 0; i < 1_100; i++) {
      cluster.send('n1', { type: 'put', key: `b${i}`, value: 'v', op: `c0.${i + 1}`, context: null, map: null })
      if (i % 50 === 0) cluster.run(5)
      most = Math.max(most, cluster.status('n1').unsynced)
    }
    cluster.run(50)
    expect(most).toBeGreaterThan(900)
    expect(most).toBeLessThan(1_000)
    expect(cluster.status('n1').unsynced).toBe(100)
  })

  it('a durable write takes along what came before it', () => {
    const cluster = new DynamoCluster({ nodes: 3, settings: { ...QUIET, durability: 'one', 'flush-every': '60s' } })
    for (let i = 0; i < 20; i++) cluster.put('n1', `k${i}`, 'v', { w: 3 })
    // Each replica was the durable one of some of these, and has synced all that came before.
    cluster.powercut('n1', 'n2', 'n3')
    cluster.restart('n1', 'n2', 'n3')
    const known = (id: string): string[] =>
      Array.from({ length: 20 }, (_, i) => `k${i}`).filter((key) => cluster.peek(id, key).value !== null)
    for (const id of ['n2', 'n3']) {
      const kept = known(id)
      expect(kept.length).toBeGreaterThan(10)
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => `k${i}`))
    }
  })
})

describe('a restart', () => {
  it('gives back the same copies, hints and map', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    cluster.kill('n5')
    for (const key of KEYS) cluster.put('n1', key, `of ${key}`, { w: 3 })
    cluster.run(100)
    const before = ['n1', 'n2', 'n3', 'n4'].map((id) => {
      const { keys, hints, mapDigest } = cluster.status(id)
      return { keys, hints, mapDigest, digests: cluster.digests(id) }
    })
    expect(before.some(({ hints }) => (hints.n5 ?? 0) > 0)).toBe(true)
    cluster.kill('n1', 'n2', 'n3', 'n4')
    cluster.restart('n1', 'n2', 'n3', 'n4')
    const after = ['n1', 'n2', 'n3', 'n4'].map((id) => {
      const { keys, hints, mapDigest } = cluster.status(id)
      return { keys, hints, mapDigest, digests: cluster.digests(id) }
    })
    expect(after).toEqual(before)
  })

  it('an acknowledgement of something known already waits for the record of the first time', () => {
    const cluster = new DynamoCluster({ nodes: 3, settings: QUIET, syncMs: 50 })
    const put = { type: 'put', key: 'k', value: 'v', op: 'c0.1', context: null, map: null, w: 3 }
    cluster.send('n1', put)
    cluster.run(10)
    // The same again, while the first is on its way to the disk.
    const again = cluster.send('n1', put, 'c1')
    cluster.run(20)
    expect(cluster.answerTo(again)).toBeNull()
    cluster.eventually('it is answered in the end', () => cluster.answerTo(again)?.type === 'done')
  })

  it('writes that are not readable stop the node', () => {
    const cluster = new DynamoCluster({ nodes: 3 })
    cluster.put('n1', 'k', 'v')
    cluster.kill('n1')
    cluster.damage('n1')
    cluster.restart('n1')
    expect(cluster.halted.get('n1')).toMatch(/log record \d+ is not readable/)
  })
})

describe('under which name a node mints', () => {
  const actors = (cluster: DynamoCluster, id: string, key: string): string[] => cluster.peek(id, key).versions.map(({ dot }) => dot)

  it('each life has its own', () => {
    const cluster = new DynamoCluster({ settings: QUIET })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.put('n1', key, 'a')
    cluster.kill('n1')
    cluster.restart('n1')
    cluster.put('n1', key, 'b')
    expect(actors(cluster, 'n1', key)).toEqual(['(n1,1)', '(n1.2,1)'])
  })

  it('an event that was not durable when the power went is not minted again', () => {
    const cluster = new DynamoCluster({ settings: QUIET, syncMs: 200 })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.send('n1', { type: 'put', key, value: 'first', op: 'c1.1', context: null, map: null })
    cluster.run(50)
    cluster.powercut('n1')
    expect(cluster.peek('n2', key).value).toBe('first')
    cluster.restart('n1')
    cluster.put('n1', key, 'second', { w: 3 })
    cluster.run(1_000)
    expect(values(cluster.get('n3', key, { r: 3 }))).toEqual(['first', 'second'])
  })

  it('a stand-in that has handed its hint over does not count on from nothing under the same name', () => {
    const cluster = new DynamoCluster({ settings: { 'anti-entropy': 'off' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    for (const round of ['a', 'b']) {
      cluster.partition(['n4', 'n5'], ['n1', 'n2', 'n3'])
      expect(cluster.put('n4', key, round, { w: 1 })).toMatchObject({ type: 'done', node: 'n4' })
      cluster.heal()
      cluster.eventually('the hints are home', () => cluster.converged())
    }
    expect(values(cluster.get('n1', key, { r: 3 }))).toEqual(['a', 'b'])
    expect(actors(cluster, 'n1', key)).toEqual(['(n4,1)', '(n4.1.1,1)'])
  })

  /** F24: n1 writes twice, loses its disk, and a client writes through it without having read. */
  function f24(bug: string): readonly string[] {
    const cluster = new DynamoCluster({ bug, settings: QUIET })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const first = cluster.put('n1', key, 'bob', { w: 3 })
    cluster.put('n1', key, 'phil', { w: 3, context: contextOf(first) })
    cluster.wipe('n1', { amnesiac: true })
    cluster.restart('n1')
    expect(cluster.put('n1', key, 'jon', { w: 2 })?.type).toBe('done')
    return values(cluster.get('n2', key, { r: 3 }))
  }

  it('F24: what was acknowledged after the disk was lost survives', () => {
    expect(f24('none')).toEqual(['jon', 'phil'])
  })

  it('F24 with bug=no-incarnation: the acknowledged write is gone', () => {
    expect(f24('no-incarnation')).not.toContain('jon')
  })

  /** F25: v1 on n1, n4 and n5; v2 and v3 on n1, n2, n3; n1 loses the key; a client who read the old ones writes through n1. */
  function f25(bug: string): readonly string[] {
    const cluster = new DynamoCluster({ bug, settings: { ...QUIET, 'hint-scan': '60s', 'read-repair': 'off' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const settle = (): void =>
      cluster.eventually('all hear each other', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    cluster.kill('n2', 'n3')
    const v1 = cluster.put('n1', key, 'v1', { w: 3 })
    expect(v1).toMatchObject({ type: 'done', got: 3 })
    cluster.restart('n2', 'n3')
    settle()
    const v2 = cluster.put('n1', key, 'v2', { w: 3, context: contextOf(v1) })
    expect(cluster.put('n1', key, 'v3', { w: 3, context: contextOf(v2) })).toMatchObject({ type: 'done', standIns: [] })
    cluster.kill('n2', 'n3')
    cluster.wipe('n1', { amnesiac: true })
    cluster.restart('n1')
    cluster.get('n1', key, { r: 3 })
    const old = cluster.get('n1', key, { r: 3 })
    expect(values(old)).toEqual(['v1'])
    expect(cluster.put('n1', key, 'v4', { w: 3, context: contextOf(old) })?.type).toBe('done')
    cluster.restart('n2', 'n3')
    settle()
    return values(cluster.get('n2', key, { r: 3 }))
  }

  it('F25: nor does an old context lead to an event that others have seen', () => {
    expect(f25('none')).toEqual(['v3', 'v4'])
    expect(f25('no-incarnation')).not.toContain('v4')
  })
})
