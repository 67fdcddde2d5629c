/** What screens, health, `expect` and invariants may ask a node (status.ts). Answers are plain data of at most 64 KB and change nothing. */
import { unreachable } from '../../machine/assert.ts'
import type { EndpointId, InspectQuery } from '../../machine/contract.ts'
import { utf8Length } from '../limits.ts'
import type { CopyStore } from './copies.ts'
import { inspectMode } from './inspect-mode.ts'
import type { Kernel } from './kernel.ts'
import type { RecordLine } from './records.ts'
import { showHistory } from './ring/history.ts'
import type { Ring } from './ring/ring.ts'
import { distinct, siblingsOf } from './siblings.ts'
import type { DynamoStatus, HealedAnswer, PeekAnswer } from './status.ts'
import { byActor } from './versions/causality.ts'
import type { Clock, Copy } from './versions.ts'

const LONGEST_PEEK = 60_000
const MOST_LINES = 200
/** Partitions whose homes are looked at for each status. */
const MOST_LISTED = 64
/** Versions that a peek lists: beyond them only their number is told. */
const MOST_VERSIONS = 50

/** One version, for people. */
export interface VersionLine {
  /** Null is a tombstone; cut. */
  readonly value: string | null
  readonly op: string
  /** The event that made it: `(n1,2)`. */
  readonly dot: string
  /** Its own clock (classic), else what the whole copy has seen: `[(n1,2),(n2,1)]`. */
  readonly clock: string
  readonly from: 'own' | 'hint'
}

export type Peek = PeekAnswer & { readonly versions: readonly VersionLine[] }

export interface LogAnswer {
  /** The last position of each stream, and how much of it is durable. */
  readonly log: { readonly last: number; readonly durable: number }
  readonly bulk: { readonly last: number; readonly durable: number }
  readonly entries: readonly RecordLine[]
}

export function inspect(kernel: Kernel, copies: CopyStore, query: InspectQuery): unknown {
  switch (query.what) {
    case 'status':
      return status(kernel, copies)
    case 'log':
      return log(kernel, query.limit ?? MOST_LINES)
    case 'peek':
      return peek(kernel, query.key)
    case 'mode':
      return about(kernel, copies, query.about, query.args)
    default:
      return unreachable(query)
  }
}

function status(kernel: Kernel, copies: CopyStore): DynamoStatus {
  const { membership, detector, transfers } = kernel
  return {
    id: kernel.id,
    life: kernel.life,
    isMember: membership.isMember,
    members: membership.ring.members,
    history: showHistory(membership.history),
    mapDigest: membership.ring.digest,
    doubled: doubledIn(membership.ring),
    keys: copies.size,
    partitions: copies.partitions().length,
    hints: hintCounts(kernel),
    down: detector.down,
    incoming: transfers.incoming,
    outgoing: transfers.outgoing,
    repairs: Object.fromEntries(copies.causes),
    unsynced: copies.buffered,
    siblings: copies.mostSiblings,
    dropped: Object.fromEntries(kernel.dropped),
    counters: Object.fromEntries(kernel.counters),
  }
}

/** Lists are kept by the ring, so that only the first look at a new one costs. */
function doubledIn({ partitions, homes }: Ring): number {
  const listed = Array.from({ length: Math.min(partitions, MOST_LISTED) }, (_, partition) => homes(partition))
  return listed.filter((nodes) => new Set(nodes).size < nodes.length).length
}

function hintCounts({ hints }: Kernel): Readonly<Record<EndpointId, number>> {
  return Object.fromEntries(hints.homes.map((home) => [home, hints.count(home)]))
}

function log(kernel: Kernel, limit: number): LogAnswer {
  const entries: RecordLine[] = []
  let bytes = 0
  for (const line of [...kernel.recent.newest(Math.min(limit, MOST_LINES))].reverse()) {
    bytes += utf8Length(JSON.stringify(line))
    if (bytes > LONGEST_PEEK) break
    entries.unshift(line)
  }
  return { log: kernel.written('log'), bulk: kernel.written('bulk'), entries }
}

function peek({ copies, hints, versioning }: Kernel, key: string): Peek {
  const [own, hinted] = [copies.get(key), hints.of(key)]
  return {
    key,
    value: fitting(shown(own)),
    siblings: own === null ? 0 : siblingsOf(own),
    digest: own === null ? null : versioning.digest(own),
    hinted: hinted === null ? null : cut(shown(hinted) ?? 'none', 1_000),
    versions: [...lines(own, 'own'), ...lines(hinted, 'hint')].slice(-MOST_VERSIONS),
  }
}

/** The values sorted and joined; null when there is none, or tombstones only. */
function shown(copy: Copy | null): string | null {
  const values = distinct(copy?.versions ?? []).flatMap(({ value }) => (value === null ? [] : [value]))
  return values.length === 0 ? null : [...values].sort().join(' | ')
}

function lines(copy: Copy | null, from: VersionLine['from']): readonly VersionLine[] {
  if (copy === null) return []
  return copy.versions.map(({ value, op, dot, clock }) => ({
    value: value === null ? null : cut(value, 120),
    op,
    dot: `(${dot.actor},${dot.n})`,
    clock: cut(showClock(Object.keys(clock).length > 0 ? clock : copy.seen.clock), 500),
    from,
  }))
}

/** As the paper writes it: `[(n1,2),(n2,1)]`. */
function showClock(clock: Clock): string {
  const entries = Object.entries(clock).sort(([a], [b]) => byActor(a, b))
  return `[${entries.map(([actor, n]) => `(${actor},${n})`).join(',')}]`
}

function about(kernel: Kernel, copies: CopyStore, what: string, args: Readonly<Record<string, string>>): unknown {
  switch (what) {
    case 'healed':
      return healed(copies, kernel.nowUs, args.key ?? null)
    case 'counters':
      return Object.fromEntries(kernel.counters)
    default:
      return inspectMode(kernel, what, args)
  }
}

/** Of one key or of all. */
function healed(copies: CopyStore, nowUs: number, wanted: string | null): HealedAnswer {
  const found: HealedAnswer['healed'][number][] = []
  let bytes = 0
  for (const { key, cause, atUs } of [...copies.healed].reverse()) {
    if (wanted !== null && key !== wanted) continue
    const one = { key, cause, agoMs: Math.max(0, Math.round((nowUs - atUs) / 1_000)) }
    bytes += utf8Length(JSON.stringify(one))
    if (bytes > LONGEST_PEEK) break
    found.unshift(one)
  }
  return { healed: found }
}

function fitting(value: string | null): string | null {
  return value === null || utf8Length(value) <= LONGEST_PEEK ? value : cut(value, LONGEST_PEEK / 4)
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
