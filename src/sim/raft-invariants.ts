/**
 * Raft's promises, checked after every step of the node that stepped (Ongaro & Ousterhout 2014, Figure 3, and what an
 * implementation adds: one vote a term, durable before reply, monotonic terms). They know the records that a node stored and
 * what of them is synced; a node's own word is only compared with that.
 */
import type { EndpointId, Input, Stream } from '../machine/contract.ts'
import type { LogRecord } from '../modes/raft/entry.ts'
import type { RaftMessage } from '../modes/raft/messages.ts'
import { type Monitor, type NodeStep, type NodeTruth, Violation } from './monitor.ts'
import { RaftCanon } from './raft-canon.ts'
import { LogModel, readRecord } from './raft-log-model.ts'
import { type RaftStatus, raftRow, readRaftStatus } from './raft-status.ts'

/** One node as watched from outside. */
interface Watched {
  readonly id: EndpointId
  /** Everything it handed to its disk. */
  readonly stored: LogModel
  /** What of that is synced: all that a power cut would leave for certain. */
  readonly durable: LogModel
  /** Records handed over and not yet synced, oldest first. */
  pending: { readonly position: number; readonly record: LogRecord }[]
  position: number
  durablePosition: number
  life: number
  /**
   * Set when it lost its disk: what it held synced until then. It gets the log again but never counts again; what it
   * acknowledged before was true, and those who remember are so few more than half that they still must meet it.
   */
  beforeLoss: LogModel | null
  /** In this life, after its last step. */
  status: RaftStatus | null
}

export class RaftMonitor implements Monitor {
  readonly watchesStatus = true
  readonly #canon = new RaftCanon()
  readonly #nodes: ReadonlyMap<EndpointId, Watched>
  readonly #quorum: number

