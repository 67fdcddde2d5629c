/** A Raft node in its row. */
import { expect, test } from 'vitest'
import type { NodeView } from '../../../src/modes/mode.ts'
import { raft } from '../../../src/modes/raft/raft.ts'
import { Cluster } from './harness.ts'

function views(cluster: Cluster, asleep: readonly string[] = []): readonly NodeView[] {
  const alive = cluster.alive()
  return cluster.ids.map((id): NodeView => {
    if (!alive.includes(id)) return { id, state: 'dead', status: null, statusAgeMs: Number.POSITIVE_INFINITY }
    return { id, state: asleep.includes(id) ? 'asleep' : 'live', status: cluster.status(id), statusAgeMs: 0 }
  })
}

function facesOf(nodes: readonly NodeView[]) {
  return new Map(nodes.map((node) => [node.id, raft.face?.(node, nodes, {})]))
}

test('roles, the log as runs of terms, and how far each is behind the leader', () => {
  const cluster = new Cluster({ nodes: 3 })
  const first = cluster.elect()
  cluster.call('c1', 'put', 'k', '1')
  cluster.kill(first)
  const second = cluster.elect()
  for (let i = 0; i < 70; i++) cluster.call('c1', 'put', 'k', String(i))
  cluster.run(2_000)
  const nodes = views(cluster)
  const faces = facesOf(nodes)
  const leader = faces.get(second)
  const status = cluster.status(second)
  expect(leader).toMatchObject({ role: 'leader', weight: 'lead', strip: { last: status.last, commit: status.commit } })
  expect(leader?.facts.map(({ name }) => name)).toEqual(['term', 'last', 'commit', 'applied', 'lag'])
  expect(leader?.strip?.runs.reduce((sum, [, count]) => sum + count, 0)).toBe(64)
  expect(leader?.strip?.from).toBe(status.last - 63)
  expect(faces.get(first)).toMatchObject({ role: null, weight: 'none', strip: null })
  // The leader knows what a dead one last confirmed.
  expect(Number(faces.get(first)?.facts.at(-1)?.value)).toBeGreaterThan(60)
  expect(faces.get(first)?.facts.at(-1)?.warn).toBe(true)
  const third = cluster.ids.find((id) => id !== first && id !== second) ?? ''
  expect(facesOf(views(cluster, [third])).get(third)).toMatchObject({
    role: null,
    weight: 'none',
    strip: { last: cluster.status(third).last },
  })
})

test('a short log begins at its first entry, with a run for each term', () => {
  const cluster = new Cluster({ nodes: 3 })
  const first = cluster.elect()
  cluster.kill(first)
  const second = cluster.elect()
  const { tail, last } = cluster.status(second)
  expect(tail.map(([, count]) => count).reduce((sum, count) => sum + count, 0)).toBe(last)
  expect(tail.map(([term]) => term)).toEqual([...new Set(cluster.log(second).map(({ term }) => term))])
  expect(facesOf(views(cluster)).get(second)?.strip?.from).toBe(1)
})

test('f of so many servers', () => {
  expect([1, 2, 3, 4, 5, 7].map((nodes) => raft.tolerates?.(nodes))).toEqual([0, 0, 1, 1, 2, 3])
})
