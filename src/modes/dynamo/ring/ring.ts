/** Who keeps what: the ring as one node sees it. Equal histories give equal rings, on every node and client. */
import type { EndpointId } from '../../../machine/contract.ts'

/** A node came or went, by explicit command only (§4.8.1). A history is a set of changes; histories are reconciled by union. */
export interface Change {
  readonly kind: 'join' | 'leave'
  readonly node: EndpointId
  /** Lamport time: greater than all that its author knew. Founders have 0. */
  readonly at: number
  /** Who recorded it. */
  readonly by: EndpointId
}

export interface Ring {
  /** In order of their numbers. */
  readonly members: readonly EndpointId[]
  /** How many parts the ring has: fixed in strategies 2 and 3, nodes × tokens in strategy 1. */
  readonly partitions: number
  partitionOf(key: string): number
  /** All members in ring order from this partition, each once, racks spread first: the first N are its homes, the others stand in. */
  preference(partition: number): readonly EndpointId[]
  homes(partition: number): readonly EndpointId[]
  /** A stable name of the partition, the same in every ring that has it. */
  nameOf(partition: number): string
  /** Equal for equal histories. */
  digest: string
}
