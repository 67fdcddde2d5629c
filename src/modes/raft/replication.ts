/** Log replication (§5.3) and commitment (§5.4.2), leader and follower. */
import { assert } from '../../machine/assert.ts'
import type { EndpointId } from '../../machine/contract.ts'
import { type DecodedEntry, decodeRecord } from './entry.ts'
import type { PeerMessage } from './messages.ts'
import type { Progress } from './progress.ts'
import { reachedBy } from './quorum.ts'
import type { RaftState } from './state.ts'

type Of<T extends PeerMessage['type']> = Extract<PeerMessage, { type: T }>

/** One step sends a follower at most this many appends, whatever the window holds. */
const MOST_APPENDS_A_STEP = 64

/** Leader: sends each follower what its window allows. */
export function replicate(raft: RaftState): void {
  for (const peer of raft.leadership?.progress.values() ?? []) {
    for (let sent = 0; sent < MOST_APPENDS_A_STEP && mustAppend(raft, peer); sent++) sendAppend(raft, peer)
    tellCommit(raft, peer)
  }
}

function mustAppend(raft: RaftState, peer: Progress): boolean {
  if (peer.nudged) return true
  if (!peer.mayAppend(raft.options.inflight, raft.options.inflightBytes)) return false
  return peer.next <= raft.log.last || peer.state === 'probe'
}

function sendAppend(raft: RaftState, peer: Progress): void {
  const room = peer.mayAppend(raft.options.inflight, raft.options.inflightBytes)
  peer.nudged = false
  const entries = room ? raft.log.batch(peer.next, raft.options.batchBytes) : []
  const prevIndex = peer.next - 1
  const prevTerm = raft.log.termAt(prevIndex)
  assert(prevTerm !== null, `next ${peer.next} of ${peer.id} is beyond the log`)
  const commit = raft.log.commit
  raft.send(peer.id, { type: 'append', term: raft.term, prevIndex, prevTerm, commit, entries })
  const bytes = entries.reduce((sum, entry) => sum + entry.length, 0)
  if (peer.state === 'probe' || entries.length > 0) peer.sent(prevIndex + entries.length, bytes, raft.options.inflight)
  // Only a follower that is known to match can be said to have been told.
  if (peer.state === 'replicate') peer.toldCommit = Math.max(peer.toldCommit, Math.min(commit, prevIndex + entries.length))
}

/** A quiet follower should not wait for the next heartbeat to learn that an entry is committed: its reads wait for it. */
function tellCommit(raft: RaftState, peer: Progress): void {
  const commit = Math.min(raft.log.commit, peer.match)
  if (peer.state !== 'replicate' || commit <= peer.toldCommit) return
  peer.toldCommit = commit
  raft.send(peer.id, { type: 'heartbeat', term: raft.term, commit, round: 0 })
}

/** A new round: everyone's answer proves that this node still led when the round began. */
export function heartbeat(raft: RaftState): void {
  const { leadership } = raft
  assert(leadership !== null, 'only a leader sends heartbeats')
  leadership.round++
  for (const peer of leadership.progress.values()) {
    // Never beyond what the follower is known to hold: it could not tell our entries from others there.
    const commit = Math.min(raft.log.commit, peer.match)
    peer.toldCommit = Math.max(peer.toldCommit, commit)
    raft.send(peer.id, { type: 'heartbeat', term: raft.term, commit, round: leadership.round })
  }
}

/** Leader: what any answer of this term tells, whatever it answers. Null if it comes from a life that is over. */
function heard(raft: RaftState, from: EndpointId, reply: { readonly life: number; readonly lost: boolean }): Progress | null {
  const peer = raft.leadership?.progress.get(from)
  if (peer === undefined) return null
  if (reply.life < peer.life) return null
  if (reply.life > peer.life) {
    if (peer.life > 0) peer.reborn()
    peer.life = reply.life
  }
  peer.lastAckUs = raft.nowUs
  peer.lost = reply.lost
  return peer
}

export function handleAppendReply(raft: RaftState, from: EndpointId, reply: Of<'append-reply'>): void {
  const peer = heard(raft, from, reply)
  if (peer === null) return
  if (reply.index > raft.log.last) {
    raft.drop('answer-beyond-log')
    return
  }
  if (reply.ok) {
    peer.acknowledged(reply.index, reply.life)
    return
  }
  // What a follower proved was durable. A later life that ends before it has lost its disk's word (wiped, or never synced).
  if (reply.last < peer.match && reply.life > peer.matchLife) {
    regress(raft, peer, reply.last)
    return
  }
  // Our entries above the hint with a later term than the hint's cannot be in the follower's log.
  peer.rejected(reply.index, raft.log.lastOfTermAtMost(reply.hintIndex, reply.hintTerm) + 1)
}

function regress(raft: RaftState, peer: Progress, last: number): void {
  raft.emit('follower-lost-log', { follower: peer.id, had: peer.match, has: last })
  peer.regressed()
}

