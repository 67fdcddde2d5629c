/** What a Dynamo cluster shows of itself live: the rules that hold at every moment, and a node's row and the ring. */
import { describe, expect, test } from 'vitest'
import { dynamo } from '../../../src/modes/dynamo/dynamo.ts'
import type { DynamoStatus } from '../../../src/modes/dynamo/status.ts'
import { DynamoWatch } from '../../../src/modes/dynamo/watch.ts'
import type { InvariantRow } from '../../../src/modes/face.ts'
import type { NodeView, Settings } from '../../../src/modes/mode.ts'
import { DynamoCluster } from './harness.ts'

const STATUS: DynamoStatus = {
  id: 'n1',
  life: 1,
  isMember: true,
  members: ['n1', 'n2', 'n3'],
  history: 'n1 n2 n3',
  mapDigest: 'aaaa1111',
  doubled: 0,
  keys: 4,
  partitions: 3,
  hints: {},
  down: [],
  incoming: 0,
  outgoing: 0,
  repairs: { hint: 2 },
  unsynced: 0,
  siblings: 1,
  dropped: {},
  counters: {},
}
const SETTINGS: Settings = Object.fromEntries(dynamo.settings.map(({ name, fallback }) => [name, fallback]))

function view(id: string, more: Partial<DynamoStatus> = {}): NodeView {
  return { id, state: 'live', status: { ...STATUS, id, ...more }, statusAgeMs: 0 }
}

function rowsAfter(...looks: readonly (readonly NodeView[])[]): ReadonlyMap<string, InvariantRow> {
  const watch = new DynamoWatch()
  for (const nodes of looks) watch.look(nodes)
  return new Map(watch.rows().map((row) => [row.name, row]))
}

describe('rules', () => {
  test('nothing is judged before anybody speaks; a sound cluster is green', () => {
    expect([...rowsAfter([]).values()].map(({ holds }) => holds)).toEqual([null, null, null, null, null])
    const sound = [view('n1', { hints: { n3: 2 } }), view('n2', { down: ['n3'] })]
    const later = [view('n1', { history: 'n1 n2 n3 +n4.1.n1', mapDigest: 'bbbb2222', repairs: { hint: 3, merkle: 1 } }), ...sound.slice(1)]
    expect([...rowsAfter(sound, later).values()].map(({ holds }) => holds)).toEqual([true, true, true, true, true])
    expect([...rowsAfter(sound, [view('n1'), view('n2')]).values()].map(({ holds }) => holds)).toEqual([true, true, true, true, true])
  })

  test.each([
    ['what is known of the ring only grows', [view('n1', { history: 'n1 n3', mapDigest: 'cccc' })], 'n1 forgot n2, which it knew'],
    [
      'equal histories, equal maps',
      [view('n1'), view('n2', { mapDigest: 'bbbb2222' })],
      'n2 goes by map bbbb and others by aaaa, from the same history',
    ],
    [
      'equal histories, equal maps',
      [view('n1'), view('n2', { history: 'n1 n2' })],
      'n2 goes by map aaaa, which others have from another history',
    ],
    ['homes are different nodes', [view('n1', { doubled: 2 })], 'n1 lists a node twice among the homes of 2 partitions'],
    ['hints are for others', [view('n1', { hints: { n1: 1 } })], 'n1 keeps 1 hint for itself'],
    ['hints are for others', [view('n1', { down: ['n1'] })], 'n1 takes itself to be down'],
    ['lives and counts go forward', [view('n1', { repairs: {} })], 'n1 counted 2 repairs by hint, and now 0'],
    ['lives and counts go forward', [view('n1', { life: 0 })], 'n1 went back from life 1 to life 0'],
  ] as const)('%s: alone is red, and stays so', (name, nodes, why) => {
    const red = [...rowsAfter([view('n1')], nodes, [view('n1')]).values()].filter(({ holds }) => holds === false)
    expect(red).toEqual([{ name, holds: false, why }])
  })

  test('a new life may know less and counts from nothing', () => {
    const after = rowsAfter([view('n1')], [view('n1', { life: 2, history: '', mapDigest: 'none', repairs: {} })])
    expect(after.get('what is known of the ring only grows')?.holds).not.toBe(false)
    expect(after.get('lives and counts go forward')?.holds).not.toBe(false)
  })

  test('maps that differ are no fault: they agree later', () => {
    const differ = [view('n1'), view('n2', { mapDigest: 'bbbb2222', history: 'n1 n2' })]
    expect([...rowsAfter(differ).values()].filter(({ holds }) => holds === false)).toEqual([])
  })
})

