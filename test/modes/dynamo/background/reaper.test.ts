import { describe, expect, it } from 'vitest'
import { nodeIds } from '../../../../src/machine/ids.ts'
import type { Copy } from '../../../../src/modes/dynamo/versions.ts'
import { Cluster, copyOf, keys } from './cluster.ts'
import { homesOf, isQuiet, valueAt } from './looks.ts'

const S = 1_000_000
const GRACE = { grace: '3s', 'anti-entropy-every': '1s' }

function put(cluster: Cluster, key: string, copy: Copy, without: readonly string[] = []): void {
  for (const home of homesOf(cluster, key, 'n1').filter((id) => !without.includes(id))) {
    cluster.inside(home, ({ copies }) => copies.take(key, copy, 'replicate'))
  }
}

/** A delete that has seen the first version. */
function deleted(cluster: Cluster): Copy {
  const wallMs = cluster.house('n1').wallMs
  return copyOf('n1', 2, null, wallMs)
}

function holders(cluster: Cluster, key: string): readonly string[] {
  return cluster.alive.filter((id) => cluster.house(id).copies.get(key) !== null)
}

describe('tombstones', () => {
  it('go once they are old enough and everyone agrees', () => {
    const cluster = new Cluster(nodeIds(5), { settings: GRACE })
    const wanted = keys(150)
    for (const key of wanted) put(cluster, key, copyOf('n1', 1, 'v'))
    for (const key of wanted) put(cluster, key, deleted(cluster))
    cluster.run(2.9 * S)
    expect(cluster.total('reaped')).toBe(0)
    cluster.until('all gone', () => wanted.every((key) => holders(cluster, key).length === 0), 30 * S)
    expect(cluster.total('healed-merkle')).toBe(0)
  })

  it('F29: not while a home is down; when it is back the value does not return', () => {
    const cluster = new Cluster(nodeIds(5), { settings: GRACE })
    put(cluster, 'k', copyOf('n1', 1, 'v'))
    const [, , away = ''] = homesOf(cluster, 'k')
    cluster.run(S)
    cluster.kill(away)
    put(cluster, 'k', deleted(cluster), [away])
    cluster.run(30 * S)
    expect(holders(cluster, 'k').length).toBe(2)
    cluster.restart(away)
    expect(valueAt(cluster, away, 'k')).toBe('v')
    cluster.until('gone everywhere', () => holders(cluster, 'k').length === 0)
  })

  it.each(['at once', 'later'])(
    'a node that was removed and comes back %s with its old disk does not bring back what was deleted',
    (when) => {
      const cluster = new Cluster(nodeIds(5), { settings: GRACE })
      put(cluster, 'k', copyOf('n1', 1, 'v'))
      const away = homesOf(cluster, 'k').find((id) => id !== 'n1') ?? ''
      const [other = ''] = cluster.ids.filter((id) => id !== away)
      cluster.run(S)
      cluster.kill(away)
      const left = cluster.request(other, { type: 'leave', node: away })
      cluster.until('it was removed', () => cluster.answerTo(left) !== null)
      put(cluster, 'k', deleted(cluster), [away])
      cluster.until('the delete is forgotten', () => holders(cluster, 'k').length === 0)
      cluster.restart(away)
      // It offers what it has before it hears anything.
      if (when === 'later') cluster.cut([away], [other])
      cluster.inside(away, (house) => {
        const copy = house.copies.get('k')
        for (const peer of house.membership.peers) house.tell(peer, { type: 'replicate', key: 'k', copy, home: null, durable: false })
        for (const peer of house.membership.peers) house.tell(peer, { type: 'handoff', items: [['k', copy]] })
      })
      cluster.run(10 * S)
      cluster.heal()
      expect(holders(cluster, 'k')).toEqual([])
      const joined = cluster.request(away, { type: 'join', seed: other })
      cluster.until('it is back', () => cluster.answerTo(joined)?.type === 'changed')
      cluster.run(10 * S)
      expect(holders(cluster, 'k')).toEqual([])
      expect(cluster.inside(away, ({ copies }) => copies.actorFor('k', { seen: { clock: {}, dots: [] }, versions: [] }))).not.toBe(away)
    },
  )

  it('F29, bug no-grace: the value returns', () => {
    const cluster = new Cluster(nodeIds(5), { settings: GRACE, bug: 'no-grace' })
    put(cluster, 'k', copyOf('n1', 1, 'v'))
    const [, , away = ''] = homesOf(cluster, 'k')
    cluster.run(S)
    cluster.kill(away)
    put(cluster, 'k', deleted(cluster), [away])
    cluster.run(5 * S)
    cluster.restart(away)
    cluster.until('resurrected', () => homesOf(cluster, 'k').every((id) => valueAt(cluster, id, 'k') === 'v'))
  })

  it.each(['hint', 'copy'])('F27, F28: not while anybody keeps something older as a %s', (as) => {
    const cluster = new Cluster(nodeIds(5), { settings: { ...GRACE, 'anti-entropy': 'off' } })
    const homes = homesOf(cluster, 'k')
    const [other = ''] = nodeIds(5).filter((id) => !homes.includes(id))
    put(cluster, 'k', deleted(cluster))
    if (as === 'copy') cluster.inside(homes[2] ?? '', ({ copies }) => copies.drop('k'))
    const old = copyOf('n1', 1, 'old')
    if (as === 'copy') cluster.inside(homes[2] ?? '', ({ copies }) => copies.take('k', old, 'replicate'))
    else cluster.inside(other, ({ hints }) => hints.add(homes[0] ?? '', 'k', old))
    cluster.run(100_000)
    // Its holder does not answer: for all that is known it has something.
    cluster.kill(as === 'copy' ? (homes[2] ?? '') : other)
    cluster.run(20 * S)
    expect(cluster.total('reaped')).toBe(0)
    cluster.restart(as === 'copy' ? (homes[2] ?? '') : other)
    cluster.run(20 * S)
    if (as === 'copy') expect(cluster.total('reaped')).toBe(0)
    else cluster.until('delivered, then gone', () => holders(cluster, 'k').length === 0)
    expect(cluster.alive.some((id) => valueAt(cluster, id, 'k') === 'old')).toBe(as === 'copy')
  })

  it('F30: one that a single node has reaped is no difference that anti-entropy repairs', () => {
    const cluster = new Cluster(nodeIds(5), { settings: GRACE })
    put(cluster, 'k', deleted(cluster))
    const homes = homesOf(cluster, 'k')
    const [far = ''] = nodeIds(5).filter((id) => !homes.includes(id))
    // Nobody can agree on reaping.
    cluster.kill(far)
    cluster.run(5 * S)
    cluster.inside(homes[1] ?? '', ({ copies }) => copies.drop('k'))
    cluster.run(20 * S)
    expect(cluster.total('healed-merkle')).toBe(0)
    expect(holders(cluster, 'k').length).toBe(2)
    cluster.restart(far)
    cluster.until('gone everywhere', () => holders(cluster, 'k').length === 0)
    expect(cluster.total('healed-merkle')).toBe(0)
  })

  it('T4: within the grace they are carried like any version', () => {
    const cluster = new Cluster(nodeIds(5), { settings: { grace: '10m' } })
    put(cluster, 'k', copyOf('n1', 1, 'v'))
    const [first = '', , last = ''] = homesOf(cluster, 'k')
    cluster.inside(first, ({ copies }) => copies.take('k', deleted(cluster), 'write'))
    cluster.until('carried', () => valueAt(cluster, last, 'k') === 'deleted')
    expect(isQuiet(cluster, [])).toBe(true)
  })

  it('a clock an hour behind does not shorten the grace', () => {
    const cluster = new Cluster(nodeIds(5), { settings: GRACE })
    put(cluster, 'k', copyOf('n1', 2, null, cluster.house('n1').wallMs - 3_600_000))
    cluster.run(2.9 * S)
    expect(cluster.total('reaped')).toBe(0)
    cluster.until('gone', () => holders(cluster, 'k').length === 0)
  })
})
