import { describe, expect, it } from 'vitest'
import { nodeIds } from '../../../../src/machine/ids.ts'
import { Cluster, copyOf, keys } from './cluster.ts'
import { homesOf, isQuiet, valueAt } from './looks.ts'

const S = 1_000_000
/** One partition, so that its copies are all in one tree. */
const ONE = { partitions: '1', n: '2', r: '1', w: '1' }

function fill(cluster: Cluster, id: string, wanted: readonly string[], n = 1): void {
  cluster.inside(id, ({ copies }) => {
    for (const key of wanted) copies.take(key, copyOf('n1', n, `${key}/${n}`), 'replicate')
  })
}

function fillHomes(cluster: Cluster, wanted: readonly string[], n = 1): void {
  for (const id of cluster.alive) {
    fill(
      cluster,
      id,
      wanted.filter((key) => homesOf(cluster, key).includes(id)),
      n,
    )
  }
}

function repairs(cluster: Cluster): number {
  return cluster.total('healed-merkle')
}

/** Nobody repairs anything for two rounds. */
function expectSilence(cluster: Cluster): void {
  const before = repairs(cluster)
  const sessions = cluster.total('sync-sessions')
  cluster.run(11 * S)
  expect(repairs(cluster)).toBe(before)
  expect(cluster.total('sync-sessions')).toBe(sessions)
}

describe.each(['1', '2', '3'])('anti-entropy with strategy %s', (strategy) => {
  it('F34a: what was written to one home only reaches all, and then repairs cease', () => {
    const cluster = new Cluster(nodeIds(5), { settings: { strategy, tokens: '4' } })
    const wanted = keys(200)
    for (const key of wanted)
      cluster.inside(homesOf(cluster, key)[0] ?? '', ({ copies }) => copies.take(key, copyOf('n1', 1, key), 'write'))
    cluster.until('equal', () => isQuiet(cluster, wanted))
    expectSilence(cluster)
  })
})

