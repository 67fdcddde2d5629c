/** The Raft node: takes a step's inputs in order, then does what they have made possible, once. */
import { assert, unreachable } from '../../machine/assert.ts'
import type { Control, EndpointId, Input, InspectQuery, Machine, Output, StepInput } from '../../machine/contract.ts'
import type { NodeRoleOptions, Settings } from '../mode.ts'
import { askForVotes, campaign, countOwnVote, handlePreVote, handlePreVoteReply, handleVote, handleVoteReply } from './election.ts'
import { decodeRecord, encodeLost } from './entry.ts'
import { inspect } from './inspect.ts'
import { type PeerMessage, parseMessage } from './messages.ts'
import { answeredAlone } from './no-agreement.ts'
import {
  confirmReads,
  coverReads,
  handleRead,
  handleReadIndex,
  handleReadIndexReply,
  repeatReadQuestion,
  serveFollowerReads,
  startReadRound,
} from './reads.ts'
import {
  advanceCommit,
  answerOldTerm,
  handleAppend,
  handleAppendReply,
  handleHeartbeat,
  handleHeartbeatReply,
  heartbeat,
  replicate,
} from './replication.ts'
import { applyCommitted, handleOpen, handleWrite } from './requests.ts'
import { becomeFollower, drawElectionDeadline, inLiveLease, quorumHeardUs } from './roles.ts'
import { readOptions, settings } from './settings.ts'
import { RaftState } from './state.ts'

/** A fresh cluster should not wait a whole election timeout for its first leader. */
const FIRST_TIMEOUT_US = [20_000, 150_000] as const
/** At most one commit event in this time: they are for people. */
const COMMIT_EVENT_US = 50_000

export class RaftNode implements Machine {
  private readonly raft: RaftState
  private given: Settings

  /** Throws RangeError for settings that do not parse and for an unknown bug. */
  constructor(options: NodeRoleOptions) {
    this.raft = new RaftState(options)
    this.given = options.settings
  }

  step({ nowUs, inputs }: StepInput): Output {
    const { raft } = this
    this.noticeStall(nowUs - raft.nowUs)
    raft.nowUs = nowUs
    for (const input of inputs) this.take(input)
    advanceCommit(raft)
    applyCommitted(raft)
    confirmReads(raft)
    startReadRound(raft)
    // A cluster of one has confirmed the round by starting it.
    confirmReads(raft)
    serveFollowerReads(raft)
    replicate(raft)
    this.reportCommit()
    assert(raft.applied <= raft.log.commit && raft.log.commit <= raft.log.last, 'applied ≤ commit ≤ last')
    return raft.finish(this.deadline())
  }

  inspect(query: InspectQuery): unknown {
    return inspect(this.raft, query)
  }

  /** After a stall of our own, silence says nothing about the others: check-quorum listens afresh. */
  private noticeStall(gapUs: number): void {
    const { leadership, options } = this.raft
    if (leadership === null || gapUs <= Math.max(options.electionMinUs, 2 * options.heartbeatUs)) return
    leadership.listeningSinceUs = this.raft.nowUs + gapUs
  }

  private take(input: Input): void {
    switch (input.kind) {
      case 'start':
        this.start(input)
        return
      case 'message':
        this.receive(input.from, input.message)
        return
      case 'stored':
        if (input.stream === 'log') this.stored(input.upTo)
        return
      case 'tick':
        this.tick()
        return
      case 'control':
        this.control(input.control)
        return
      default:
        unreachable(input)
        return
    }
  }

  private start({ log, lostDisk, incarnation }: Extract<Input, { kind: 'start' }>): void {
    const { raft } = this
    assert(raft.position === 0, 'start comes first and once')
    raft.life = incarnation
    for (const bytes of log) this.recover(bytes)
    raft.durable = raft.position
    raft.log.storedUpTo(raft.position)
    // A term that is behind the log's own can only be a hard state that was lost: never vote below the log.
    if (raft.term < raft.log.lastTerm) raft.setHardState(raft.log.lastTerm, null)
    if (lostDisk && !raft.lostDisk) {
      raft.lostDisk = true
      raft.storeRecord(encodeLost())
      raft.emit('lost-disk')
    }
    if (raft.lostDisk) return
    if (log.length > 0) {
      drawElectionDeadline(raft)
      return
    }
    raft.electionDeadlineUs = raft.nowUs + raft.random.between(FIRST_TIMEOUT_US[0], FIRST_TIMEOUT_US[1])
  }

