import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/machine/random.ts'
import type { FaultView, NodeView } from '../../../src/modes/mode.ts'
import { parseMessage, type RaftMessage } from '../../../src/modes/raft/messages.ts'
import { raft } from '../../../src/modes/raft/raft.ts'
import { readOptions } from '../../../src/modes/raft/settings.ts'
import { findMode, modes } from '../../../src/modes/registry.ts'
import { Cluster } from './harness.ts'
import { Solo } from './solo.ts'

describe('the registry', () => {
  test('knows raft, and null for others', () => {
    expect(findMode('raft')).toBe(raft)
    expect(findMode('paxos')).toBe(null)
    expect([...modes.keys()]).toContain('raft')
  })
})

describe('settings', () => {
  test.each([
    ['300-600', 300_000, 600_000],
    ['300ms-600ms', 300_000, 600_000],
    ['1-2s', 1_000_000, 2_000_000],
    ['500ms-1s', 500_000, 1_000_000],
    ['200-200', 200_000, 200_000],
  ])('election=%s', (election, electionMinUs, electionMaxUs) => {
    expect(readOptions({ election })).toMatchObject({ electionMinUs, electionMaxUs })
  })

  test.each([
    ['election', '600-300'],
    ['election', '300'],
    ['heartbeat', '0ms'],
    ['heartbeat', 'soon'],
    ['pre-vote', 'yes'],
    ['sessions', '0'],
    ['uncommitted-limit', '1gb'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => readOptions({ [name]: value })).toThrow(new RegExp(`^${name}=`))
  })

  test('every preset and fallback parses, and the paper has all three protections off', () => {
    for (const preset of Object.values(raft.presets)) expect(() => readOptions(preset)).not.toThrow()
    expect(readOptions(raft.presets.paper ?? {})).toMatchObject({ preVote: false, checkQuorum: false, leaseRefusal: false })
    expect(readOptions({})).toMatchObject({ preVote: true, checkQuorum: true, leaseRefusal: true, heartbeatUs: 100_000 })
    expect(readOptions(raft.presets.fast ?? {})).toMatchObject({ electionMinUs: 150_000, electionMaxUs: 300_000, heartbeatUs: 50_000 })
  })

  test('a live setting takes effect; a bad or a fixed one is refused aloud and changes nothing', () => {
    const node = new Solo()
    const set = (name: string, value: string) => node.step({ kind: 'control', control: { type: 'set', name, value } }).events
    expect(set('election', '5s-5s')).toEqual([])
    expect(set('election', 'never')).toMatchObject([{ type: 'setting-refused', name: 'election' }])
    expect(set('sessions', '3')).toMatchObject([{ type: 'setting-refused', name: 'sessions' }])
    node.hear('n2', { type: 'heartbeat', term: 1, commit: 0, round: 0 })
    expect(node.last.deadlineUs - node.nowUs).toBe(5_000_000)
  })

  test('an unknown bug is refused', () => {
    expect(() => new Solo({ bug: 'typo' })).toThrow(/no bug typo/)
  })
})

describe('bad input', () => {
  const good: RaftMessage[] = [
    { type: 'vote', term: 1, lastIndex: 0, lastTerm: 0 },
    { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [Uint8Array.of(1)] },
    { type: 'write', request: 'r', attempt: 1, life: 1, session: 1, serial: 1, f: 'cas', key: 'k', value: [null, 'x'] },
    { type: 'read-index-reply', id: '1.1', index: null },
    { type: 'refusal', request: 'r', attempt: 1, code: 'overloaded', definite: true, term: 1, leader: null, life: 1 },
  ]
  const junk = [null, -1, 1.5, Number.NaN, 2 ** 60, '', 'x'.repeat(2_000_000), [], {}, [1, 2, 3], true, Uint8Array.of(1)]

  test('whole messages pass; a missing field, and most junk in a field, does not', () => {
    for (const message of good) {
      expect(parseMessage(message)).toEqual(message)
      for (const field of Object.keys(message)) {
        expect(parseMessage(Object.fromEntries(Object.entries(message).filter(([name]) => name !== field)))).toBe(null)
        expect(parseMessage({ ...message, [field]: { odd: true } })).toBe(null)
      }
    }
    for (const value of [...junk, undefined]) expect(parseMessage(value)).toBe(null)
    expect(parseMessage({ type: 'toString' })).toBe(null)
    expect(parseMessage({ type: 'constructor' })).toBe(null)
  })

  test('twenty thousand mutated messages neither halt a node nor elect it, and each is counted or answered', () => {
    const random = seeded('fuzz')
    const node = new Solo()
    for (let i = 0; i < 20_000; i++) {
      const message: Record<string, unknown> = { ...random.pick(good) }
      const field = random.pick(Object.keys(message))
      message[field] = random.chance(0.7) ? random.pick(junk) : random.between(0, 5)
      const from = random.pick(['n2', 'n3', 'n9', 'c1', 'n1'])
      node.step({ kind: 'message', from, message })
      node.nowUs += 10
    }
    expect(node.status.dropped.malformed).toBeGreaterThan(10_000)
    expect(node.status.role).toBe('follower')
    expect(node.status.commit).toBe(0)
  })
})