describe('anti-entropy', () => {
  it('F34b: what changed on one home only reaches all', () => {
    const cluster = new Cluster(nodeIds(5))
    const wanted = keys(300)
    fillHomes(cluster, wanted)
    for (const key of wanted) fill(cluster, homesOf(cluster, key)[1] ?? '', [key], 2)
    cluster.until('equal', () => isQuiet(cluster, wanted))
    for (const key of wanted) expect(valueAt(cluster, homesOf(cluster, key)[2] ?? '', key)).toBe(`${key}/2`)
    expectSilence(cluster)
  })

  it("F34c: a partition's data dropped on one home come back from the others", () => {
    const cluster = new Cluster(nodeIds(5))
    const wanted = keys(300)
    fillHomes(cluster, wanted)
    cluster.until('equal', () => isQuiet(cluster, wanted))
    const dropped = cluster.inside('n3', ({ copies }) => {
      const [partition = 0] = copies.partitions()
      const inIt = copies.keysIn(partition)
      for (const key of inIt) copies.drop(key)
      return inIt
    })
    expect(dropped.length).toBeGreaterThan(0)
    expect(isQuiet(cluster, wanted)).toBe(false)
    const before = repairs(cluster)
    cluster.until('equal', () => isQuiet(cluster, wanted))
    expect(repairs(cluster) - before).toBe(dropped.length)
    expectSilence(cluster)
  })

  it('F34d: trees are built anew by a process that lost them, equal to what they were, and nothing has to be repaired', () => {
    const cluster = new Cluster(nodeIds(5))
    const wanted = keys(300)
    fillHomes(cluster, wanted)
    cluster.run(S)
    cluster.until('equal', () => isQuiet(cluster, wanted))
    const roots = () => cluster.inside('n3', ({ copies }) => [...copies.partitions()].sort().map((one) => copies.tree(one).root))
    const [before, repaired] = [roots(), repairs(cluster)]
    cluster.kill('n3')
    cluster.restart('n3')
    expect(roots()).toEqual(before)
    cluster.run(11 * S)
    expect(repairs(cluster)).toBe(repaired)
    expect(isQuiet(cluster, wanted)).toBe(true)
  })

  it('F34e: a node whose disk was wiped, data and trees, gets everything back', () => {
    const cluster = new Cluster(nodeIds(5))
    const wanted = keys(300)
    fillHomes(cluster, wanted)
    cluster.run(S)
    cluster.wipe('n3')
    cluster.restart('n3')
    cluster.until('equal', () => isQuiet(cluster, wanted))
    expectSilence(cluster)
  })

  it('F35: a node that missed one write gets that one', () => {
    const cluster = new Cluster(nodeIds(3))
    const wanted = keys(300)
    fillHomes(cluster, wanted)
    cluster.until('equal', () => isQuiet(cluster, wanted))
    const before = repairs(cluster)
    for (const id of ['n1', 'n2']) fill(cluster, id, ['k7'], 2)
    cluster.until('equal', () => isQuiet(cluster, wanted))
    expect(repairs(cluster) - before).toBe(1)
  })

  it('10,000 keys in one partition, 10 differing: few hashes travel (N12)', () => {
    const cluster = new Cluster(nodeIds(2), { settings: ONE })
    const wanted = keys(10_000)
    fillHomes(cluster, wanted)
    fill(
      cluster,
      'n1',
      wanted.filter((_, i) => i % 1_000 === 0),
      2,
    )
    cluster.until('equal', () => isQuiet(cluster, wanted))
    const [hashes, keyHashes] = [cluster.total('merkle-hashes'), cluster.total('merkle-keys')]
    console.log('merkle', { hashes, keyHashes, repairs: repairs(cluster) })
    expect(hashes).toBeLessThanOrEqual(300)
    expect(repairs(cluster)).toBe(10)
  }, 20_000)

  it('messages stay within 48 KB, but for a copy that is larger alone', () => {
    const cluster = new Cluster(nodeIds(2), { settings: ONE })
    const wanted = keys(200)
    cluster.inside('n1', ({ copies }) => {
      for (const key of wanted) copies.take(key, copyOf('n1', 1, 'x'.repeat(3_000)), 'replicate')
    })
    cluster.until('equal', () => isQuiet(cluster, wanted))
    expect(cluster.largest).toBeLessThan(50 * 1024)
    cluster.inside('n1', ({ copies }) => copies.take('large', copyOf('n1', 1, 'x'.repeat(60_000)), 'replicate'))
    cluster.until('equal', () => isQuiet(cluster, [...wanted, 'large']))
  })

  it('D9: gives way while clients wait long, and still gets done', () => {
    const took = (latencyUs: number): number => {
      const cluster = new Cluster(nodeIds(2), { settings: ONE })
      const wanted = keys(1_000)
      for (const id of ['n1', 'n2']) {
        cluster.inside(id, ({ admission }) => {
          for (let i = 0; i < 100; i++) admission.served(latencyUs)
        })
      }
      fill(cluster, 'n1', wanted)
      cluster.until('a session', () => cluster.total('sync-sessions') > 0)
      return cluster.until('equal', () => isQuiet(cluster, wanted)) / S
    }
    const [quick, slow] = [took(2_000), took(300_000)]
    console.log('1,000 keys synced in', { quick, slow })
    expect(quick).toBeLessThan(1)
    expect(slow).toBeGreaterThan(3)
  })

  it('works on while messages are lost', () => {
    const cluster = new Cluster(nodeIds(5), { loss: 0.1 })
    const wanted = keys(200)
    for (const key of wanted) fill(cluster, homesOf(cluster, key)[0] ?? '', [key])
    cluster.until('equal', () => isQuiet(cluster, wanted), 200 * S)
  })

  it('F36: whoever dies in whatever phase, nothing is left of the session, and the next one does it', () => {
    const cluster = new Cluster(nodeIds(2), { settings: ONE, latencyUs: 20_000 })
    const wanted = keys(500)
    for (let turn = 0; turn < 6; turn++) {
      const writer = turn % 2 === 0 ? 'n1' : 'n2'
      fill(cluster, writer, wanted, turn + 1)
      const sessions = cluster.total('sync-sessions')
      cluster.until('a session', () => cluster.total('sync-sessions') > sessions)
      cluster.run(turn * 45_000)
      cluster.kill(turn % 3 === 0 ? 'n1' : 'n2')
      cluster.run(3 * S)
      cluster.restart(turn % 3 === 0 ? 'n1' : 'n2')
    }
    cluster.until('equal', () => isQuiet(cluster, wanted))
    expectSilence(cluster)
  }, 20_000)

  it('an item that cannot be read is skipped, counted, and holds up no other', () => {
    const cluster = new Cluster(nodeIds(2), { settings: ONE })
    const wanted = keys(50)
    cluster.inside('n1', ({ copies }) => {
      for (const key of wanted) copies.take(key, copyOf('n1', 1, key), 'replicate')
      const copy = copyOf('n1', 1, 'corrupt')
      copies.take('bad', { ...copy, versions: [{ ...copy.versions[0], op: 'not a name' } as never] }, 'replicate')
    })
    cluster.until('the others', () => wanted.every((key) => valueAt(cluster, 'n2', key) === key))
    expect(valueAt(cluster, 'n2', 'bad')).toBeNull()
    cluster.until('it is counted', () => cluster.total('sync-skipped') > 0)
  })

  it('junk is refused and counted', () => {
    const cluster = new Cluster(nodeIds(2), { settings: ONE })
    const map = cluster.house('n1').membership.ring.digest
    const session = { session: 'x', partition: 'p0', map }
    const junk = [
      { type: 'sync-roots', map, roots: [['p0']] },
      { type: 'sync-open', ...session },
      { type: 'sync-children', ...session, paths: 7 },
      { type: 'sync-keys', ...session, paths: [7] },
      { type: 'sync-fetch', ...session, keys: [null] },
      { type: 'sync-give', ...session, items: 'all' },
      { type: 'sync-open', session: 'x', partition: '__proto__', map, push: true },
    ]
    const asked = junk.map((body) => cluster.request('n1', body, 'n9'))
    cluster.run(S)
    expect(asked.map((id) => cluster.answerTo(id)?.why)).toEqual(junk.map(() => 'malformed'))
    expect(cluster.house('n1').dropped.get('bad-sync')).toBe(junk.length)
  })

  it('serves a few sessions at a time and refuses more', () => {
    const cluster = new Cluster(nodeIds(2), { settings: ONE })
    const map = cluster.house('n1').membership.ring.digest
    const open = (session: string): string => cluster.request('n1', { type: 'sync-open', session, partition: 'p0', map, push: false }, 'n9')
    const asked = ['a', 'b', 'c', 'd', 'e'].map(open)
    cluster.run(100_000)
    expect(asked.map((id) => cluster.answerTo(id)?.type).sort()).toEqual([...new Array(4).fill('sync-opened'), 'sync-refused'])
    cluster.run(5 * S)
    const again = open('f')
    cluster.run(100_000)
    expect(cluster.answerTo(again)?.type).toBe('sync-opened')
  })
})
