/** Changes of role and term. Every way into a role goes through here, so that nothing of the last role is left over. */
import { assert } from '../../machine/assert.ts'
import type { EndpointId } from '../../machine/contract.ts'
import { Progress } from './progress.ts'
import { reachedBy } from './quorum.ts'
import { LeaderReads } from './read-queues.ts'
import { refuseRead } from './reads.ts'
import type { RaftState, Role } from './state.ts'

const ALLOWED: Readonly<Record<Role, readonly Role[]>> = {
  follower: ['follower', 'pre-candidate', 'candidate'],
  'pre-candidate': ['pre-candidate', 'candidate', 'follower'],
  candidate: ['candidate', 'pre-candidate', 'leader', 'follower'],
  leader: ['follower'],
}

function enter(raft: RaftState, role: Role): void {
  assert(ALLOWED[raft.role].includes(role), `${raft.role} cannot become ${role}`)
  raft.role = role
}

export function drawElectionDeadline(raft: RaftState): void {
  const { electionMinUs, electionMaxUs } = raft.options
  raft.electionDeadlineUs = raft.nowUs + raft.random.between(electionMinUs, electionMaxUs)
}

/** A message or vote of a higher term makes everyone a follower of that term (§5.1). */
export function becomeFollower(raft: RaftState, term: number, leader: EndpointId | null, why: string): void {
  const wasLeader = raft.role === 'leader'
  if (wasLeader) stepDown(raft, why)
  if (term > raft.term) {
    raft.setHardState(term, null)
    raft.leader = null
  }
  if (leader !== null && leader !== raft.leader) raft.emit('became-follower', { term, leader })
  raft.leader = leader
  enter(raft, 'follower')
  raft.candidacy = null
  if (wasLeader) drawElectionDeadline(raft)
}

function stepDown(raft: RaftState, why: string): void {
  const { leadership } = raft
  assert(leadership !== null, 'a leader has a leadership')
  raft.emit('stepped-down', { term: raft.term, why })
  raft.leadership = null
  raft.leader = null
  // The entries may still commit under the next leader: their clients learn only that this node cannot tell.
  for (const { client, request, attempt } of leadership.waiters.values()) {
    const { term, life } = raft
    raft.send(client, { type: 'refusal', request, attempt, code: 'stepped-down', definite: false, term, leader: null, life })
  }
  for (const asked of leadership.reads.drain()) refuseRead(raft, asked)
}

export function becomePreCandidate(raft: RaftState): void {
  enter(raft, 'pre-candidate')
  raft.leader = null
  raft.candidacy = { term: raft.term + 1, answers: new Map(), ownVoteAt: 0, resendUs: raft.nowUs + raft.options.heartbeatUs }
  raft.emit('pre-vote-started', { term: raft.term + 1 })
}

export function becomeCandidate(raft: RaftState): void {
  assert(!raft.lostDisk, 'a voter without its disk cannot campaign')
  enter(raft, 'candidate')
  raft.leader = null
  raft.setHardState(raft.term + 1, raft.id)
  const ownVoteAt = raft.storeHardState()
  raft.candidacy = { term: raft.term, answers: new Map(), ownVoteAt, resendUs: raft.nowUs + raft.options.heartbeatUs }
  raft.electionsStarted++
  raft.emit('election-started', { term: raft.term })
}

export function becomeLeader(raft: RaftState): void {
  enter(raft, 'leader')
  raft.candidacy = null
  raft.leader = raft.id
  raft.electionDeadlineUs = Number.POSITIVE_INFINITY
  raft.electionsWon++
  for (const read of raft.followerReads.giveUp()) refuseRead(raft, { kind: 'client', read })
  raft.leadership = {
    progress: new Map(raft.peers.map((id) => [id, new Progress(id, raft.log.last + 1)])),
    round: 0,
    nextHeartbeatUs: raft.nowUs + raft.options.heartbeatUs,
    listeningSinceUs: raft.nowUs,
    waiters: new Map(),
    underWay: new Map(),
    reads: new LeaderReads(),
    uncommittedBytes: 0,
  }
  raft.emit('became-leader', { term: raft.term, lastIndex: raft.log.last })
  // §8: only an entry of the own term tells a leader what is committed.
  raft.appendOwn({ kind: 'noop' })
}

/** When a quorum, this leader included, was last heard together. */
export function quorumHeardUs(raft: RaftState): number {
  const { leadership } = raft
  assert(leadership !== null, 'only a leader counts who answers')
  const heard = [...leadership.progress.values()].map((peer) => (peer.lost ? Number.NEGATIVE_INFINITY : peer.lastAckUs))
  return Math.max(reachedBy([raft.nowUs, ...heard], raft.quorum), leadership.listeningSinceUs)
}

/** Dissertation §4.2.3: someone leads, and was heard within the shortest election timeout. */
export function inLiveLease(raft: RaftState): boolean {
  const heard = raft.leadership === null ? raft.lastLeaderContactUs : quorumHeardUs(raft)
  return raft.leader !== null && raft.nowUs - heard < raft.options.electionMinUs
}
