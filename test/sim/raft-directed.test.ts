/** Known-bad variants whose moment the shared fault mix hardly ever meets: each is led there under virtual time. */
import { describe, expect, test } from 'vitest'
import type { EndpointId, OperationResult } from '../../src/machine/contract.ts'
import { MS, SECOND } from '../../src/machine/time.ts'
import { raft } from '../../src/modes/raft/raft.ts'
import { drawAtomicScenario } from '../../src/sim/atomic-scenario.ts'
import type { Endpoint } from '../../src/sim/endpoint.ts'
import { Violation } from '../../src/sim/monitor.ts'
import { CALM } from '../../src/sim/network.ts'
import { RaftMonitor } from '../../src/sim/raft-invariants.ts'
import { defaultSettings } from '../../src/sim/scenario.ts'
import { Trace } from '../../src/sim/trace.ts'
import { World } from '../../src/sim/world.ts'

const CLIENTS = ['c1', 'c2', 'c3', 'c4', 'c5']

type Heard = (client: EndpointId, result: OperationResult) => void

/** Nodes and five clients on a calm network, with small appends and a leader that does not mind being alone. */
function calmWorld(seed: number, bug: string, nodes: readonly string[] = ['n1', 'n2', 'n3'], onResult: Heard = () => {}): World {
  const scenario = {
    ...drawAtomicScenario(raft, seed),
    nodes,
    settings: { ...defaultSettings(raft), ...raft.presets.paper, 'batch-size': '200' },
    network: CALM,
    syncUs: [100, 200] as const,
    timerLateUs: 0,
  }
  const monitor = new RaftMonitor(scenario.nodes)
  const world = new World({ mode: raft, bug, scenario, monitor, trace: new Trace(null), onResult })
  for (const node of world.nodes) node.boot()
  for (const id of CLIENTS) world.addClient(id)
  return world
}

function leaderAmong(world: World, nodes: readonly Endpoint[]): Endpoint {
  const leads = (): Endpoint | undefined =>
    nodes.find((node) => (node.inspect({ what: 'status' }) as { role: string } | null)?.role === 'leader')
  world.runUntil(world.now() + 5 * SECOND, () => leads() !== undefined)
  const leader = leads()
  if (leader === undefined) throw new Error('nobody leads')
  return leader
}

/** Every client puts at this node; the answers, if any come, are there afterwards. */
function putAll(world: World, round: number, via: Endpoint): void {
  for (const [i, client] of CLIENTS.entries()) {
    world.invoke(client, {
      id: round * 10 + i,
      f: 'put',
      key: `k${i}`,
      value: `v${round}`.padEnd(60, '.'),
      via: via.id,
      timeoutUs: 200 * MS,
    })
  }
  world.runUntil(world.now() + 400 * MS)
}

function setLinks(world: World, alone: Endpoint, change: 'cut' | 'join'): void {
  for (const { id } of world.nodes.filter((node) => node !== alone)) {
    world.network[change](alone.id, id)
    world.network[change](id, alone.id)
  }
}

/**
 * A leader alone takes writes that cannot commit. Back under a new leader, its disk is too slow to cut them before it loses power, so
 * they are there again in its next life. The new leader knows that a life ended and offers its log from the start, in small pieces.
 */
function tailThatComesBack(bug: string, seed: number): string | null {
  const world = calmWorld(seed, bug)
  const old = leaderAmong(world, world.nodes)
  putAll(world, 1, old)
  setLinks(world, old, 'cut')
  putAll(world, 2, old)
  const next = leaderAmong(
    world,
    world.nodes.filter((node) => node !== old),
  )
  putAll(world, 3, next)
  try {
    world.slowDisk(old.id, 10 * SECOND)
    setLinks(world, old, 'join')
    world.runUntil(world.now() + 300 * MS)
    world.crash(old, true)
    world.slowDisk(old.id, 0)
    world.restart(old)
    world.runUntil(world.now() + 3 * SECOND)
  } catch (error) {
    if (error instanceof Violation) return `${error.invariant}: ${error.message}`
    throw error
  }
  return null
}

describe('acknowledging more than an append proved (§5.3, matchIndex)', () => {
  const seeds = [1, 2, 3, 4]

  test('is caught by what the acknowledgement says', () => {
    const found = seeds.map((seed) => tailThatComesBack('ack-last', seed))
    for (const why of found) expect(why).toMatch(/^acknowledged log: n\d says in term \d+ that its log matches up to \d+/)
  })

  test('is no trouble for the honest node', () => {
    expect(seeds.map((seed) => tailThatComesBack('none', seed))).toEqual(seeds.map(() => null))
  })
})

const LATE_US = 3 * SECOND

/**
 * A follower refuses a write for certain, restarts, and comes to lead while a second copy of the write is still under way. Answers
 * whether the write shows in the end.
 */
function copyForAFormerLife(bug: string, seed: number): boolean {
  const outcomes: string[] = []
  const world = calmWorld(seed, bug, ['n1', 'n2'], (_client, { outcome }) => outcomes.push(outcome))
  const leader = leaderAmong(world, world.nodes)
  const [follower] = world.nodes.filter((node) => node !== leader)
  if (follower === undefined) throw new Error('nobody follows')
  const write = { f: 'put', key: 'k', value: 'v', timeoutUs: SECOND }
  world.invoke('c1', { ...write, id: 1, key: 'other' })
  world.invoke('c1', { ...write, id: 2, f: 'get', value: null, via: follower.id })
  world.runUntil(world.now() + SECOND)
  world.network.shape({ ...CALM, duplicate: 1, lateCopies: 1, lateUs: LATE_US })
  world.invoke('c1', { ...write, id: 3, via: follower.id })
  world.runUntil(world.now() + 100 * MS)
  world.network.shape(CALM)
  expect(outcomes).toEqual(['ok', 'ok', 'fail'])
  world.crash(follower, false)
  world.restart(follower)
  for (let tries = 0; leaderAmong(world, world.nodes) !== follower && tries < 10; tries++) {
    world.crash(leader, false)
    world.runUntil(world.now() + 200 * MS)
    world.restart(leader)
  }
  world.runUntil(world.now() + LATE_US)
  return world.nodes.some((node) => (node.inspect({ what: 'peek', key: 'k' }) as { value: string | null }).value !== null)
}

describe('running what a former life refused', () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

  test('shows a write that was refused for certain', () => {
    expect(seeds.filter((seed) => copyForAFormerLife('any-life', seed)).length).toBeGreaterThan(0)
  })

  test('is no trouble for the honest node', () => {
    expect(seeds.filter((seed) => copyForAFormerLife('none', seed))).toEqual([])
  })
})