/** Voters that are down, and pairs that cannot talk. */
function view(count: number, down: readonly number[], cuts: readonly (readonly [number, number])[] = [], bent = false): FaultView {
  const members = Array.from({ length: count }, (_, i) => `n${i + 1}`)
  return {
    members,
    up: (id) => !down.includes(Number(id.slice(1))),
    linked: (a, b) => !cuts.some(([x, y]) => (a === `n${x}` && b === `n${y}`) || (a === `n${y}` && b === `n${x}`)),
    helpersDown: [],
    bent,
    settings: {},
    nodes: [],
  }
}

describe('predicted health (f = ⌊(N−1)/2⌋)', () => {
  test.each([
    [1, [], 'healthy', 0],
    [2, [], 'healthy', 0],
    [3, [], 'healthy', 1],
    [4, [], 'healthy', 1],
    [5, [], 'healthy', 2],
    [9, [], 'healthy', 4],
    [5, [1], 'degraded', 1],
    [5, [1, 2], 'degraded', 0],
    [5, [1, 2, 3], 'unhealthy', 0],
    [4, [1], 'degraded', 0],
    [4, [1, 2], 'unhealthy', 0],
    [2, [1], 'unhealthy', 0],
    [1, [1], 'unhealthy', 0],
  ] as const)('%i voters, %j down: %s, %i to spare', (count, down, state, spare) => {
    expect(raft.predict(view(count, down))).toMatchObject({ state, spare, uncertain: false })
  })

  test('a partition that leaves a majority is degraded; one that leaves none is unhealthy', () => {
    const split = [1, 2].flatMap((a) => [3, 4, 5].map((b) => [a, b] as const))
    expect(raft.predict(view(5, [], split))).toMatchObject({ state: 'degraded', spare: 0, uncertain: false })
    expect(raft.predict(view(4, [], [...split.filter(([, b]) => b < 5)]))).toMatchObject({ state: 'unhealthy', uncertain: false })
  })

  test('a hub and a ring reach a quorum, but no quorum is linked all round: uncertain', () => {
    const ring = [1, 2, 3, 4, 5].flatMap((a) =>
      [1, 2, 3, 4, 5].filter((b) => b > a && b - a !== 1 && b - a !== 4).map((b) => [a, b] as const),
    )
    expect(raft.predict(view(5, [], ring))).toMatchObject({ state: 'degraded', uncertain: true, spare: 1 })
    const hub = [2, 3, 4, 5].flatMap((a) => [2, 3, 4, 5].filter((b) => b > a).map((b) => [a, b] as const))
    expect(raft.predict(view(5, [], hub))).toMatchObject({ state: 'degraded', uncertain: true, spare: 0 })
  })

  test('while something is bent every prediction is uncertain, and why takes at most ten words', () => {
    for (const down of [[], [1], [1, 2, 3]]) {
      const health = raft.predict(view(5, down, [], true))
      expect(health.uncertain).toBe(true)
      expect(health.why.split(' ').length).toBeLessThanOrEqual(10)
    }
  })

  test('twenty-five voters with cut links are answered quickly enough to be drawn', () => {
    expect(raft.predict(view(25, [1], [[2, 3]]))).toMatchObject({ state: 'degraded' })
  })
})

function see(world: Cluster): NodeView[] {
  return world.ids.map((id) => {
    const live = world.alive().includes(id)
    return { id, state: live ? 'live' : 'dead', status: live ? world.status(id) : null, statusAgeMs: 50 }
  })
}

function subject(name: string, nodes: readonly NodeView[], node: string | null = null): unknown {
  const spec = raft.subjects.find((item) => item.name === name)
  if (spec === undefined) throw new Error(`no subject ${name}`)
  return spec.read(nodes, node)
}

