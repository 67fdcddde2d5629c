import { describe, expect, test } from 'vitest'
import { encodeEntry, encodeHard } from '../../../src/modes/raft/entry.ts'
import { Progress } from '../../../src/modes/raft/progress.ts'
import { quorumOf, reachedBy } from '../../../src/modes/raft/quorum.ts'
import { Cluster } from './harness.ts'
import { ack, Solo, said } from './solo.ts'

const PAPER = { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' }

function entry(index: number, term: number): Uint8Array {
  return encodeEntry(index, term, { kind: 'noop' }).bytes
}

function disk(term: number, terms: readonly number[]): Uint8Array[] {
  return [encodeHard(term, null), ...terms.map((entryTerm, i) => entry(i + 1, entryTerm))]
}

function put(node: Solo, serial: number, value = 'v', session = 2): void {
  node.hear('c1', { type: 'write', request: `r${serial}`, attempt: serial, session, serial, life: 1, f: 'put', key: 'k', value })
}

describe('the follower (§5.3)', () => {
  test('an append that does not meet its log is refused with a hint that skips whole terms', () => {
    const node = new Solo({ records: disk(4, [1, 1, 1, 4, 4, 4]) })
    const output = node.hear('n2', { type: 'append', term: 5, prevIndex: 6, prevTerm: 3, commit: 0, entries: [entry(7, 5)] })
    expect(said(output, 'append-reply')).toMatchObject([{ message: { ok: false, index: 6, hintIndex: 3, hintTerm: 1, last: 6 } }])
  })

  test('an append to a log that is too short hints at its end', () => {
    const node = new Solo({ records: disk(1, [1, 1]) })
    const output = node.hear('n2', { type: 'append', term: 1, prevIndex: 9, prevTerm: 1, commit: 0, entries: [] })
    expect(said(output, 'append-reply')).toMatchObject([{ message: { ok: false, index: 9, hintIndex: 2, hintTerm: 1 } }])
  })

  test('a conflict cuts the tail, and a restart reads the same log back', () => {
    const node = new Solo({ records: disk(2, [1, 2, 2, 2]) })
    const output = node.hear('n2', { type: 'append', term: 3, prevIndex: 1, prevTerm: 1, commit: 0, entries: [entry(2, 3)] })
    expect(node.terms()).toEqual([1, 3])
    expect(output.events).toContainEqual({ type: 'entries-overwritten', from: 2, count: 3, byTerm: 3 })
    expect(new Solo({ records: node.records }).terms()).toEqual([1, 3])
  })

  test('R1: a delayed shorter append cuts nothing', () => {
    const node = new Solo()
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 1), entry(2, 1)] })
    const late = node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 1)] })
    expect(node.terms()).toEqual([1, 1])
    expect(late.store).toEqual([])
    expect(said(late, 'append-reply')).toMatchObject([{ message: { ok: true, index: 1 } }])
  })

  test('R2: success proves prev and what came with it, not the stale tail behind', () => {
    const node = new Solo({ records: disk(2, [1, 1, 2, 2]) })
    const output = node.hear('n2', { type: 'append', term: 3, prevIndex: 2, prevTerm: 1, commit: 4, entries: [] })
    expect(said(output, 'append-reply')).toMatchObject([{ message: { ok: true, index: 2 } }])
    expect(node.status.commit).toBe(2)
  })

  test('acknowledgements and rejections wait for the disk, heartbeat answers do not', () => {
    const node = new Solo()
    const append = node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 1)] })
    expect(append.send).toEqual([])
    expect(append.sendAfter).toMatchObject([{ upTo: 2, message: { type: 'append-reply', ok: true, index: 1 } }])
    const refusal = node.hear('n2', { type: 'append', term: 1, prevIndex: 8, prevTerm: 1, commit: 0, entries: [] })
    expect(refusal.sendAfter).toMatchObject([{ upTo: 2, message: { ok: false } }])
    const beat = node.hear('n2', { type: 'heartbeat', term: 1, commit: 0, round: 3 })
    expect(beat.send).toMatchObject([{ to: 'n2', message: { type: 'heartbeat-reply', round: 3 } }])
  })

  test('a late append below the commit index is settled already', () => {
    const node = new Solo({ records: disk(1, [1, 1, 1]) })
    node.hear('n2', { type: 'append', term: 1, prevIndex: 3, prevTerm: 1, commit: 3, entries: [] })
    const late = node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 1, entries: [entry(1, 1)] })
    expect(said(late, 'append-reply')).toMatchObject([{ message: { ok: true, index: 3 } }])
  })

  test('a committed entry is never cut: the node halts', () => {
    const node = new Solo({ records: disk(1, [1, 1]) })
    node.hear('n2', { type: 'append', term: 1, prevIndex: 2, prevTerm: 1, commit: 2, entries: [] })
    const conflict = { type: 'append', term: 2, prevIndex: 1, prevTerm: 1, commit: 0, entries: [entry(2, 2), entry(3, 2)] } as const
    expect(() => node.hear('n2', conflict)).toThrow(/would remove committed/)
  })

  test('malformed entries are dropped and counted', () => {
    const node = new Solo()
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [Uint8Array.of(1, 2, 3)] })
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(2, 1)] })
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 9)] })
    expect(node.status).toMatchObject({ last: 0, dropped: { 'malformed-entries': 3 } })
  })
})