describe('on a cluster', () => {
  const redOn = (bug: string): readonly (readonly [string, string])[] => {
    const cluster = new DynamoCluster({ nodes: 5, bug })
    const watch = new DynamoWatch()
    for (let look = 0; look < 4; look++) {
      cluster.run(250)
      watch.look(cluster.ids.map((id): NodeView => ({ id, state: 'live', status: cluster.status(id), statusAgeMs: 0 })))
    }
    return watch.rows().flatMap(({ name, holds, why }) => (holds === false ? [[name, why] as const] : []))
  }

  test('preference lists that do not skip whom they have show at once', () => {
    expect(redOn('same-node-replicas')).toEqual([
      ['homes are different nodes', expect.stringMatching(/^n1 lists a node twice among the homes of \d+ partitions?$/)],
    ])
    expect(redOn('none')).toEqual([])
  })
})

describe('a row', () => {
  const roleOf = (more: Partial<DynamoStatus>): string | null | undefined => dynamo.face?.(view('n1', more), [], SETTINGS).role

  test('says what a node is to the ring, from its own word', () => {
    expect(roleOf({})).toBe('member')
    expect(roleOf({ incoming: 3, history: 'n2 n3 +n1.4.n2' })).toBe('joining')
    expect(roleOf({ incoming: 3, history: 'n1 n2 n3 -n4.4.n2' })).toBe('fetching')
    expect(roleOf({ isMember: false, outgoing: 2 })).toBe('leaving')
    expect(roleOf({ isMember: false, keys: 0 })).toBe('left')
    expect(roleOf({ isMember: false, keys: 0, history: '' })).toBe('outside')
    expect(dynamo.face?.({ ...view('n1'), state: 'asleep' }, [], SETTINGS)).toMatchObject({ role: null, weight: 'none' })
    expect(dynamo.face?.({ id: 'b0', state: 'live', status: { role: 'balancer' }, statusAgeMs: 0 }, [], SETTINGS)).toMatchObject({
      role: 'balancer',
      facts: [],
    })
  })

  test('has the same columns whether the node speaks or not', () => {
    const silent = dynamo.face?.({ id: 'n1', state: 'dead', status: null, statusAgeMs: Number.POSITIVE_INFINITY }, [], SETTINGS)
    const speaking = dynamo.face?.(view('n1', { hints: { n2: 1, n3: 2 } }), [], SETTINGS)
    expect(silent?.facts.map(({ name }) => name)).toEqual(speaking?.facts.map(({ name }) => name))
    expect(speaking?.facts.find(({ name }) => name === 'hints')).toEqual({ name: 'hints', value: '3', warn: true })
    expect(speaking?.facts.find(({ name }) => name === 'repairs')).toMatchObject({ value: 'hint 2' })
  })
})

test("the ring has an owner for each partition, each member its share; it is nobody's when nobody speaks", () => {
  const settings = { ...SETTINGS, strategy: '3', partitions: '64' }
  const ring = dynamo.ring?.([view('n1'), view('n2'), view('n3')], settings)
  expect(ring?.nodes).toEqual(['n1', 'n2', 'n3'])
  expect(ring?.owners).toHaveLength(64)
  for (const node of [0, 1, 2]) expect(ring?.owners.filter((owner) => owner === node).length).toBeGreaterThanOrEqual(21)
  expect(dynamo.ring?.([{ ...view('n1'), state: 'dead' }], settings)).toBeNull()
})