export function handleHeartbeatReply(raft: RaftState, from: EndpointId, reply: Of<'heartbeat-reply'>): void {
  const peer = heard(raft, from, reply)
  if (peer === null || raft.leadership === null) return
  peer.round = Math.max(peer.round, Math.min(reply.round, raft.leadership.round))
  peer.paused = false
  if (peer.match < raft.log.last || peer.state === 'probe') peer.nudged = true
}

/** Leader: commits what a quorum holds durably, and only entries of its own term by counting (§5.4.2). */
export function advanceCommit(raft: RaftState): void {
  const { leadership, log } = raft
  if (leadership === null) return
  const own = raft.bug === 'reply-before-sync' ? log.last : log.durableIndex
  const held = [...leadership.progress.values()].map((peer) => (peer.lost ? 0 : peer.match))
  const needed = raft.bug === 'commit-minority' ? Math.max(1, Math.floor(raft.members.length / 2)) : raft.quorum
  const index = reachedBy([own, ...held], needed)
  if (index <= log.commit) return
  if (log.termAt(index) !== raft.term && raft.bug !== 'commit-old-term') return
  for (let i = log.commit + 1; i <= index; i++) leadership.uncommittedBytes -= ownBytes(raft, i)
  log.commitTo(index)
}

/** Only entries appended by this leadership were counted into its bound. */
function ownBytes(raft: RaftState, index: number): number {
  const { log, term } = raft
  return log.termAt(index) === term && log.commandAt(index).kind !== 'noop' ? log.bytesAt(index).length : 0
}

/** Follower: the caller has taken the term and knows the leader. */
export function handleAppend(raft: RaftState, from: EndpointId, append: Of<'append'>): void {
  const { log } = raft
  // All below the commit index is settled; a late append that starts there proves nothing new and cannot conflict.
  if (append.prevIndex < log.commit && append.prevIndex + append.entries.length <= log.commit) {
    acknowledge(raft, from, log.commit)
    return
  }
  if (log.termAt(append.prevIndex) !== append.prevTerm) {
    reject(raft, from, append)
    return
  }
  const entries = decodeEntries(append)
  if (entries === null) {
    raft.drop('malformed-entries')
    return
  }
  if (raft.bug === 'truncate-always' && log.last > append.prevIndex) cut(raft, append.prevIndex + 1, append.term)
  for (const entry of entries) {
    const term = log.termAt(entry.index)
    // Skip what is there: an append that was delayed may end before entries that were acknowledged since.
    if (term === entry.term) continue
    if (term !== null) cut(raft, entry.index, entry.term)
    raft.appendEntry(entry)
  }
  const proven = append.prevIndex + entries.length
  log.commitTo(Math.min(append.commit, proven))
  acknowledge(raft, from, raft.bug === 'ack-last' ? log.last : proven)
}

function cut(raft: RaftState, index: number, by: number): void {
  const count = raft.log.truncateFrom(index)
  raft.emit('entries-overwritten', { from: index, count, byTerm: by })
}

/** Null if the bytes are not consecutive entries with terms that never fall and never exceed the leader's. */
function decodeEntries(append: Of<'append'>): readonly DecodedEntry[] | null {
  const out: DecodedEntry[] = []
  let term = append.prevTerm
  for (const bytes of append.entries) {
    const record = decodeRecord(bytes)
    if (record?.kind !== 'entry') return null
    const { entry } = record
    if (entry.index !== append.prevIndex + out.length + 1 || entry.term < term || entry.term > append.term) return null
    term = entry.term
    out.push(entry)
  }
  return out
}

function acknowledge(raft: RaftState, to: EndpointId, index: number): void {
  const { term, life, lostDisk: lost, log } = raft
  raft.sendDurably(to, { type: 'append-reply', term, ok: true, index, hintIndex: 0, hintTerm: 0, last: log.last, life, lost })
}

function reject(raft: RaftState, to: EndpointId, append: Of<'append'>): void {
  const { term, life, lostDisk: lost, log } = raft
  // What we hold with a later term than the leader has there cannot match: skip whole terms at once.
  const hintIndex = log.lastOfTermAtMost(append.prevIndex, append.prevTerm)
  const hintTerm = log.termAt(hintIndex) ?? 0
  raft.sendDurably(to, { type: 'append-reply', term, ok: false, index: append.prevIndex, hintIndex, hintTerm, last: log.last, life, lost })
}

/** An append or heartbeat of an older term: the answer frees a leader that does not know, and through it a stuck candidate. */
export function answerOldTerm(raft: RaftState, to: EndpointId): void {
  const { term, life, lostDisk: lost, log } = raft
  raft.sendDurably(to, { type: 'append-reply', term, ok: false, index: 0, hintIndex: 0, hintTerm: 0, last: log.last, life, lost })
}

export function handleHeartbeat(raft: RaftState, from: EndpointId, beat: Of<'heartbeat'>): void {
  // The leader never names an index that we have not proven to hold; a voter that lost its disk since may hold less.
  raft.log.commitTo(Math.min(beat.commit, raft.log.last))
  if (beat.round === 0) return
  const { term, life, lostDisk: lost } = raft
  raft.send(from, { type: 'heartbeat-reply', term, round: beat.round, life, lost })
}