function leader(records: readonly Uint8Array[] = [], members = 3, settings: Record<string, string> = {}): Solo {
  const node = new Solo({ records, members, settings: { ...PAPER, ...settings } })
  node.lead('n2', ...(members > 3 ? ['n3'] : []))
  return node
}

describe('the leader (§5.3, §5.4.2)', () => {
  test('commits when a quorum holds the entry on disk, itself only up to its own disk', () => {
    const node = leader([], 3)
    node.hear('n2', ack(1, 1))
    expect(node.status).toMatchObject({ commit: 0, durable: 0 })
    node.sync()
    expect(node.status).toMatchObject({ commit: 1, applied: 1 })
    const five = leader([], 5)
    five.hear('n2', ack(1, 1))
    five.hear('n3', ack(1, 1))
    expect(five.status.commit).toBe(0)
    five.hear('n4', ack(1, 1))
    expect(five.status).toMatchObject({ commit: 1, durable: 0 })
  })

  test('E1, Figure 8: entries of earlier terms commit only under an entry of the own term', () => {
    const node = leader(disk(3, [1, 2]), 5)
    expect(node.terms()).toEqual([1, 2, 4])
    node.sync()
    node.hear('n2', ack(4, 2))
    node.hear('n3', ack(4, 2))
    node.hear('n4', ack(4, 2))
    expect(node.status.commit).toBe(0)
    node.hear('n2', ack(4, 3))
    node.hear('n3', ack(4, 3))
    expect(node.status.commit).toBe(3)
  })

  test('R2: a late or doubled success does not lower match', () => {
    const node = leader(disk(1, [1, 1, 1, 1]))
    node.hear('n2', ack(2, 5))
    node.hear('n2', ack(2, 3), ack(2, 5))
    expect(node.status.peers[0]).toMatchObject({ id: 'n2', match: 5, next: 6, state: 'replicate' })
  })

  test('R3: a rejection that progress has overtaken is ignored', () => {
    const node = leader(disk(1, [1, 1, 1, 1]))
    node.hear('n2', ack(2, 5))
    node.hear('n2', ack(2, 4, { ok: false, hintIndex: 1, hintTerm: 1, last: 5 }))
    expect(node.status.peers[0]).toMatchObject({ match: 5, next: 6, state: 'replicate' })
  })

  test('R3: a rejection of another probe than the one that is out is ignored', () => {
    const node = leader(disk(1, [1, 1, 1, 1]))
    node.hear('n2', ack(2, 2, { ok: false, hintIndex: 1, hintTerm: 1, last: 1 }))
    expect(node.status.peers[0]).toMatchObject({ match: 0, next: 5, state: 'probe' })
  })

  test('an answer about entries that were never sent is dropped', () => {
    const node = leader()
    node.hear('n2', ack(1, 77))
    expect(node.status).toMatchObject({ dropped: { 'answer-beyond-log': 1 } })
  })

  test('R4: the probe finds where two logs part in at most one round trip a term', () => {
    const terms = 8
    const shared = [1, 1, 1]
    const theirs = [...shared, ...Array.from({ length: 100 }, (_, i) => 2 + 2 * Math.floor((i * terms) / 100))]
    const ours = [...shared, ...Array.from({ length: 100 }, (_, i) => 3 + 2 * Math.floor((i * terms) / 100))]
    const lead = leader(disk(40, ours))
    const follower = new Solo({ records: disk(40, theirs) })
    let appends = said(lead.last, 'append').filter(({ to }) => to === 'n2')
    let trips = 0
    while (follower.status.last !== lead.status.last || follower.status.digest !== lead.status.digest) {
      const output = follower.hear('n2', ...appends.map(({ message }) => message))
      appends = said(lead.hear('n2', ...said(output, 'append-reply').map(({ message }) => message)), 'append').filter(
        ({ to }) => to === 'n2',
      )
      trips++
      expect(trips).toBeLessThanOrEqual(terms + 2)
    }
  })

  test('R5: a window that was lost whole is found by the next heartbeat answer', () => {
    const node = leader([], 3, { inflight: '3' })
    node.sync()
    node.hear('n2', ack(1, 1))
    for (let serial = 1; serial <= 5; serial++) put(node, serial)
    expect(node.status.peers[0]).toMatchObject({ inflight: 3, state: 'replicate', next: 5 })
    const output = node.hear('n2', { type: 'heartbeat-reply', term: 1, round: 1, life: 1, lost: false })
    const probe = said(output, 'append')
    expect(probe).toMatchObject([{ to: 'n2', message: { prevIndex: 4, entries: [] } }])
    const resent = node.hear('n2', ack(1, 4, { ok: false, hintIndex: 1, hintTerm: 1, last: 1 }))
    expect(said(resent, 'append')[0]?.message).toMatchObject({ prevIndex: 1 })
  })

  test('the window is bounded in messages and in bytes, and appends by the byte budget', () => {
    const node = leader([], 3, { inflight: '100', 'inflight-size': '3kb', 'batch-size': '1kb' })
    node.sync()
    node.hear('n2', ack(1, 1))
    for (let serial = 1; serial <= 40; serial++) put(node, serial, 'x'.repeat(300))
    const peer = node.status.peers[0]
    expect(peer?.inflightBytes).toBeLessThan(3_072 + 1_024)
    expect(peer?.next).toBeLessThan(node.status.last)
    const output = node.hear('n2', ack(1, (peer?.next ?? 1) - 1))
    for (const { message } of said(output, 'append')) {
      expect(message.entries.reduce((sum, bytes) => sum + bytes.length, 0)).toBeLessThanOrEqual(1_024)
    }
  })

  test('R6: a heartbeat never names a commit index beyond what the follower has proven', () => {
    const node = leader(disk(1, [1, 1, 1, 1]), 5)
    node.sync()
    for (const peer of ['n2', 'n3']) node.hear(peer, ack(2, 5))
    expect(node.status.commit).toBe(5)
    const beats = said(node.tick(150), 'heartbeat')
    expect(beats.map(({ to, message }) => [to, message.commit])).toEqual([
      ['n2', 5],
      ['n3', 5],
      ['n4', 0],
      ['n5', 0],
    ])
    const short = new Solo()
    short.hear('n2', { type: 'heartbeat', term: 1, commit: 10, round: 1 })
    expect(short.status.commit).toBe(0)
  })

  test('a quiet follower hears at once that an entry is committed', () => {
    const node = leader()
    node.sync()
    node.hear('n2', ack(1, 1))
    const output = node.hear('n3', ack(1, 1))
    expect(said(output, 'heartbeat')).toMatchObject([{ to: 'n3', message: { commit: 1, round: 0 } }])
  })

  test('a follower whose disk forgot what it proved is sent everything again', () => {
    const node = leader(disk(1, [1, 1, 1]))
    node.sync()
    node.hear('n2', ack(2, 4))
    const beat = node.hear('n2', { type: 'heartbeat-reply', term: 2, round: 0, life: 2, lost: false })
    expect(said(beat, 'append')).toMatchObject([{ message: { prevIndex: 4 } }])
    const again = node.hear('n2', ack(2, 4, { ok: false, life: 2, last: 0 }))
    expect(again.events).toContainEqual({ type: 'follower-lost-log', follower: 'n2', had: 4, has: 0 })
    expect(said(again, 'append')).toMatchObject([{ message: { prevIndex: 0 } }])
    // What its former life said is over.
    node.hear('n2', ack(2, 4, { life: 1 }))
    expect(node.status.peers[0]?.match).toBe(0)
  })
})