  private recover(bytes: Uint8Array): void {
    const { raft } = this
    const record = decodeRecord(bytes)
    raft.position++
    assert(record !== null, `log record ${raft.position} is not readable`)
    if (record.kind === 'lost') raft.lostDisk = true
    else if (record.kind === 'hard') raft.recoverHardState(record.term, record.vote)
    else {
      if (record.entry.index <= raft.log.last) raft.log.truncateFrom(record.entry.index)
      raft.log.append(record.entry, raft.position)
      // A long log is applied in its time, and read again then: its commands all at once would be many times its bytes.
      raft.log.forgetCommand(record.entry.index)
    }
  }

  private stored(upTo: number): void {
    const { raft } = this
    assert(upTo <= raft.position, `stored ${upTo} was never written (${raft.position})`)
    // Completions may come out of order; a later one covers the earlier.
    raft.durable = Math.max(raft.durable, upTo)
    raft.log.storedUpTo(raft.durable)
    countOwnVote(raft)
  }

  private receive(from: EndpointId, raw: unknown): void {
    const { raft } = this
    const message = parseMessage(raw)
    if (message === null) {
      raft.drop('malformed')
      return
    }
    if (raft.bug === 'no-agreement' && answeredAlone(raft, from, message)) return
    switch (message.type) {
      case 'open':
        handleOpen(raft, from, message)
        return
      case 'write':
        handleWrite(raft, from, message)
        return
      case 'read':
        handleRead(raft, from, message)
        return
      case 'reply':
      case 'refusal':
        raft.drop('not-for-a-node')
        return
      default:
        if (!raft.peers.includes(from)) {
          raft.drop('not-a-member')
          return
        }
        this.receivePeer(from, message)
        return
    }
  }

  private receivePeer(from: EndpointId, message: PeerMessage): void {
    const { raft } = this
    switch (message.type) {
      // These two carry a term that is not the sender's.
      case 'pre-vote':
        handlePreVote(raft, from, message)
        return
      case 'pre-vote-reply':
        handlePreVoteReply(raft, from, message)
        return
      case 'read-index':
        handleReadIndex(raft, from, message)
        return
      case 'read-index-reply':
        handleReadIndexReply(raft, message)
        return
      case 'vote':
        if (message.term > raft.term) {
          // Dissertation §4.2.3: whoever was cut off or removed shall not depose a leader that is heard.
          if (raft.options.leaseRefusal && inLiveLease(raft)) {
            raft.drop('vote-in-live-lease')
            return
          }
          becomeFollower(raft, message.term, null, `${from} asks for votes in term ${message.term}`)
        }
        handleVote(raft, from, message)
        return
      case 'append':
      case 'heartbeat':
        if (!this.followLeader(from, message.term)) return
        if (message.type === 'append') handleAppend(raft, from, message)
        else handleHeartbeat(raft, from, message)
        return
      case 'vote-reply':
      case 'append-reply':
      case 'heartbeat-reply':
        this.receiveReply(from, message)
        return
      default:
        unreachable(message)
        return
    }
  }

  private receiveReply(from: EndpointId, message: Extract<PeerMessage, { type: 'vote-reply' | 'append-reply' | 'heartbeat-reply' }>): void {
    const { raft } = this
    if (message.term > raft.term) {
      becomeFollower(raft, message.term, null, `${from} is in term ${message.term}`)
      return
    }
    if (message.term < raft.term) {
      raft.drop('old-term')
      return
    }
    if (message.type === 'vote-reply') handleVoteReply(raft, from, message)
    else if (message.type === 'append-reply') handleAppendReply(raft, from, message)
    else handleHeartbeatReply(raft, from, message)
  }

