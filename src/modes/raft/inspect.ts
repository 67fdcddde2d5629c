/** What screens, health, `expect` and invariants may ask a node. Answers are plain data of at most 64 KB and change nothing. */
import { unreachable } from '../../machine/assert.ts'
import type { EndpointId, InspectQuery } from '../../machine/contract.ts'
import { type OperationValue, utf8Length } from '../limits.ts'
import type { Command } from './entry.ts'
import type { RaftLog } from './log.ts'
import type { RaftState, Role } from './state.ts'

export interface PeerStatus {
  readonly id: EndpointId
  readonly match: number
  readonly next: number
  readonly state: 'probe' | 'replicate'
  readonly inflight: number
  readonly inflightBytes: number
  /** Milliseconds since its last answer in this term; null if there was none. */
  readonly ackAgeMs: number | null
  /** Answered within the longest election timeout; a new leader has not had the time to ask, so its followers are given one. */
  readonly acknowledged: boolean
  readonly lost: boolean
}

export interface RaftStatus {
  readonly role: Role
  readonly term: number
  readonly vote: EndpointId | null
  readonly leader: EndpointId | null
  readonly members: number
  readonly last: number
  readonly lastTerm: number
  readonly commit: number
  readonly applied: number
  /** Entries behind the commit index. */
  readonly uncommitted: number
  /** The last index that is durable on this node. */
  readonly durable: number
  /** Hash chain over the whole log, and over its committed part. */
  readonly digest: string
  readonly commitDigest: string
  /** The terms of the newest entries as runs, oldest first: so many entries of that term. They end at `last`. */
  readonly tail: readonly (readonly [term: number, count: number])[]
  /** Empty unless leader. */
  readonly peers: readonly PeerStatus[]
  readonly electionsStarted: number
  readonly electionsWon: number
  /** Bytes of this leadership's uncommitted entries. */
  readonly uncommittedBytes: number
  readonly sessions: number
  /** Hash chain over every change of the session table; equal at equal `applied`. */
  readonly sessionDigest: string
  readonly lostDisk: boolean
  /** The life (incarnation) of this node. */
  readonly life: number
  /** Messages dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>
}

export interface LogLine {
  readonly index: number
  readonly term: number
  /** `noop open`, or the operation. */
  readonly kind: string
  readonly key: string | null
  /** For people: long values are cut, a cas reads `old → new`. */
  readonly value: string | null
  readonly client: EndpointId | null
  readonly session: number | null
  readonly serial: number | null
  readonly committed: boolean
  /** Hash chain up to this entry. */
  readonly digest: string
}

export interface LogAnswer {
  readonly last: number
  readonly commit: number
  /** Ascending. */
  readonly entries: readonly LogLine[]
}

export interface PeekAnswer {
  readonly key: string
  /** This node's own copy; null when absent. A value over 60,000 bytes is cut. */
  readonly value: string | null
  readonly applied: number
}

const MOST_LINES = 200
const MOST_LOG_BYTES = 48_000
const LONGEST_VALUE = 120

export function inspect(raft: RaftState, query: InspectQuery): RaftStatus | LogAnswer | PeekAnswer | null {
  switch (query.what) {
    case 'status':
      return status(raft)
    case 'log':
      return logLines(raft, query.from, query.limit ?? MOST_LINES)
    case 'peek':
      return { key: query.key, value: fitting(raft.store.read(query.key)), applied: raft.applied }
    case 'mode':
      return null
    default:
      return unreachable(query)
  }
}

