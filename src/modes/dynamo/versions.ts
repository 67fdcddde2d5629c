/**
 * What a node keeps of a key, whatever the way versions are told apart. Copies are plain data and never change in place: they travel
 * in messages and log records as they are.
 */

/** Events of each actor, counted from 1: `{ n1: 2, 'n4.3': 1 }`. */
export type Clock = Readonly<Record<string, number>>

/** One event: the n-th of an actor on this key. */
export interface Dot {
  readonly actor: string
  readonly n: number
}

/** A set of events: all up to `clock`, and those of `dots` beyond it. */
export interface Causality {
  readonly clock: Clock
  readonly dots: readonly Dot[]
}

export interface Version {
  /** The event that made it. */
  readonly dot: Dot
  /** `classic`: the version's own clock, its dot included. Empty otherwise. */
  readonly clock: Clock
  /** Null is a tombstone. */
  readonly value: string | null
  /** The write that made it, named by its client: `c1.4`. The same write minted twice (a retry) has one name and two dots. */
  readonly op: string
  /** The coordinator's wall clock: decides in `lww`, and the age of a tombstone. */
  readonly wallMs: number
}

export interface Copy {
  /** Everything this copy has seen, values long replaced included. */
  readonly seen: Causality
  /** Newest last; more than one are siblings. */
  readonly versions: readonly Version[]
}

export interface Write {
  /** What the client held of the key; null: nothing, so the write makes a sibling of whatever is there. */
  readonly context: Causality | null
  readonly value: string | null
  readonly op: string
  /** Who mints the event. Never used again once its owner has forgotten what it minted. */
  readonly actor: string
  readonly wallMs: number
}

/**
 * One way to tell versions apart (setting `versions`). All pure; `merge` is commutative and idempotent. It is associative too, but for
 * `dotted` where one write was minted twice (a retry): its second event goes in a merge in which the first one goes, and stays in one
 * that finds the first gone already, until it meets a copy that has both or neither. Copies still converge once all have met all.
 */
export interface Versioning {
  readonly empty: Copy
  /** The copy after a client's write, and what that client holds now: its context and the event it made, no sibling it has not seen. */
  write(copy: Copy, write: Write): { readonly copy: Copy; readonly context: Causality }
  merge(a: Copy, b: Copy): Copy
  /** What a client that read all of this copy's versions holds. */
  contextOf(copy: Copy): Causality
  /** Equal for equal copies, whatever the order things came in. Node-local facts are left out. */
  digest(copy: Copy): string
}
