import { describe, expect, it } from 'vitest'
import { nodeIds } from '../../../../src/machine/ids.ts'
import { Cluster, type ClusterOptions, copyOf, keys } from './cluster.ts'
import { homesOf, isQuiet, valueAt } from './looks.ts'

const S = 1_000_000
const QUIET = { 'anti-entropy': 'off', tokens: '4' }

function filled(count: number, wanted: readonly string[], options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster(nodeIds(count), { ...options, settings: { ...QUIET, ...options.settings } })
  for (const key of wanted) {
    for (const home of homesOf(cluster, key)) cluster.inside(home, ({ copies }) => copies.take(key, copyOf('n1', 1, key), 'replicate'))
  }
  cluster.run(S)
  return cluster
}

function join(cluster: Cluster, id: string, seed = 'n1'): void {
  cluster.start(id, [])
  const request = cluster.request(id, { type: 'join', seed })
  cluster.until(`${id} joined`, () => cluster.answerTo(request)?.type === 'changed')
}

/** Nothing lost anywhere: every key is at one live node at least, as home or as one that still keeps it. */
function expectNothingLost(cluster: Cluster, wanted: readonly string[]): void {
  for (const key of wanted)
    expect(
      cluster.alive.some((id) => valueAt(cluster, id, key) === key),
      key,
    ).toBe(true)
}

describe.each(['1', '2', '3'])('strategy %s', (strategy) => {
  const wanted = keys(150)

  it('F37: two join at the same time, writes go on, and each key ends at its homes alone', () => {
    const cluster = filled(4, wanted, { settings: { strategy } })
    for (const id of ['n5', 'n6']) cluster.start(id, [])
    const asked = [cluster.request('n5', { type: 'join', seed: 'n1' }), cluster.request('n6', { type: 'join', seed: 'n3' })]
    const late = keys(100, 'late')
    for (const [i, key] of late.entries()) {
      cluster.run(5_000)
      // By the map of whoever coordinates, which may be an older one.
      const by = cluster.alive[i % 6] ?? 'n1'
      for (const home of homesOf(cluster, key, cluster.house(by).membership.isMember ? by : 'n1')) {
        cluster.inside(home, ({ copies }) => copies.take(key, copyOf('n1', 1, key), 'replicate'))
      }
      expectNothingLost(cluster, [wanted[i] ?? 'k0', key])
    }
    cluster.until('joined', () => asked.every((id) => cluster.answerTo(id) !== null))
    cluster.until('quiet', () => isQuiet(cluster, [...wanted, ...late]))
    expect(cluster.count('n6', 'partitions-arrived')).toBeGreaterThan(0)
  })

  it('F39: one joins while another leaves', () => {
    const cluster = filled(5, wanted, { settings: { strategy } })
    cluster.start('n6', [])
    const asked = [cluster.request('n6', { type: 'join', seed: 'n1' }), cluster.request('n2', { type: 'leave', node: 'n2' })]
    cluster.until('both', () => asked.every((id) => cluster.answerTo(id)?.type === 'changed'))
    cluster.until('quiet', () => isQuiet(cluster, wanted))
    expect(cluster.house('n2').copies.size).toBe(0)
    expect(cluster.house('n4').membership.ring.members.join(' ')).toBe('n1 n3 n4 n5 n6')
  })

  it.each(['source', 'target'])('F36/F39: the %s is killed again and again in the middle of a join', (who) => {
    const cluster = filled(4, wanted, { settings: { strategy }, latencyUs: 5_000 })
    join(cluster, 'n5')
    for (let i = 0; i < 6; i++) {
      const victim = who === 'target' ? 'n5' : (['n1', 'n2', 'n3', 'n4'][i % 4] ?? 'n1')
      cluster.run(40_000 + i * 35_000)
      cluster.kill(victim)
      cluster.run(200_000)
      cluster.restart(victim)
      expectNothingLost(cluster, wanted)
    }
    cluster.until('quiet', () => isQuiet(cluster, wanted))
  })
})

