/** What a mode tells the eye: a node's row, its log, the ring, and the rules that are watched while it runs. Plain data, shown by rooms that know no protocol. */
import type { EndpointId, MachineEvent } from '../machine/contract.ts'
import type { NodeView, StatusFact } from './mode.ts'

/** What a node is to the others: `lead` the one that decides, `seek` one that wants to, `plain` one of many, `none` not known. */
export type Weight = 'lead' | 'seek' | 'plain' | 'none'

/** The newest entries of a replicated log, as runs of equal term, oldest first; the first entry of the first run has index `from`. */
export interface LogStrip {
  readonly from: number
  readonly runs: readonly (readonly [term: number, count: number])[]
  readonly last: number
  readonly commit: number
}

export interface Face {
  /** In the mode's words: `leader`, `follower`, `member`; null while nobody knows. */
  readonly role: string | null
  readonly weight: Weight
  /** Columns of the row after the role, always the same ones in the same order: term, last, commit, applied, lag. */
  readonly facts: readonly StatusFact[]
  readonly strip: LogStrip | null
}

/** Partitions in ring order: `owners[i]` is the index in `nodes` of the first home of partition i. */
export interface RingPicture {
  readonly nodes: readonly EndpointId[]
  readonly owners: readonly number[]
}

export interface InvariantRow {
  readonly name: string
  /** Null: nothing to judge yet. */
  readonly holds: boolean | null
  /** The evidence against it, or what was looked at. */
  readonly why: string
}

/** Rules judged live, from what nodes report; what was broken once stays broken, with its evidence. Bounded in memory. */
export interface InvariantWatch {
  look(nodes: readonly NodeView[]): void
  hear(node: EndpointId, event: MachineEvent): void
  rows(): readonly InvariantRow[]
}
