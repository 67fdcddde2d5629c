/**
 * What the kernel asks of the parts it is given, beyond what they are to each other: to take back their records, then to begin. The
 * node names the functions that make them; a test may name others.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Admission, Hints, House, Membership, StoredRecord, Transfers } from './house.ts'
import type { MerkleTree } from './merkle.ts'

/** A part's own life: all records first, in their order, then `begin`, once. */
export interface Part {
  /** A record of the disk. Parts ignore kinds that are not theirs. The map comes before every copy of the log's end, never after. */
  recover?(record: StoredRecord): void
  /** All is recovered and every part exists: timers start here. `lostDisk`: this node had a life whose data is gone. */
  begin?(lostDisk: boolean): void
}

export interface Parts {
  /** `founders`: the nodes of the first configuration; without this one among them if it was started to join. */
  membership(house: House, founders: readonly EndpointId[]): Membership & Part
  hints(house: House): Hints & Part
  transfers(house: House): Transfers & Part
  admission(house: House): Admission & Part
  /** Anti-entropy, hint delivery, reaping and whatever else only serves and runs: nobody asks them anything. */
  readonly others: readonly ((house: House) => Part)[]
  tree(): MerkleTree
}
