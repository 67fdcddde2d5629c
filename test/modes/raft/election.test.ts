import { describe, expect, test } from 'vitest'
import { decodeRecord, encodeEntry, encodeHard } from '../../../src/modes/raft/entry.ts'
import { Cluster } from './harness.ts'
import { ack, Solo, said } from './solo.ts'

const PAPER = { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' }

/** A disk with the given terms in its log, and a hard state. */
function disk(term: number, terms: readonly number[], vote: string | null = null): Uint8Array[] {
  return [encodeHard(term, vote), ...terms.map((entryTerm, i) => encodeEntry(i + 1, entryTerm, { kind: 'noop' }).bytes)]
}

describe('terms and roles (§5.1, §5.2)', () => {
  test('every role takes a higher term and becomes a follower of it', () => {
    for (const make of [() => new Solo(), () => candidate(), () => leader()]) {
      const node = make()
      node.hear('n2', { type: 'append', term: 9, prevIndex: 0, prevTerm: 0, commit: 0, entries: [] })
      expect(node.status).toMatchObject({ role: 'follower', term: 9, leader: 'n2' })
    }
  })

  test('an append or heartbeat of an older term is answered with the newer term, and changes nothing', () => {
    const node = new Solo({ records: disk(5, [1]) })
    const append = node.hear('n2', { type: 'append', term: 3, prevIndex: 0, prevTerm: 0, commit: 1, entries: [] })
    expect(said(append, 'append-reply')).toMatchObject([{ to: 'n2', message: { term: 5, ok: false } }])
    const beat = node.hear('n2', { type: 'heartbeat', term: 3, commit: 1, round: 1 })
    expect(said(beat, 'append-reply')).toMatchObject([{ to: 'n2', message: { term: 5, ok: false } }])
    expect(node.status).toMatchObject({ term: 5, leader: null, commit: 0 })
  })

  test('a fresh node first times out between 20 and 150 ms, later between the ends of the election setting', () => {
    const node = new Solo({ settings: PAPER })
    const first = node.last.deadlineUs - node.nowUs
    expect(first).toBeGreaterThanOrEqual(20_000)
    expect(first).toBeLessThanOrEqual(150_000)
    for (let i = 0; i < 20; i++) {
      node.nowUs += 2_000_000
      node.step({ kind: 'tick' })
      node.hear('n2', { type: 'append', term: node.status.term, prevIndex: 0, prevTerm: 0, commit: 0, entries: [] })
      const wait = node.last.deadlineUs - node.nowUs
      expect(wait).toBeGreaterThanOrEqual(300_000)
      expect(wait).toBeLessThanOrEqual(600_000)
    }
  })

  test('a shorter election timeout counts at once, for those who wait for one', () => {
    const patient = new Solo({ settings: { ...PAPER, election: '20s-30s' }, records: disk(1, []) })
    const wait = (node: Solo) => node.last.deadlineUs - node.nowUs
    const set = (value: string) => ({ kind: 'control', control: { type: 'set', name: 'election', value } }) as const
    expect(wait(patient)).toBeGreaterThanOrEqual(20_000_000)
    patient.step(set('300-600'))
    expect(wait(patient)).toBeLessThanOrEqual(600_000)
    expect(wait(patient)).toBeGreaterThanOrEqual(300_000)
    const before = wait(patient)
    patient.step(set('5s-6s'))
    expect(wait(patient)).toBe(before)
    const lost = new Solo({ settings: { election: '20s-30s' }, lostDisk: true, incarnation: 2 })
    lost.step(set('300-600'))
    expect(lost.last.deadlineUs).toBe(Number.POSITIVE_INFINITY)
  })

  test('a restarted node, and one that lost its disk, do not hurry', () => {
    const restarted = new Solo({ records: disk(1, []) })
    expect(restarted.last.deadlineUs - restarted.nowUs).toBeGreaterThanOrEqual(300_000)
    expect(new Solo({ lostDisk: true, incarnation: 2 }).last.deadlineUs).toBe(Number.POSITIVE_INFINITY)
  })

  test('a campaign raises the term, votes for itself on disk, and only then asks', () => {
    const node = new Solo({ settings: PAPER })
    const output = node.tick(700)
    expect(output.store.map((record) => decodeRecord(record.bytes))).toEqual([{ kind: 'hard', term: 1, vote: 'n1' }])
    expect(output.send).toEqual([])
    const ask = { type: 'vote', term: 1, lastIndex: 0, lastTerm: 0 }
    expect(output.sendAfter).toEqual([
      { to: 'n2', message: ask, stream: 'log', upTo: 1 },
      { to: 'n3', message: ask, stream: 'log', upTo: 1 },
    ])
    expect(output.events).toContainEqual({ type: 'election-started', term: 1 })
  })

  test('a pre-vote asks at once and changes neither term nor vote (dissertation §9.6)', () => {
    const node = new Solo()
    const output = node.tick(700)
    expect(output.store).toEqual([])
    expect(said(output, 'pre-vote').map(({ to, message }) => [to, message.term])).toEqual([
      ['n2', 1],
      ['n3', 1],
    ])
    expect(node.status).toMatchObject({ role: 'pre-candidate', term: 0, vote: null })
    expect(output.events).not.toContainEqual(expect.objectContaining({ type: 'election-started' }))
  })

  test('the winner appends a no-op and sends it to all at once (§8)', () => {
    const node = candidate()
    const output = node.hear('n2', { type: 'vote-reply', term: 1, granted: true })
    expect(output.events).toContainEqual({ type: 'became-leader', term: 1, lastIndex: 0 })
    expect(node.log()).toMatchObject([{ index: 1, term: 1, kind: 'noop', committed: false }])
    const appends = said(output, 'append')
    expect(appends.map(({ to, message }) => [to, message.prevIndex, message.entries.length])).toEqual([
      ['n2', 0, 1],
      ['n3', 0, 1],
    ])
    // Encoded once: what goes to the disk is what goes to the followers.
    expect(appends[0]?.message.entries[0]).toEqual(output.store.at(-1)?.bytes)
  })

  test('a candidate asks again while answers are missing, and only those who have not answered', () => {
    const node = new Solo({ members: 5, settings: PAPER })
    node.tick(200)
    node.sync()
    node.hear('n2', { type: 'vote-reply', term: 1, granted: true })
    const output = node.tick(110)
    expect(said(output, 'vote').map(({ to }) => to)).toEqual(['n3', 'n4', 'n5'])
  })
})

function candidate(): Solo {
  const node = new Solo({ settings: PAPER })
  node.tick(700)
  node.sync()
  return node
}

function leader(): Solo {
  const node = candidate()
  node.hear('n2', { type: 'vote-reply', term: 1, granted: true })
  return node
}

describe('votes (§5.2, §5.4.1)', () => {
  test('E2: one grant delivered three times is one vote', () => {
    const node = new Solo({ members: 5, settings: PAPER })
    node.tick(700)
    node.sync()
    const grant = { type: 'vote-reply', term: 1, granted: true } as const
    node.hear('n2', grant, grant, grant)
    expect(node.status.role).toBe('candidate')
    node.hear('n3', grant)
    expect(node.status.role).toBe('leader')
  })

  test('E3: grants of an earlier term do not count', () => {
    const node = new Solo({ members: 3, settings: PAPER })
    node.tick(700)
    node.sync()
    node.tick(700)
    node.sync()
    expect(node.status.term).toBe(2)
    node.hear('n2', { type: 'vote-reply', term: 1, granted: true })
    node.hear('n3', { type: 'vote-reply', term: 1, granted: true })
    expect(node.status.role).toBe('candidate')
  })

  test('grants of strangers, of clients and of a former term of a pre-vote do not count', () => {
    const node = new Solo({ members: 3 })
    node.tick(700)
    node.hear('n9', { type: 'pre-vote-reply', term: 1, granted: true })
    node.hear('c1', { type: 'pre-vote-reply', term: 1, granted: true })
    node.hear('n2', { type: 'pre-vote-reply', term: 7, granted: true })
    expect(node.status).toMatchObject({ role: 'pre-candidate', dropped: { 'not-a-member': 2 } })
  })

  test('E4a: a vote is remembered when the voter steps down within the term', () => {
    const node = candidate()
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [] })
    const output = node.hear('n3', { type: 'vote', term: 1, lastIndex: 9, lastTerm: 1 })
    expect(said(output, 'vote-reply')).toMatchObject([{ message: { granted: false } }])
  })

  test('E4b: a vote is remembered over a restart, and never leaves before it is on disk', () => {
    const node = new Solo({ settings: PAPER })
    const output = node.hear('n2', { type: 'vote', term: 2, lastIndex: 0, lastTerm: 0 })
    expect(output.send).toEqual([])
    expect(output.sendAfter).toMatchObject([{ to: 'n2', upTo: 1, message: { type: 'vote-reply', term: 2, granted: true } }])
    const again = new Solo({ settings: PAPER, records: node.records })
    const refusal = again.hear('n3', { type: 'vote', term: 2, lastIndex: 0, lastTerm: 0 })
    expect(said(refusal, 'vote-reply')).toMatchObject([{ message: { granted: false } }])
    const repeat = again.hear('n2', { type: 'vote', term: 2, lastIndex: 0, lastTerm: 0 })
    expect(said(repeat, 'vote-reply')).toMatchObject([{ message: { granted: true } }])
  })

  test.each([
    [9, 2, false],
    [1, 4, true],
    [4, 3, false],
    [5, 3, true],
    [6, 3, true],
  ])('E5: a voter whose log ends at 5 of term 3 answers one that ends at %i of term %i with %s', (lastIndex, lastTerm, granted) => {
    const node = new Solo({ settings: PAPER, records: disk(3, [1, 1, 3, 3, 3]) })
    const output = node.hear('n2', { type: 'vote', term: 5, lastIndex, lastTerm })
    expect(said(output, 'vote-reply')).toMatchObject([{ message: { term: 5, granted } }])
  })

  test('E6: the completion of an own vote that was lost elects nobody', () => {
    const node = new Solo({ members: 1, settings: PAPER })
    node.tick(700)
    expect(node.status).toMatchObject({ role: 'candidate', term: 1 })
    node.tick(700)
    expect(node.status).toMatchObject({ role: 'candidate', term: 2 })
    node.step({ kind: 'stored', stream: 'log', upTo: 1 })
    expect(node.status.role).toBe('candidate')
    node.sync()
    expect(node.status).toMatchObject({ role: 'leader', term: 2 })
  })

  test('E6: a vote that becomes durable after stepping down, or after winning elsewhere, has no effect', () => {
    const node = new Solo({ settings: PAPER })
    node.tick(700)
    node.hear('n2', { type: 'append', term: 4, prevIndex: 0, prevTerm: 0, commit: 0, entries: [] })
    node.sync()
    expect(node.status).toMatchObject({ role: 'follower', term: 4, leader: 'n2' })
    const ahead = leader()
    ahead.hear('n3', { type: 'pre-vote-reply', term: 1, granted: true })
    expect(ahead.status).toMatchObject({ role: 'leader', term: 1 })
  })

  test('a candidate counts its own vote only when it is durable', () => {
    const node = new Solo({ settings: PAPER })
    node.tick(700)
    node.hear('n2', { type: 'vote-reply', term: 1, granted: true })
    expect(node.status.role).toBe('candidate')
    node.sync()
    expect(node.status.role).toBe('leader')
  })

  test('a live leader is protected from votes, by those who hear it (dissertation §4.2.3)', () => {
    const follower = new Solo()
    follower.hear('n2', { type: 'heartbeat', term: 3, commit: 0, round: 1 })
    follower.hear('n3', { type: 'vote', term: 8, lastIndex: 9, lastTerm: 7 })
    expect(follower.status).toMatchObject({ term: 3, leader: 'n2', dropped: { 'vote-in-live-lease': 1 } })
    const open = new Solo({ settings: { 'lease-refusal': 'off' } })
    open.hear('n2', { type: 'heartbeat', term: 3, commit: 0, round: 1 })
    open.hear('n3', { type: 'vote', term: 8, lastIndex: 9, lastTerm: 7 })
    expect(open.status).toMatchObject({ term: 8, vote: 'n3' })
  })

  test('a pre-vote of a lower term is refused aloud, with the term that is current', () => {
    const node = new Solo({ records: disk(6, [1]) })
    const output = node.hear('n2', { type: 'pre-vote', term: 4, lastIndex: 9, lastTerm: 3 })
    expect(said(output, 'pre-vote-reply')).toMatchObject([{ message: { term: 6, granted: false } }])
  })
})