describe('R7: quorum arithmetic', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [9, 5],
  ])('of %i voters %i are a quorum', (voters, quorum) => {
    expect(quorumOf(voters)).toBe(quorum)
  })

  test.each([
    [[9, 7, 7, 2, 1], 3, 7],
    [[1, 2, 9, 7, 7], 3, 7],
    [[5, 4, 3, 2], 3, 3],
    [[6, 6, 0, 0, 0], 3, 0],
    [[4], 1, 4],
    [[4, 2], 2, 2],
  ])('of %j, %i have reached %i', (values, needed, reached) => {
    expect(reachedBy(values, needed)).toBe(reached)
  })
})

describe('progress', () => {
  test('the window refuses to grow over its cap', () => {
    const peer = new Progress('n2', 1)
    peer.acknowledged(0, 1)
    peer.sent(1, 10, 2)
    peer.sent(2, 10, 2)
    expect(peer.mayAppend(2, 1_000)).toBe(false)
    expect(() => peer.sent(3, 10, 2)).toThrow(/over its cap/)
  })
})

describe('asynchronous storage', () => {
  test('R10: the completion of an entry that was overwritten does not vouch for its successor', () => {
    const node = new Solo({ members: 1, settings: PAPER })
    node.tick(700)
    node.sync()
    put(node, 1)
    const before = node.records.length
    expect(node.status).toMatchObject({ last: 2, durable: 0 })
    node.step({ kind: 'stored', stream: 'log', upTo: before - 1 })
    expect(node.status).toMatchObject({ durable: 1, commit: 1 })
    const follower = new Solo()
    follower.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 1)] })
    const first = follower.records.length
    follower.hear('n3', { type: 'append', term: 2, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 2)] })
    follower.step({ kind: 'stored', stream: 'log', upTo: first })
    expect(follower.status.durable).toBe(0)
    follower.sync()
    expect(follower.status.durable).toBe(1)
  })

  test('completions that come out of order lose nothing', () => {
    const node = new Solo({ members: 1, settings: PAPER })
    node.tick(700)
    node.sync()
    node.sync()
    put(node, 1)
    node.sync()
    node.step({ kind: 'stored', stream: 'log', upTo: 1 })
    expect(node.status).toMatchObject({ durable: 2, commit: 2 })
  })
})