describe('what the lab sees', () => {
  test('subjects and summary follow the cluster', () => {
    const world = new Cluster({ nodes: 3 })
    expect(subject('leader', see(world))).toBe(null)
    const lead = world.elect()
    world.call('c1', 'put', 'k', 'v')
    world.converge()
    const nodes = see(world)
    expect(subject('leader', nodes)).toBe(lead)
    expect(subject('leaders', nodes)).toBe(1)
    expect(subject('term', nodes)).toBe(world.maxTerm())
    expect(subject('members', nodes)).toBe(3)
    expect(subject('members', [])).toBe(null)
    expect(subject('role', nodes, lead)).toBe('leader')
    expect(subject('vote', nodes, lead)).toBe(lead)
    for (const name of ['last', 'commit', 'applied']) expect(subject(name, nodes, 'n1')).toBe(3)
    expect(subject('uncommitted', nodes, 'n1')).toBe(0)
    expect(raft.summarize(nodes)).toMatchObject({ leader: lead, concern: { kind: 'none' } })
    const other = world.ids.find((id) => id !== lead) ?? ''
    world.kill(other)
    world.run(2_000)
    expect(raft.summarize(see(world)).concern).toEqual({ kind: 'degraded', why: `leader does not hear ${other}` })
    expect(subject('role', see(world), other)).toBe(null)
  })

  test('a leader of this moment misses nobody; after one election timeout of silence it does', () => {
    const node = new Solo({ members: 3 })
    node.lead('n2')
    expect(node.status.role).toBe('leader')
    expect(node.status.peers.map((peer) => peer.acknowledged)).toEqual([true, true])
    for (let i = 0; i < 7; i++) {
      node.tick(100)
      node.hear('n2', { type: 'heartbeat-reply', term: node.status.term, round: 1, life: 1, lost: false })
    }
    expect(node.status.peers.map((peer) => [peer.id, peer.acknowledged])).toEqual([
      ['n2', true],
      ['n3', false],
    ])
  })

  test('the term beside a leader is the one it leads in, also while others campaign in a later one', () => {
    const world = new Cluster({ nodes: 3, settings: { ...raft.presets.paper } })
    const lead = world.elect()
    const nodes = see(world)
    const term = Number(subject('term', nodes))
    expect(raft.summarize(nodes)).toMatchObject({ leader: lead, term })
    const campaigning = nodes.map((node) => {
      if (node.id === lead || typeof node.status !== 'object') return node
      return { ...node, status: { ...node.status, role: 'candidate', term: term + 1 } }
    })
    expect(raft.summarize(campaigning)).toMatchObject({ leader: lead, term })
    expect(subject('term', campaigning)).toBe(term + 1)
    const nobody = campaigning.filter(({ id }) => id !== lead)
    expect(raft.summarize(nobody)).toMatchObject({ leader: null, term: term + 1 })
  })

  test('of two leaders the one of the higher term is the leader; stale statuses say nothing', () => {
    const world = new Cluster({ nodes: 3, settings: { ...raft.presets.paper } })
    const old = world.elect()
    world.isolate(old)
    world.runUntil(() => world.leaders().length === 2)
    expect(subject('leaders', see(world))).toBe(2)
    expect(subject('leader', see(world))).not.toBe(old)
    const stale = see(world).map((node) => ({ ...node, statusAgeMs: 60_000 }))
    expect(subject('leader', stale)).toBe(null)
    expect(raft.summarize(stale)).toEqual({ leader: null, term: null, concern: { kind: 'unclear', why: 'nobody leads now' } })
  })

  test('events read as sentences, and those for views only do not', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    const lines = world.events.map((event) => raft.describe(event.node, event))
    expect(lines).toContain(`${lead} became leader, term ${world.maxTerm()}`)
    expect(world.events.some((event) => event.type === 'commit')).toBe(true)
    expect(raft.describe('n1', { type: 'commit', from: 1, to: 1, term: 1 })).toBe(null)
    expect(raft.describe('n1', { type: 'entries-overwritten', from: 4, count: 1, byTerm: 3 })).toContain('1 entry')
  })

  test('every answer to inspect is at most 64 KB of plain data, and looking changes nothing', () => {
    const world = new Cluster({ nodes: 1 })
    world.elect()
    for (let i = 0; i < 120; i++) world.call('c1', 'put', 'k'.repeat(200), '€'.repeat(5_000 - i))
    world.call('c1', 'put', 'large', '€'.repeat(21_000))
    const answers = [world.status('n1'), world.log('n1'), world.peek('n1', 'large')]
    for (const answer of answers) expect(new TextEncoder().encode(JSON.stringify(answer)).length).toBeLessThan(64_000)
    const lines = world.log('n1')
    expect(lines.at(-1)).toMatchObject({ index: 123, kind: 'put', committed: true, client: 'c1' })
    expect(lines.length).toBeGreaterThan(50)
    expect(JSON.stringify(world.status('n1'))).toBe(JSON.stringify(answers[0]))
  })
})

test('slow elections are no finding: the time until health may show follows their timeout', () => {
  expect(raft.settlesMs?.({ election: '1s-2s' })).toBe(20_000)
  expect(raft.settlesMs?.({})).toBe(6_000)
})