function status(raft: RaftState): RaftStatus {
  const { log } = raft
  return {
    role: raft.role,
    term: raft.term,
    vote: raft.vote,
    leader: raft.leader,
    members: raft.members.length,
    last: log.last,
    lastTerm: log.lastTerm,
    commit: log.commit,
    applied: raft.applied,
    uncommitted: log.last - log.commit,
    durable: log.durableIndex,
    digest: log.digestAt(log.last),
    commitDigest: log.digestAt(log.commit),
    tail: tailOf(log),
    peers: peers(raft),
    electionsStarted: raft.electionsStarted,
    electionsWon: raft.electionsWon,
    uncommittedBytes: raft.leadership?.uncommittedBytes ?? 0,
    sessions: raft.store.sessionCount,
    sessionDigest: raft.store.sessionDigest,
    lostDisk: raft.lostDisk,
    life: raft.life,
    dropped: Object.fromEntries(raft.dropped),
  }
}

/** As many entries as a row on a wide screen has cells. */
const MOST_TAIL = 64

function tailOf(log: RaftLog): RaftStatus['tail'] {
  const runs: [term: number, count: number][] = []
  for (let index = Math.max(1, log.last - MOST_TAIL + 1); index <= log.last; index++) {
    const term = log.termAt(index) ?? 0
    const run = runs.at(-1)
    if (run?.[0] === term) run[1]++
    else runs.push([term, 1])
  }
  return runs
}

function peers(raft: RaftState): readonly PeerStatus[] {
  const { leadership, nowUs } = raft
  if (leadership === null) return []
  return [...leadership.progress.values()].map((peer) => ({
    id: peer.id,
    match: peer.match,
    next: peer.next,
    state: peer.state,
    inflight: peer.inflight,
    inflightBytes: peer.inflightBytes,
    ackAgeMs: Number.isFinite(peer.lastAckUs) ? Math.round((nowUs - peer.lastAckUs) / 1_000) : null,
    acknowledged: nowUs - Math.max(peer.lastAckUs, leadership.listeningSinceUs) < raft.options.electionMaxUs,
    lost: peer.lost,
  }))
}

/** From `from` upward, or the newest; as many as fit. */
function logLines(raft: RaftState, from: number | undefined, limit: number): LogAnswer {
  const { log } = raft
  const count = Math.max(0, Math.min(limit, MOST_LINES, log.last))
  const entries: LogLine[] = []
  let bytes = 0
  const first = Math.max(1, from ?? log.last - count + 1)
  // The newest end is what people ask for, so without `from` the oldest lines give way.
  const indexes = Array.from({ length: Math.min(count, Math.max(0, log.last - first + 1)) }, (_, i) => first + i)
  if (from === undefined) indexes.reverse()
  for (const index of indexes) {
    const line = describeEntry(raft, index)
    bytes += utf8Length(JSON.stringify(line))
    if (bytes > MOST_LOG_BYTES) break
    entries.push(line)
  }
  if (from === undefined) entries.reverse()
  return { last: log.last, commit: log.commit, entries }
}

function describeEntry(raft: RaftState, index: number): LogLine {
  const command = raft.log.commandAt(index)
  const write = command.kind === 'write' ? command : null
  return {
    index,
    term: raft.log.termAt(index) ?? 0,
    kind: write === null ? command.kind : write.f,
    key: write?.key ?? null,
    value: write === null ? null : valueForPeople(write.value),
    client: clientOf(command),
    session: write?.session ?? null,
    serial: write?.serial ?? null,
    committed: index <= raft.log.commit,
    digest: raft.log.digestAt(index),
  }
}

function clientOf(command: Command): EndpointId | null {
  return command.kind === 'noop' ? null : command.client
}

function valueForPeople(value: OperationValue): string | null {
  if (value === null || typeof value === 'string') return cutTo(value, LONGEST_VALUE)
  const [old, next] = value
  return `${cutTo(old, LONGEST_VALUE) ?? 'none'} → ${cutTo(next, LONGEST_VALUE) ?? 'none'}`
}

function fitting(value: string | null): string | null {
  return value === null || utf8Length(value) <= 60_000 ? value : cutTo(value, 15_000)
}

function cutTo(text: string | null, length: number): string | null {
  return text === null || text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