  /** True if the sender leads this node's term. */
  private followLeader(from: EndpointId, term: number): boolean {
    const { raft } = this
    if (term < raft.term) {
      answerOldTerm(raft, from)
      return false
    }
    if (term === raft.term && raft.role === 'leader') {
      // Election safety is broken, and this node cannot say by whom.
      raft.emit('two-leaders', { term, other: from })
      raft.drop('second-leader')
      return false
    }
    becomeFollower(raft, term, from, `${from} leads term ${term}`)
    raft.lastLeaderContactUs = raft.nowUs
    if (!raft.lostDisk) drawElectionDeadline(raft)
    return true
  }

  private tick(): void {
    const { raft } = this
    repeatReadQuestion(raft)
    if (raft.leadership !== null) {
      this.leaderTick()
      return
    }
    if (raft.candidacy !== null && raft.nowUs >= raft.candidacy.resendUs && raft.nowUs < raft.electionDeadlineUs) askForVotes(raft)
    if (raft.nowUs >= raft.electionDeadlineUs) campaign(raft)
  }

  private leaderTick(): void {
    const { raft } = this
    const { leadership, options } = raft
    if (leadership === null) return
    if (options.checkQuorum && raft.nowUs - quorumHeardUs(raft) >= options.electionMaxUs) {
      becomeFollower(raft, raft.term, null, 'no majority answers')
      return
    }
    if (raft.nowUs < leadership.nextHeartbeatUs) return
    // From the last deadline, not from now, or lateness adds up and the nodes of a machine drift into one phase.
    const next = leadership.nextHeartbeatUs + options.heartbeatUs
    leadership.nextHeartbeatUs = next > raft.nowUs ? next : raft.nowUs + options.heartbeatUs
    heartbeat(raft)
    coverReads(raft)
  }

  private control(control: Control): void {
    if (control.type !== 'set') {
      this.raft.drop('control-not-for-a-node')
      return
    }
    const { raft } = this
    const spec = settings.find((item) => item.name === control.name)
    if (spec?.live !== true) {
      raft.emit('setting-refused', { name: control.name, why: 'not a live setting' })
      return
    }
    const changed = { ...this.given, [control.name]: control.value }
    try {
      raft.options = readOptions(changed)
      this.given = changed
      this.shortenWait()
    } catch (error) {
      raft.emit('setting-refused', { name: control.name, why: error instanceof Error ? error.message : String(error) })
    }
  }

  /** A shorter election timeout counts at once: without a leader no heartbeat would come and draw it. */
  private shortenWait(): void {
    const { raft } = this
    const latest = raft.nowUs + raft.options.electionMaxUs
    if (Number.isFinite(raft.electionDeadlineUs) && raft.electionDeadlineUs > latest) drawElectionDeadline(raft)
  }

  private deadline(): number {
    const { leadership, candidacy, electionDeadlineUs, options, followerReads } = this.raft
    if (leadership !== null) {
      const quorumUs = options.checkQuorum ? quorumHeardUs(this.raft) + options.electionMaxUs : Number.POSITIVE_INFINITY
      return Math.min(leadership.nextHeartbeatUs, quorumUs)
    }
    const resendUs = candidacy?.resendUs ?? Number.POSITIVE_INFINITY
    const askUs = followerReads.asked === null ? Number.POSITIVE_INFINITY : followerReads.asked.sentUs + options.heartbeatUs
    return Math.min(electionDeadlineUs, resendUs, askUs)
  }

  private reportCommit(): void {
    const { raft } = this
    const { commit } = raft.log
    if (commit === raft.reportedCommit || raft.nowUs - raft.lastCommitEventUs < COMMIT_EVENT_US) return
    raft.emit('commit', { from: raft.reportedCommit + 1, to: commit, term: raft.log.termAt(commit) })
    raft.reportedCommit = commit
    raft.lastCommitEventUs = raft.nowUs
  }
}
