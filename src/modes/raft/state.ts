/**
 * Everything a Raft node knows, and the effects of the step under way. The rules live in the files beside this one, as
 * functions over this state: roles, election, replication, reads, requests.
 */
import { assert } from '../../machine/assert.ts'
import { type EndpointId, emptyOutput, type MachineEvent, type Message, type Output, type Send } from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import type { NodeRoleOptions } from '../mode.ts'
import { Attempts } from './attempts.ts'
import { type Bug, readBug } from './bugs.ts'
import { type Command, type DecodedEntry, encodeEntry, encodeHard } from './entry.ts'
import { RaftLog } from './log.ts'
import type { PeerMessage, RaftMessage } from './messages.ts'
import type { Progress } from './progress.ts'
import { quorumOf } from './quorum.ts'
import { FollowerReads, type LeaderReads } from './read-queues.ts'
import { type RaftOptions, readOptions } from './settings.ts'
import { Store } from './store.ts'

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader'

/** A round of asking for votes, or for pre-votes. */
export interface Candidacy {
  /** The term asked for. */
  readonly term: number
  /** A set of voters, not a count: a doubled datagram is one vote. */
  readonly answers: Map<EndpointId, boolean>
  /** Our own vote counts once the record that holds it, at this position, is durable. 0: it waits for nothing. */
  ownVoteAt: number
  resendUs: number
}

export interface Waiter {
  readonly client: EndpointId
  readonly request: string
  readonly attempt: number
}

export interface Leadership {
  readonly progress: Map<EndpointId, Progress>
  /** Our own count of heartbeat rounds. */
  round: number
  nextHeartbeatUs: number
  /** Check-quorum measures silence from here at the earliest. */
  listeningSinceUs: number
  /** Who waits for the entry at this index. */
  readonly waiters: Map<number, Waiter>
  /** The request of each session that is on its way through the log: a copy of it needs no second entry. */
  readonly underWay: Map<number, { readonly serial: number; readonly index: number }>
  readonly reads: LeaderReads
  uncommittedBytes: number
}

export class RaftState {
  readonly id: EndpointId
  readonly members: readonly EndpointId[]
  readonly peers: readonly EndpointId[]
  readonly quorum: number
  readonly bug: Bug
  readonly random: Random
  readonly log = new RaftLog()
  readonly store: Store
  readonly attempts = new Attempts()
  readonly followerReads = new FollowerReads()
  readonly dropped = new Map<string, number>()
  options: RaftOptions

  nowUs = 0
  life = 1
  lostDisk = false
  term = 0
  vote: EndpointId | null = null
  role: Role = 'follower'
  /** Known leader of this term. */
  leader: EndpointId | null = null
  candidacy: Candidacy | null = null
  leadership: Leadership | null = null
  applied = 0
  electionDeadlineUs = Number.POSITIVE_INFINITY
  lastLeaderContactUs = Number.NEGATIVE_INFINITY
  electionsStarted = 0
  electionsWon = 0
  /** Records of the `log` stream: handed out, and known durable. */
  position = 0
  durable = 0
  lastCommitEventUs = Number.NEGATIVE_INFINITY
  reportedCommit = 0
  private hardChanged = false
  private output: Output = emptyOutput()
  private gated: Send[] = []

  constructor(given: NodeRoleOptions) {
    assert(given.members.includes(given.id), `${given.id} is not among its members`)
    this.id = given.id
    this.members = given.members
    this.peers = given.members.filter((id) => id !== given.id)
    this.quorum = quorumOf(given.members.length)
    this.bug = readBug(given.bug)
    this.random = given.random
    this.options = readOptions(given.settings)
    this.store = new Store(this.options.sessions, this.bug === 'no-sessions')
  }

  send(to: EndpointId, message: RaftMessage): void {
    this.output.send.push({ to, message })
  }

  /** Leaves once everything stored so far, this step included, is durable: votes and acknowledgements promise it. */
  sendDurably(to: EndpointId, message: PeerMessage): void {
    this.gated.push({ to, message })
  }

  emit(type: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const event: MachineEvent = { type, ...fields }
    this.output.events.push(event)
  }

  drop(reason: string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1)
  }

  setHardState(term: number, vote: EndpointId | null): void {
    assert(term >= this.term, `term would go back from ${this.term} to ${term}`)
    if (term === this.term && vote === this.vote) return
    // A vote given in this step gets its own record, though the next term already follows it.
    if (term > this.term && this.vote !== null) this.storeHardState()
    this.term = term
    this.vote = vote
    this.hardChanged = true
  }

  /** What a record on disk says; it need not be written again. */
  recoverHardState(term: number, vote: EndpointId | null): void {
    assert(term >= this.term, `stored term goes back from ${this.term} to ${term}`)
    this.term = term
    this.vote = vote
  }

  /** Writes the hard state if it changed, and tells the position of the record that holds it. */
  storeHardState(): number {
    if (!this.hardChanged) return this.position
    this.hardChanged = false
    return this.storeRecord(encodeHard(this.term, this.bug === 'forget-vote' ? null : this.vote))
  }

  storeRecord(bytes: Uint8Array): number {
    this.output.store.push({ stream: 'log', bytes })
    this.position++
    return this.position
  }

  /** The entry of a new command in our own term. */
  appendOwn(command: Command): DecodedEntry {
    const entry = encodeEntry(this.log.last + 1, this.term, command)
    this.appendEntry(entry)
    return entry
  }

  appendEntry(entry: DecodedEntry): void {
    // The term first: an entry of term t is never durable while term t is not.
    this.storeHardState()
    this.log.append(entry, this.storeRecord(entry.bytes))
  }

  /** Ends the step: stores what changed, releases what may leave at once, gates the rest. */
  finish(deadlineUs: number): Output {
    this.storeHardState()
    const messages: readonly { to: EndpointId; message: Message }[] = this.gated
    for (const { to, message } of messages) {
      if (this.position <= this.durable || this.bug === 'reply-before-sync') this.output.send.push({ to, message })
      else this.output.sendAfter.push({ to, message, stream: 'log', upTo: this.position })
    }
    const done = this.output
    done.deadlineUs = deadlineUs
    this.output = emptyOutput()
    this.gated = []
    return done
  }
}
