/** What screens, health, `expect` and live checks may ask a node (`inspect`). Answers are plain data of at most 64 KB and change nothing. */
import type { EndpointId } from '../../machine/contract.ts'
import type { Cause } from './house.ts'
import { readHistory } from './ring/history.ts'
import type { Change } from './ring/ring.ts'

/** `inspect({what: 'status'})` */
export interface DynamoStatus {
  readonly id: EndpointId
  /** How many lives it has had, this one included. */
  readonly life: number
  readonly isMember: boolean
  readonly members: readonly EndpointId[]
  /** The membership history as one line of text (`showHistory`). */
  readonly history: string
  /** `ring.digest`: equal maps have equal ones. */
  readonly mapDigest: string
  /** Partitions in whose list of homes a node stands twice (§4.3), of the first 64 of its ring: none, unless something is broken. */
  readonly doubled: number
  /** Keys of which it keeps a copy, tombstones among them; hints are not counted. */
  readonly keys: number
  /** Partitions of which it keeps a key. */
  readonly partitions: number
  /** How many hints it keeps, by the home they are for; homes without one are left out. */
  readonly hints: Readonly<Record<EndpointId, number>>
  /** Whom it takes to be down. */
  readonly down: readonly EndpointId[]
  /** Partitions it became a home of and has not received whole. */
  readonly incoming: number
  /** Copies it keeps for homes that have not confirmed them. */
  readonly outgoing: number
  /** How many copies each cause has changed here in this life. */
  readonly repairs: Readonly<Partial<Record<Cause, number>>>
  /** Writes in the buffer, not on the disk yet. */
  readonly unsynced: number
  /** The most siblings that any key has here. */
  readonly siblings: number
  /** Messages dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** What it counted in this life, by name. */
  readonly counters: Readonly<Record<string, number>>
}

/** `inspect({what: 'peek', key})`: this node's own copy. */
export interface PeekAnswer {
  readonly key: string
  /** The values sorted and joined, `eggs | milk`; null when there is none or all are tombstones. Cut at 60,000 bytes. */
  readonly value: string | null
  /** How many versions the copy has, tombstones among them; 0: no copy. Two dots of one write count once. */
  readonly siblings: number
  /** `Versioning.digest` of the copy; null: no copy. */
  readonly digest: string | null
  /** What it keeps of the key as hints, as `value` is written; null: no hint of it. */
  readonly hinted: string | null
}

/** `about: 'digests'`, args `partition` (a number of this ring) and `after` (a key; both may be left out): pages of (partition, key). */
export interface DigestsAnswer {
  readonly mapDigest: string
  /** In order of partition, then key. */
  readonly entries: readonly (readonly [partition: number, key: string, digest: string])[]
  /** Where the next page begins; null after the last. */
  readonly next: { readonly partition: number; readonly after: string } | null
}

/** `about: 'roots'`, arg `partition` (where to begin; 0 if left out). */
export interface RootsAnswer {
  readonly mapDigest: string
  /** Partitions of which it is a home or keeps a key. `arriving`: not received whole. */
  readonly roots: readonly { readonly partition: number; readonly root: string; readonly keys: number; readonly arriving: boolean }[]
  readonly next: number | null
}

/** `about: 'children'`, args `partition` and `paths` (parted by commas). */
export interface ChildrenAnswer {
  /** In the order of the paths, as many as fit: the hashes of the children, or what is under a leaf. */
  readonly answers: readonly { readonly hashes: readonly string[]; readonly keys: readonly (readonly [key: string, digest: string])[] }[]
}

/** `about: 'healed'`, arg `key` (every key if left out): the newest repairs that it remembers, newest last. */
export interface HealedAnswer {
  readonly healed: readonly { readonly key: string; readonly cause: Cause; readonly agoMs: number }[]
}

/** Null for anything that is not a Dynamo node's status. */
export function statusOf(answer: unknown): DynamoStatus | null {
  return typeof answer === 'object' && answer !== null && 'mapDigest' in answer && 'hints' in answer ? (answer as DynamoStatus) : null
}

/** All that any of them knows of the membership, each change once. */
export function historyOf(statuses: readonly DynamoStatus[]): readonly Change[] {
  return readHistory([...new Set(statuses.map(({ history }) => history))].join(' '))
}