describe('R9 and R11', () => {
  test('R9: a request in the very step that elects is served', () => {
    const node = new Solo({ settings: PAPER })
    node.tick(700)
    node.sync()
    node.step(
      { kind: 'message', from: 'n2', message: { type: 'vote-reply', term: 1, granted: true } },
      { kind: 'message', from: 'c1', message: { type: 'open', request: 'a', attempt: 1 } },
    )
    expect(node.log().map((line) => line.kind)).toEqual(['noop', 'open'])
    expect(node.status.peers.every((peer) => peer.match < peer.next)).toBe(true)
  })

  test('R11: a leader without followers refuses writes at its byte bound, and takes them again after the heal', () => {
    const world = new Cluster({ nodes: 3, settings: { ...PAPER, 'uncommitted-limit': '2kb' } })
    const lead = world.elect()
    world.call('c1', 'put', 'k', 'v')
    for (const id of world.ids) {
      if (id === lead) continue
      world.cut(lead, id)
      world.cut(id, lead)
    }
    const ids = Array.from({ length: 30 }, (_, i) => world.invoke(`l${i}`, 'put', 'k', 'x'.repeat(500), { via: lead, timeoutMs: 400 }))
    world.invoke('c1', 'put', 'k', 'y'.repeat(3_000), { via: lead, timeoutMs: 600 })
    world.run(1_000)
    expect(world.status(lead).uncommittedBytes).toBeGreaterThan(1_000)
    expect(world.status(lead).uncommittedBytes).toBeLessThan(6_000)
    const late = world.call('l40', 'put', 'k', 'z', { via: lead, timeoutMs: 300 })
    expect(late).toMatchObject({ outcome: 'fail', code: 'overloaded' })
    expect(ids).toHaveLength(30)
    world.heal()
    expect(world.call('c3', 'put', 'k', 'after', { timeoutMs: 5_000 })).toMatchObject({ outcome: 'ok' })
    expect(world.converge()).toBe(true)
    expect(world.invariants.broken).toEqual([])
  })
})
