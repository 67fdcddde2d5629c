/**
 * What the parts of a node are to each other. The node (node.ts) builds them all and hands each this house; a part knows the others
 * only by these interfaces.
 */
import type { EndpointId, Message, Stream } from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import type { Bug } from './bugs.ts'
import type { MerkleTree } from './merkle.ts'
import type { WholeRing } from './ring/build.ts'
import type { Change } from './ring/ring.ts'
import type { DynamoOptions } from './settings.ts'
import type { Copy, Version, Versioning } from './versions.ts'

/** What a message says, its envelope aside. Untrusted: every field is checked where it is read (shape.ts). */
export type Body = Message & Readonly<Record<string, unknown>>

/** Answers a request, once. `after`: not before this record of the stream (the log unless said) is durable. */
export type Answer = (body: Body, after?: number | null, stream?: Stream) => void

export interface House {
  readonly id: EndpointId
  /** Changes when a live setting is set: read it when it is needed. */
  readonly options: DynamoOptions
  readonly versioning: Versioning
  readonly bug: Bug
  readonly random: Random
  /** How many lives this node has had, this one included. */
  readonly life: number
  readonly nowUs: number
  readonly wallMs: number
  readonly membership: Membership
  readonly copies: Copies
  readonly hints: Hints
  readonly detector: Detector
  readonly transfers: Transfers
  readonly admission: Admission

  /** Sends a request; `done` hears the answer once, or null when none came in time. The detector hears of both. */
  ask(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void): void
  /** Whoever receives a request of this type answers it. One server a type. */
  serve(type: string, serve: (from: EndpointId, body: Body, answer: Answer) => void): void
  /** A message that wants no answer. */
  tell(to: EndpointId, body: Body): void
  /** Runs once, no earlier than then. The function returned calls it off. */
  after(delayUs: number, run: () => void): () => void
  /** Appends a record; its position. `hints` go to the bulk stream, all else to the log. */
  store(record: StoredRecord): number
  /** Runs once this position of the stream (the log unless said) is durable, at once if it is. */
  whenDurable(position: number, run: () => void, stream?: Stream): void
  /** Something a person may want to see. */
  emit(type: string, fields?: Readonly<Record<string, unknown>>): void
  /** Counts what happened, by name: `metric(read-repairs)`. */
  count(name: string, by?: number): void
  /** Bad input from outside: dropped and counted. */
  drop(reason: string): void
}

/** What is on the disk: the log's records in their order, then the hints'. */
export type StoredRecord =
  | { readonly kind: 'copy'; readonly key: string; readonly copy: Copy }
  | { readonly kind: 'drop'; readonly key: string }
  /** The whole history, newest wins. `arriving`: partitions that have not arrived, as `Transfers` writes them. */
  | { readonly kind: 'map'; readonly history: unknown; readonly arriving: unknown }
  | { readonly kind: 'hint'; readonly home: EndpointId; readonly key: string; readonly copy: Copy; readonly sinceMs: number }
  | { readonly kind: 'hint-gone'; readonly home: EndpointId; readonly key: string }

/** This node's view of who belongs to the ring. Another node's may differ for a while. */
export interface Membership {
  readonly ring: WholeRing
  /** Everyone in the ring but this node. */
  readonly peers: readonly EndpointId[]
  /** False before its join was acknowledged, and after its leave. */
  readonly isMember: boolean
  /** Others recorded that it left, and it is not back: what it still keeps must not be taken from it. */
  isRemoved(node: EndpointId): boolean
  /** All changes that this node knows. */
  readonly history: readonly Change[]
  /** Calls back after every change of the map, before its record is written. */
  onChange(run: (before: WholeRing, now: WholeRing) => void): void
  /** Compares maps with this node at once: it seems to have another. */
  compare(peer: EndpointId): void
  /** Writes the map and what is arriving as one record; its position in the log. */
  persist(): number
  /** The newest such record's position: nobody may rely on our map before it is durable. */
  readonly position: number
}

/** How a copy came here: it is recorded what healed a key, and when. */
export type Cause = 'write' | 'replicate' | 'hint' | 'read-repair' | 'merkle' | 'transfer'

/** This node's own copies: of keys it is a home of, and of those it still keeps for a home that has not confirmed. */
export interface Copies {
  get(key: string): Copy | null
  /**
   * Merges what came from elsewhere. The position in the log that makes it safe, which is an earlier one when there was nothing new;
   * null when there is nothing to wait for, or it waits in the write buffer. `urgent`: past the buffer.
   */
  take(key: string, copy: Copy, cause: Cause, urgent?: boolean): number | null
  /** Under which name this node mints the next event of the key, on this copy: never one that it may have used and forgotten. */
  actorFor(key: string, base: Copy): string
  /** This node minted the version, whether on a copy of its own or on a hint. */
  minted(key: string, version: Version): void
  /** The version that this write made here, though it was replaced since: of the newest writes only, and without its value. */
  madeBefore(key: string, op: string): Version | null
  /** The copy without second events of writes whose first was replaced, as far as this node remembers. */
  settled(key: string, copy: Copy): Copy
  /** Writes what waits in the buffer. The position of the newest record. */
  flush(): number
  /** Forgets the key: it was reaped, or every home has confirmed it. */
  drop(key: string): void
  /** Forgets everything, as if the disk were new. */
  clear(): void
  /** Partitions are the current ring's. */
  keysIn(partition: number): readonly string[]
  /** Partitions of which there is at least one key here. */
  partitions(): readonly number[]
  tree(partition: number): MerkleTree
  readonly size: number
}

/** Copies kept for homes that are away, apart from this node's own. */
export interface Hints {
  /** Whether a hint for this home would be kept: who mints an event has to keep it. */
  accepts(home: EndpointId): boolean
  /** False when no new hint may be kept (switched off, window over). `position` is its record's, in the bulk stream. */
  add(home: EndpointId, key: string, copy: Copy): { readonly kept: boolean; readonly position: number }
  /** What is kept of the key, whichever home it is for; served to reads meanwhile. */
  of(key: string): Copy | null
  count(home?: EndpointId): number
  /** Whom hints are kept for. */
  readonly homes: readonly EndpointId[]
  /** Forgets them all; the position in the bulk stream at which that is recorded. */
  clear(): number
}

/** Who answers this node. Local: others may see otherwise, and nobody is told. */
export interface Detector {
  isUp(peer: EndpointId): boolean
  /** A question to it left. */
  asked(peer: EndpointId): void
  /** An answer to a question of ours. That a peer speaks says nothing of whether it hears us. */
  heard(peer: EndpointId): void
  readonly down: readonly EndpointId[]
  /** Nobody is down. */
  readonly allUp: boolean
}

/** Partitions that this node became a home of and has not received whole. */
export interface Transfers {
  /** The nodes that kept the partition before, whole ones; null when this node has everything. */
  arriving(partition: number): readonly EndpointId[] | null
  /** How many partitions have still to come, and how many copies here wait to be confirmed by their new homes. */
  readonly incoming: number
  readonly outgoing: number
  /** What of it must survive a restart, written with the map: plain data. */
  readonly record: unknown
}

/** Background work gives way to foreground latency: a percentile over the last minute decides how much of it runs. */
export interface Admission {
  /** A client's operation took this long. */
  served(us: number): void
  /** How many items of background work may be done now, of those wanted; 0: come back later. */
  admit(wanted: number): number
}