  constructor(nodes: readonly EndpointId[]) {
    this.#quorum = Math.floor(nodes.length / 2) + 1
    this.#nodes = new Map(
      nodes.map((id) => [
        id,
        {
          id,
          stored: new LogModel(),
          durable: new LogModel(),
          pending: [],
          position: 0,
          durablePosition: 0,
          life: 0,
          beforeLoss: null,
          status: null,
        },
      ]),
    )
  }

  get marks(): Readonly<Record<string, number>> {
    return { elections: this.#canon.terms }
  }

  stepped({ node: id, input, output, status }: NodeStep): void {
    const node = this.#watched(id)
    for (const one of input.inputs) if (one.kind === 'start') this.#starts(node, one)
    const before = node.status
    const after = readRaftStatus(status)
    const heldCommitted = this.#canon.agreement(node.stored)
    for (const record of output.store) if (record.stream === 'log') this.#stores(node, record.bytes, before, after)
    this.#agreesWithItsRecords(node, after)
    if (this.#canon.agreement(node.stored) < heldCommitted) {
      throw new Violation('committed immutable', `${id} cut entry ${heldCommitted}, which is committed`)
    }
    this.#goesForward(node, before, after)
    this.#canon.remembers(id, after.applied, after.sessionDigest)
    if (after.role === 'leader' && this.#canon.leads(id, node.life, after.term)) this.#canon.elects(id, node.stored, after.term)
    if (after.role === 'leader') this.#canon.leadsWith(after.term, node.stored)
    if (after.commit > (before?.commit ?? 0)) this.#commits(node, before, after)
    if (after.role === 'leader') this.#knowsTheTruth(node, before, after)
    node.status = after
  }

  leaving(from: EndpointId, to: EndpointId, message: unknown): void {
    const said = message as RaftMessage
    const { durable } = this.#watched(from)
    if (said.type === 'vote-reply' && said.granted) {
      this.#canon.votes(from, said.term, to)
      const safe = durable.term > said.term || (durable.term === said.term && durable.vote === to)
      if (!safe) this.#tooEarly(from, `its vote for ${to} in term ${said.term}`)
    } else if (said.type === 'vote-reply' || said.type === 'append-reply') {
      // An answer to a heartbeat promises nothing about the future, so it need not wait: it only says who led until now.
      if (durable.term < said.term) this.#tooEarly(from, `term ${said.term}, which its answer names,`)
      if (said.type === 'append-reply' && said.ok) this.#acknowledges(from, durable, said)
    } else if (said.type === 'vote') {
      this.#campaigns(from, durable, said)
    } else if (said.type === 'append' || said.type === 'heartbeat') {
      const leader = this.#canon.leaderOf(said.term)
      if (leader !== from)
        throw new Violation('election safety', `${from} speaks as leader of term ${said.term}, which ${leader ?? 'nobody'} leads`)
      if (durable.term < said.term) this.#tooEarly(from, `term ${said.term}, which it leads,`)
    }
  }

  /** A candidate asks with its own vote and its log on its disk (§5.4.1), or a crash could let it campaign in that term again with less. */
  #campaigns(from: EndpointId, durable: LogModel, { term, lastIndex, lastTerm }: Extract<RaftMessage, { type: 'vote' }>): void {
    if (durable.term > term) return
    if (durable.term < term || durable.vote !== from) this.#tooEarly(from, `its candidacy in term ${term}`)
    // The term's leader, once there is one, may have had it replace entries since: then nobody can win by the question any more.
    if (durable.termAt(lastIndex) !== lastTerm && this.#canon.leaderOf(term) === null) {
      this.#tooEarly(from, `a log that ends at ${lastIndex} in term ${lastTerm}, for which it asks for votes,`)
    }
  }

  /** What it says it has is on its disk, and is what the leader of that term has there (§5.3): length alone proves nothing. */
  #acknowledges(from: EndpointId, durable: LogModel, { term, index }: { readonly term: number; readonly index: number }): void {
    // A newer term may have replaced the entries since: then the answer, for the older leader, does no harm.
    if (durable.term !== term) return
    if (durable.last < index) this.#tooEarly(from, `entry ${index}, which it says it has,`)
    if (!this.#canon.isLeaders(term, index, durable.digestAt(index))) {
      throw new Violation('acknowledged log', `${from} says in term ${term} that its log matches up to ${index}, but the leader's differs`)
    }
  }

  durable(id: EndpointId, stream: Stream, upTo: number): void {
    if (stream !== 'log') return
    const node = this.#watched(id)
    const before = this.#canon.agreement(node.durable)
    let count = 0
    for (const { position, record } of node.pending) {
      if (position > upTo) break
      node.durable.apply(id, record)
      count++
    }
    node.pending = node.pending.slice(count)
    node.durablePosition = upTo
    if (this.#canon.agreement(node.durable) < before) this.#onQuorum(`after ${id} rewrote its log`)
  }

  crashed(id: EndpointId): void {
    const node = this.#watched(id)
    node.status = null
    node.pending = []
    node.stored.copyFrom(node.durable)
  }

  row(node: EndpointId, status: unknown): string {
    return raftRow(node, readRaftStatus(status))
  }

  unsettled(nodes: readonly NodeTruth[]): string | null {
    const down = nodes.find((node) => node.state !== 'up')
    if (down !== undefined) return `${down.id} is ${down.state}`
    const voters = nodes.filter((node) => !node.amnesiac).map((node) => ({ id: node.id, status: readRaftStatus(node.status) }))
    const leaders = voters.filter(({ status }) => status.role === 'leader')
    const [leader, second] = leaders
    if (leader === undefined) return 'nobody leads'
    if (second !== undefined) return `${leader.id} and ${second.id} both lead`
    const { term, last } = leader.status
    for (const { id, status } of voters) {
      if (status.term !== term) return `${id} is in term ${status.term}, the leader in ${term}`
      if (status.last !== last) return `${id} has ${status.last} entries, the leader ${last}`
      if (status.commit !== last) return `${id} has committed ${status.commit} of ${last}`
      if (status.applied !== last) return `${id} has applied ${status.applied} of ${last}`
      if (this.#watched(id).stored.digestAt(last) !== this.#watched(leader.id).stored.digestAt(last))
        return `the logs of ${id} and ${leader.id} differ`
    }
    return null
  }

  #watched(id: EndpointId): Watched {
    const node = this.#nodes.get(id)
    if (node === undefined) throw new Violation('message', `${id} is no node of this cluster`)
    return node
  }

  /** A new life: what it read is what it has, and nothing that was synced may be missing. */
  #starts(node: Watched, start: Extract<Input, { kind: 'start' }>): void {
    if (!start.lostDisk && start.log.length < node.durablePosition) {
      throw new Violation('recovery', `${node.id} found ${start.log.length} records, but ${node.durablePosition} were synced`)
    }
    if (start.lostDisk && node.beforeLoss === null) {
      node.beforeLoss = new LogModel()
      node.beforeLoss.copyFrom(node.durable)
    }
    const found = new LogModel()
    for (const bytes of start.log) found.apply(node.id, readRecord(node.id, bytes))
    node.stored.copyFrom(found)
    node.durable.copyFrom(found)
    node.pending = []
    node.position = start.log.length
    node.durablePosition = start.log.length
    node.life = start.incarnation
    node.status = null
  }

  #stores(node: Watched, bytes: Uint8Array, before: RaftStatus | null, after: RaftStatus): void {
    const record = readRecord(node.id, bytes)
    if (record.kind === 'entry') {
      const { index, term } = record.entry
      // Leader append-only (Figure 3): a leader never overwrites or deletes.
      if (before?.role === 'leader' && after.role === 'leader' && before.term === after.term && index <= node.stored.last) {
        throw new Violation('leader append-only', `${node.id} rewrote entry ${index} while it led term ${term}`)
      }
      if (term < (node.stored.termAt(index - 1) ?? 0))
        throw new Violation('log matching', `${node.id} stored term ${term} at ${index} after a newer term`)
    }
    node.stored.apply(node.id, record)
    node.pending.push({ position: ++node.position, record })
    if (record.kind === 'entry') {
      const { index, term } = record.entry
      this.#canon.holds(node.id, index, term, node.stored.digestAt(index) ?? 0)
    }
  }

  #agreesWithItsRecords(node: Watched, after: RaftStatus): void {
    if (after.term !== node.stored.term) {
      throw new Violation('records', `${node.id} is in term ${after.term}, but its records say ${node.stored.term}`)
    }
    if (after.vote !== node.stored.vote) {
      throw new Violation('records', `${node.id} voted for ${after.vote} in term ${after.term}, but its records say ${node.stored.vote}`)
    }
    if (after.last !== node.stored.last) {
      throw new Violation('records', `${node.id} has ${after.last} entries, but its records say ${node.stored.last}`)
    }
  }

  #goesForward(node: Watched, before: RaftStatus | null, after: RaftStatus): void {
    const { id } = node
    if (after.applied > after.commit || after.commit > after.last) {
      throw new Violation('index order', `${id} applied ${after.applied}, committed ${after.commit}, last ${after.last}`)
    }
    if (before === null) return
    if (after.term < before.term) throw new Violation('monotonic term', `${id} went back from term ${before.term} to ${after.term}`)
    if (after.commit < before.commit)
      throw new Violation('monotonic commit', `${id} went back from commit ${before.commit} to ${after.commit}`)
    if (after.applied < before.applied)
      throw new Violation('monotonic commit', `${id} went back from applied ${before.applied} to ${after.applied}`)
  }

  #commits(node: Watched, before: RaftStatus | null, after: RaftStatus): void {
    const ledAllAlong = before?.role === 'leader' && after.role === 'leader' && before.term === after.term
    if (ledAllAlong && node.stored.termAt(after.commit) !== after.term) {
      throw new Violation(
        'commit only the current term',
        `${node.id} leads term ${after.term} and counted entry ${after.commit} of term ${node.stored.termAt(after.commit)}`,
      )
    }
    if (this.#canon.commits(node.id, node.stored, after.commit, after.term)) this.#onQuorum(`when ${node.id} committed it`)
  }

  /** What a leader believes that a follower holds is on that follower's disk, unless a newer leader rules there already. */
  #knowsTheTruth(node: Watched, before: RaftStatus | null, after: RaftStatus): void {
    for (const { id, match, next } of after.peers) {
      if (match >= next) throw new Violation('progress', `${node.id} sends ${id} entry ${next} next, but holds ${match} for matched`)
      if (match === 0 || before?.peers.find((peer) => peer.id === id)?.match === match) continue
      const { durable, beforeLoss } = this.#watched(id)
      if (durable.term > after.term) continue
      const truth = node.stored.digestAt(match)
      if (durable.digestAt(match) === truth || beforeLoss?.digestAt(match) === truth) continue
      throw new Violation(
        'progress',
        `${node.id} believes that ${id} holds its log up to ${match}; the disk of ${id} ends at ${durable.last} or differs`,
      )
    }
  }

  /** Whatever is committed is on the disks of a majority, for good: no power cut may take it. */
  #onQuorum(when: string): void {
    const tip = this.#canon.committed
    const holders = [...this.#nodes.values()]
      .filter((node) => this.#canon.agreement(node.beforeLoss ?? node.durable) >= tip)
      .map((node) => node.id)
    if (holders.length < this.#quorum) {
      throw new Violation('committed on a quorum of disks', `entry ${tip} was synced on ${holders.join(' ') || 'no node'} only, ${when}`)
    }
  }

  #tooEarly(from: EndpointId, what: string): never {
    throw new Violation('durable before reply', `${from} let out ${what} before its disk had it`)
  }
}
