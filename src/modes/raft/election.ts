/** Leader election (§5.2, §5.4.1), with pre-vote (dissertation §9.6). */
import type { EndpointId } from '../../machine/contract.ts'
import type { PeerMessage } from './messages.ts'
import { becomeCandidate, becomeFollower, becomeLeader, becomePreCandidate, drawElectionDeadline, inLiveLease } from './roles.ts'
import type { RaftState } from './state.ts'

type Of<T extends PeerMessage['type']> = Extract<PeerMessage, { type: T }>

/** The election timeout passed. */
export function campaign(raft: RaftState): void {
  drawElectionDeadline(raft)
  if (raft.options.preVote) {
    becomePreCandidate(raft)
    recordAnswer(raft, raft.id, true)
  } else {
    startElection(raft)
  }
  askForVotes(raft)
}

function startElection(raft: RaftState): void {
  becomeCandidate(raft)
  drawElectionDeadline(raft)
  countOwnVote(raft)
}

/** Asks everyone who has not answered: at the start of a round, and again while answers are missing, since datagrams get lost. */
export function askForVotes(raft: RaftState): void {
  const { candidacy } = raft
  if (candidacy === null) return
  candidacy.resendUs = raft.nowUs + raft.options.heartbeatUs
  const position = { term: candidacy.term, lastIndex: raft.log.last, lastTerm: raft.log.lastTerm }
  for (const peer of raft.peers) {
    if (candidacy.answers.has(peer)) continue
    if (raft.role === 'pre-candidate') raft.send(peer, { type: 'pre-vote', ...position })
    // A request speaks for the log it names. If it left before that log is durable, a candidate could crash, come back with a
    // shorter log, campaign in the same term again, and win by a grant that was given to the longer one.
    else raft.sendDurably(peer, { type: 'vote', ...position })
  }
}

/** Our own vote counts only once it is durable. A completion that belongs to an earlier candidacy names an earlier position. */
export function countOwnVote(raft: RaftState): void {
  if (raft.role !== 'candidate' || raft.candidacy === null || raft.candidacy.answers.has(raft.id)) return
  if (raft.durable >= raft.candidacy.ownVoteAt || raft.bug === 'reply-before-sync') recordAnswer(raft, raft.id, true)
}

function recordAnswer(raft: RaftState, from: EndpointId, granted: boolean): void {
  const { candidacy } = raft
  if (candidacy === null) return
  candidacy.answers.set(from, candidacy.answers.get(from) === true || granted)
  const answers = [...candidacy.answers.values()]
  if (answers.filter((yes) => yes).length >= raft.quorum) {
    if (raft.role === 'candidate') {
      becomeLeader(raft)
      return
    }
    startElection(raft)
    askForVotes(raft)
  }
  // Enough refusals that no majority is left: wait for the next timeout as a follower.
  if (answers.filter((yes) => !yes).length > raft.members.length - raft.quorum)
    becomeFollower(raft, raft.term, null, 'refused by a majority')
}

/** Changes nothing here: neither term, nor vote, nor timer. */
export function handlePreVote(raft: RaftState, from: EndpointId, ask: Of<'pre-vote'>): void {
  const granted = ask.term > raft.term && raft.log.isUpToDate(ask.lastIndex, ask.lastTerm) && !inLiveLease(raft) && !raft.lostDisk
  raft.sendDurably(from, { type: 'pre-vote-reply', term: granted ? ask.term : raft.term, granted })
}

export function handlePreVoteReply(raft: RaftState, from: EndpointId, reply: Of<'pre-vote-reply'>): void {
  // A refusal from a higher term teaches that term, else two nodes can refuse each other for ever: one for its term, one for its log.
  if (!reply.granted && reply.term > raft.term) {
    becomeFollower(raft, reply.term, null, `${from} is in term ${reply.term}`)
    return
  }
  if (raft.role !== 'pre-candidate' || raft.candidacy === null) return
  if (reply.granted && reply.term !== raft.candidacy.term) return
  if (!reply.granted && reply.term !== raft.term) return
  recordAnswer(raft, from, reply.granted)
}

/** The caller has already taken a higher term. */
export function handleVote(raft: RaftState, from: EndpointId, ask: Of<'vote'>): void {
  const free = raft.vote === from || (raft.vote === null && raft.leader === null) || raft.bug === 'double-vote'
  const granted = ask.term === raft.term && free && raft.log.isUpToDate(ask.lastIndex, ask.lastTerm) && !raft.lostDisk
  if (granted) {
    raft.setHardState(raft.term, from)
    if (raft.role === 'follower') drawElectionDeadline(raft)
    raft.emit('vote-granted', { term: raft.term, to: from })
  }
  raft.sendDurably(from, { type: 'vote-reply', term: raft.term, granted })
}

export function handleVoteReply(raft: RaftState, from: EndpointId, reply: Of<'vote-reply'>): void {
  if (raft.role === 'candidate' && reply.term === raft.term) recordAnswer(raft, from, reply.granted)
}