describe('a voter that lost its disk', () => {
  test('neither votes nor campaigns, takes the log, says so, and remembers it', () => {
    const node = new Solo({ lostDisk: true, incarnation: 2 })
    node.tick(60_000)
    expect(node.status).toMatchObject({ role: 'follower', lostDisk: true })
    const pre = node.hear('n2', { type: 'pre-vote', term: 1, lastIndex: 0, lastTerm: 0 })
    expect(said(pre, 'pre-vote-reply')).toMatchObject([{ message: { granted: false } }])
    const vote = node.hear('n2', { type: 'vote', term: 1, lastIndex: 0, lastTerm: 0 })
    expect(said(vote, 'vote-reply')).toMatchObject([{ message: { granted: false } }])
    const entry = encodeEntry(1, 1, { kind: 'noop' }).bytes
    const append = node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 1, entries: [entry] })
    expect(said(append, 'append-reply')).toMatchObject([{ message: { ok: true, lost: true } }])
    expect(node.status.commit).toBe(1)
    expect(new Solo({ records: node.records, incarnation: 3 }).status.lostDisk).toBe(true)
  })

  test('counts for no commit, no read and no check-quorum', () => {
    const node = leader()
    node.sync()
    node.hear('n2', ack(1, 1, { lost: true, life: 2 }))
    expect(node.status.commit).toBe(0)
    const world = new Cluster({ nodes: 3 })
    const first = world.elect()
    const [lost, other] = world.ids.filter((id) => id !== first)
    if (lost === undefined || other === undefined) throw new Error('three nodes')
    world.wipe(lost)
    world.restart(lost, true)
    world.run(500)
    world.kill(other)
    expect(world.call('c1', 'put', 'k', 'v', { timeoutMs: 2_000 }).outcome).not.toBe('ok')
    expect(world.leaders()).toEqual([])
    world.restart(other)
    expect(world.call('c2', 'put', 'k', 'v')).toMatchObject({ outcome: 'ok' })
    expect(world.invariants.broken).toEqual([])
  })
})