describe('a new home', () => {
  it('says from whom to read until it has what they had, also after a restart', () => {
    const cluster = filled(4, keys(200))
    cluster.cut(['n5'], ['n3', 'n4'])
    join(cluster, 'n5')
    cluster.restart('n5')
    const { membership, transfers } = cluster.house('n5')
    const arriving = Array.from({ length: membership.ring.partitions }, (_, p) => p).filter((p) => transfers.arriving(p) !== null)
    expect(arriving.length).toBeGreaterThan(0)
    expect(transfers.incoming).toBe(arriving.length)
    for (const partition of arriving) {
      expect(transfers.arriving(partition)).not.toContain('n5')
      // Whoever keeps it no more is the one that has it for sure.
      const [first = ''] = transfers.arriving(partition) ?? []
      expect(membership.ring.homes(partition)).not.toContain(first)
    }
    cluster.heal()
    cluster.until('arrived', () => cluster.house('n5').transfers.incoming === 0)
    cluster.run(S)
    cluster.restart('n5')
    expect(cluster.house('n5').transfers.incoming).toBe(0)
  })

  it('F38: gets all from a departing home that has it, though another missed it', () => {
    const cluster = new Cluster(nodeIds(3), { settings: { ...QUIET, n: '2' } })
    const wanted = keys(400)
    // n1 was away for all but a few of the writes.
    for (const [i, key] of wanted.entries()) {
      for (const home of homesOf(cluster, key).filter((id) => id !== 'n1' || i < 10)) {
        cluster.inside(home, ({ copies }) => copies.take(key, copyOf('n2', 1, key), 'replicate'))
      }
    }
    cluster.run(S)
    join(cluster, 'n4')
    cluster.until('moved', () =>
      cluster.alive.every((id) => cluster.house(id).transfers.incoming + cluster.house(id).transfers.outgoing === 0),
    )
    for (const key of wanted)
      expect(
        homesOf(cluster, key).some((id) => valueAt(cluster, id, key) === key),
        key,
      ).toBe(true)
  })

  it('takes other homes for enough when nobody who kept it lives, and does not wait for ever', () => {
    const cluster = filled(3, keys(100), { settings: { n: '1', r: '1', w: '1' } })
    cluster.cut(['n4'], ['n1', 'n3'])
    join(cluster, 'n4', 'n2')
    cluster.kill('n1')
    cluster.kill('n3')
    // N is 1: its partitions of n1 and n3 have no other home. It keeps saying so.
    cluster.run(10 * S)
    expect(cluster.house('n4').transfers.incoming).toBeGreaterThan(0)
    cluster.heal()
    cluster.restart('n1')
    cluster.restart('n3')
    cluster.until('quiet', () => isQuiet(cluster, keys(100)))
  })

  it('N = 1: waits for its keeper while that is a member, and not for one that is dead and has left', () => {
    const cluster = filled(3, keys(60), { settings: { n: '1', r: '1', w: '1' } })
    cluster.kill('n3')
    const request = cluster.request('n1', { type: 'leave', node: 'n3' })
    cluster.until('it has left', () => cluster.answerTo(request)?.type === 'changed')
    cluster.run(3 * S)
    expect(cluster.house('n1').transfers.incoming).toBeGreaterThan(0)
    cluster.until('nothing is waited for', () => ['n1', 'n2'].every((id) => cluster.house(id).transfers.incoming === 0))
    // n1 is away, and still a member: a newcomer must not take its own emptiness for all there is.
    cluster.kill('n1')
    join(cluster, 'n4', 'n2')
    cluster.run(30 * S)
    expect(cluster.house('n4').transfers.incoming).toBeGreaterThan(0)
  })

  it('M7: joins while a home is down, and is whole without it', () => {
    const cluster = filled(4, keys(200))
    cluster.kill('n4')
    join(cluster, 'n5')
    cluster.until('arrived', () => cluster.house('n5').transfers.incoming === 0)
    cluster.restart('n4')
    cluster.until('quiet', () => isQuiet(cluster, keys(200)))
  })
})

describe('who is no home any more', () => {
  it('has left only when nobody needs it: killed then, it is not missed', () => {
    const cluster = filled(5, keys(100), { latencyUs: 10_000 })
    const request = cluster.request('n2', { type: 'leave', node: 'n2' })
    cluster.until('n2 left', () => cluster.answerTo(request)?.type === 'changed')
    cluster.kill('n2')
    for (const id of cluster.alive) {
      expect(cluster.house(id).membership.ring.members).not.toContain('n2')
      expect(cluster.house(id).transfers.incoming).toBe(0)
    }
    cluster.until('quiet', () => isQuiet(cluster, keys(100)))
  })

  it('goes also when a member is away, and then others give what it had', () => {
    const cluster = filled(5, keys(100))
    cluster.kill('n4')
    const request = cluster.request('n2', { type: 'leave', node: 'n2' })
    cluster.run(20 * S)
    // A home that is away has not confirmed its copies: the leaver keeps them.
    expect(cluster.answerTo(request)).toBeNull()
    cluster.restart('n4')
    cluster.until('n2 left', () => cluster.answerTo(request)?.type === 'changed')
    cluster.until('quiet', () => isQuiet(cluster, keys(100)))
  })

  it('keeps its copies while any home of now has not confirmed them', () => {
    const cluster = filled(4, keys(200))
    cluster.cut(['n5'], ['n2', 'n3', 'n4'])
    join(cluster, 'n5')
    cluster.run(20 * S)
    const waiting = ['n2', 'n3', 'n4'].reduce((sum, id) => sum + cluster.house(id).transfers.outgoing, 0)
    expect(waiting).toBeGreaterThan(0)
    cluster.heal()
    cluster.until('quiet', () => isQuiet(cluster, keys(200)))
  })

  it('bug delete-first: what it deleted before anyone confirmed is lost when the message is', () => {
    const lost = (bug: string): number => {
      const cluster = new Cluster(nodeIds(3), { bug, settings: { ...QUIET, n: '1', r: '1', w: '1' } })
      const wanted = keys(200)
      for (const key of wanted) {
        const [home = ''] = homesOf(cluster, key)
        cluster.inside(home, ({ copies }) => copies.take(key, copyOf('n1', 1, key), 'replicate'))
      }
      join(cluster, 'n4')
      for (let i = 0; i < 4; i++) {
        cluster.restart('n4')
        cluster.run(2 * S)
      }
      return wanted.filter((key) => cluster.alive.every((id) => valueAt(cluster, id, key) === null)).length
    }
    expect(lost('delete-first')).toBeGreaterThan(0)
    expect(lost('none')).toBe(0)
  })
})
