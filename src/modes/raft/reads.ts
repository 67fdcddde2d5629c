/**
 * Linearizable reads by ReadIndex (dissertation §6.4): note the commit index, prove by a round of heartbeats that nobody else
 * led when the round began, wait until that index is applied, answer. The rounds are the leader's own numbers: keyed by
 * anything a client or a network can repeat, an old answer could confirm a new read.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { ClientMessage, PeerMessage } from './messages.ts'
import { reachedBy } from './quorum.ts'
import type { AskedRead, ClientRead } from './read-queues.ts'
import { heartbeat } from './replication.ts'
import type { RaftState } from './state.ts'

export function handleRead(raft: RaftState, client: EndpointId, ask: Extract<ClientMessage, { type: 'read' }>): void {
  const read: ClientRead = { client, request: ask.request, attempt: ask.attempt, key: ask.key }
  if (raft.leadership !== null) {
    if (raft.bug === 'local-reads') {
      answerRead(raft, read)
      return
    }
    if (!raft.leadership.reads.add({ kind: 'client', read })) refuseRead(raft, { kind: 'client', read }, 'overloaded')
    return
  }
  if (raft.leader === null) {
    refuseRead(raft, { kind: 'client', read })
    return
  }
  if (!raft.followerReads.add(read)) refuseRead(raft, { kind: 'client', read }, 'overloaded')
}

/** A follower asks for a read index on behalf of its own clients. */
export function handleReadIndex(raft: RaftState, peer: EndpointId, ask: Extract<PeerMessage, { type: 'read-index' }>): void {
  if (raft.leadership?.reads.add({ kind: 'peer', peer, id: ask.id }) !== true) refuseRead(raft, { kind: 'peer', peer, id: ask.id })
}

export function handleReadIndexReply(raft: RaftState, reply: Extract<PeerMessage, { type: 'read-index-reply' }>): void {
  if (reply.index !== null) {
    raft.followerReads.answered(reply.id, reply.index)
    return
  }
  if (raft.followerReads.asked?.id === reply.id) giveUpFollowerReads(raft)
}

/** Leader, at the end of a step: starts a round for reads that arrived, unless one is out whose answer they can await. */
export function startReadRound(raft: RaftState): void {
  const { leadership } = raft
  if (leadership === null || !leadership.reads.hasWaiting || !knowsCommit(raft)) return
  if (leadership.reads.roundOut) return
  heartbeat(raft)
  coverReads(raft)
}

/** The round just begun covers all reads that have arrived. */
export function coverReads(raft: RaftState): void {
  const { leadership } = raft
  if (leadership !== null && knowsCommit(raft)) leadership.reads.cover(leadership.round, raft.log.commit)
}

/** Until an entry of its own term is committed, a leader's commit index may lag behind its predecessor's (§8). */
function knowsCommit(raft: RaftState): boolean {
  return raft.log.termAt(raft.log.commit) === raft.term
}

/** Leader: answers the reads whose round a quorum has echoed. Everything committed is applied already. */
export function confirmReads(raft: RaftState): void {
  const { leadership } = raft
  if (leadership === null || !leadership.reads.roundOut) return
  const echoed = [...leadership.progress.values()].map((peer) => (peer.lost ? 0 : peer.round))
  const round = reachedBy([leadership.round, ...echoed], raft.quorum)
  for (const batch of leadership.reads.confirm(round)) {
    for (const asked of batch.reads) {
      if (asked.kind === 'client') answerRead(raft, asked.read)
      else raft.send(asked.peer, { type: 'read-index-reply', id: asked.id, index: batch.index })
    }
  }
}

/** Follower, at the end of a step: asks the leader, answers what is applied. */
export function serveFollowerReads(raft: RaftState): void {
  const { followerReads } = raft
  for (const read of followerReads.servable(raft.applied)) answerRead(raft, read)
  if (raft.role === 'leader') return
  if (raft.leader === null) {
    giveUpFollowerReads(raft)
    return
  }
  if (!followerReads.hasWaiting || followerReads.asked !== null) return
  const question = followerReads.ask(raft.life, raft.nowUs)
  raft.send(raft.leader, { type: 'read-index', id: question.id })
}

/** Follower, on a tick: asks again, since datagrams get lost; gives up after an election timeout. */
export function repeatReadQuestion(raft: RaftState): void {
  const { asked } = raft.followerReads
  if (asked === null || raft.leader === null) return
  if (raft.nowUs - asked.firstUs >= raft.options.electionMaxUs) {
    giveUpFollowerReads(raft)
    return
  }
  if (raft.nowUs - asked.sentUs < raft.options.heartbeatUs) return
  asked.sentUs = raft.nowUs
  raft.send(raft.leader, { type: 'read-index', id: asked.id })
}

function giveUpFollowerReads(raft: RaftState): void {
  for (const read of raft.followerReads.giveUp()) refuseRead(raft, { kind: 'client', read })
}

function answerRead(raft: RaftState, { client, request, key }: ClientRead): void {
  const { term, leader, life } = raft
  raft.send(client, { type: 'reply', request, status: 'ok', value: raft.store.read(key), session: 0, term, leader, life })
}

/** A read has no effect, so every refusal is definite. */
export function refuseRead(raft: RaftState, asked: AskedRead, code: 'no-leader' | 'overloaded' = 'no-leader'): void {
  if (asked.kind === 'peer') {
    raft.send(asked.peer, { type: 'read-index-reply', id: asked.id, index: null })
    return
  }
  const { client, request, attempt } = asked.read
  const { term, leader, life } = raft
  raft.send(client, { type: 'refusal', request, attempt, code, definite: true, term, leader, life })
}
