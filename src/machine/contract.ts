/**
 * The contract every protocol obeys: a deterministic machine without I/O.
 *
 * A host (a real process, or the simulator) drains what is ready into one `step`, so batching belongs to the machine's one
 * answer. A machine never reads a clock, never draws from a global random source, and never waits: time, seed and the
 * completion of a disk write are inputs; messages, records and the next deadline are outputs.
 */

/** An endpoint of the network: `n1` a node, `c0` a client, `l1` a load client, `p0` the health probe. */
export type EndpointId = string

/** A node has two append-only streams, so that a snapshot or a transfer (bulk) never delays a vote (log). */
export type Stream = 'log' | 'bulk'

/** A message of a mode. Plain data that the codec can carry; `type` names it in metrics and traces. */
export interface Message {
  readonly type: string
}

/** A request to change or read the store, given to a client machine. */
export interface Operation {
  /** Unique within the client machine; comes back in the result. */
  readonly id: number
  /** `get put del cas add mul append`, or what the mode adds (`resolve join leave`). */
  readonly f: string
  readonly key: string
  /** put, append: text. add, mul: a decimal as text. cas: `[old, new]`, null for absence. get, del: null. resolve: text, null for the union. join (the key is the node): its seed. leave: null. */
  readonly value: string | readonly [string | null, string | null] | null
  /** What the mode's own options ask, as typed: `r w quorum context`; a flag word (`blind`) is `on`. */
  readonly options?: Readonly<Record<string, string>>
  /** How long the client tries before it answers `info` (or `fail`, if every attempt was refused). Microseconds. */
  readonly timeoutUs: number
  /** Only this node is asked, and hints are not followed. */
  readonly via?: EndpointId
}

/**
 * What a store that keeps several versions of a key tells of an operation, for the checkers. A version is named by the write that
 * made it (client and serial, `c1.4`), never by a node's clock: the clients' own log is the oracle that clocks are judged by.
 */
export interface Lineage {
  /** The version this write made, or may have made. */
  readonly made?: string
  /** The versions this write's context held: those it replaces. */
  readonly over?: readonly string[]
  /** A read: the versions answered, deletes included. */
  readonly seen?: readonly string[]
}

/**
 * What became of an operation. `fail`: it certainly did not happen (every attempt was definitely refused).
 * `info`: unknown; it may have happened or may still happen.
 */
export interface OperationResult {
  readonly id: number
  readonly outcome: 'ok' | 'fail' | 'info'
  /** For fail and info: `no-leader timeout conflict too-large overloaded stopped not-a-number expired`. */
  readonly code?: string
  /** One human sentence for fail and info. */
  readonly why?: string
  /** get: the value or null; add, mul, append: the new value. Siblings: sorted and joined, `eggs | milk`. */
  readonly value?: string | null
  /** get: the values, sorted, where there are two or more. */
  readonly siblings?: readonly string[]
  readonly lineage?: Lineage
  /** What the client now holds of the key, opaque: it may be passed on as the option `context`. */
  readonly context?: string
  /** How it was answered, shown dim beside the answer and no part of it: `2 of 3, n4 for n2`. */
  readonly note?: string
  /** For a failed cas: the value that was there, which is evidence for the checkers. */
  readonly was?: string | null
  /** The node that answered. */
  readonly node?: EndpointId
  /** How many attempts were sent. */
  readonly attempts: number
}

/** Something a person may want to see. `type` is stable; the other fields are plain data. */
export interface MachineEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export type Control =
  /** To a client machine: do this. */
  | { readonly type: 'invoke'; readonly operation: Operation }
  /** To a client machine: the nodes it may ask now (its own side of a partition); null means all. */
  | { readonly type: 'reach'; readonly nodes: readonly EndpointId[] | null }
  /** To a client machine: nobody waits any more; what is under way ends now with what is known of it. One that cannot say ignores it. */
  | { readonly type: 'give-up' }
  /** To every machine: a live setting changed. One that has no use for it ignores it. */
  | { readonly type: 'set'; readonly name: string; readonly value: string }

export type Input =
  /** Always the first input of a machine's life. Records in the order they were stored, each stream apart. */
  | {
      readonly kind: 'start'
      readonly log: readonly Uint8Array[]
      readonly bulk: readonly Uint8Array[]
      /** The node had a life before this one, and its disk is gone. */
      readonly lostDisk: boolean
      /** How many lives this endpoint has had, this one included; from 1. */
      readonly incarnation: number
    }
  | { readonly kind: 'message'; readonly from: EndpointId; readonly message: unknown }
  /** Records up to and including position `upTo` of this stream are durable. Positions count from 1 and include recovered records. */
  | { readonly kind: 'stored'; readonly stream: Stream; readonly upTo: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'control'; readonly control: Control }

export interface StepInput {
  /** Monotonic microseconds (integer); only clock drift bends it. */
  readonly nowUs: number
  /** Wall clock in milliseconds; may jump. Safety may never depend on it. */
  readonly wallMs: number
  readonly inputs: readonly Input[]
}

export interface Send {
  readonly to: EndpointId
  readonly message: Message
}

/** A send that must not leave before record `upTo` of the stream is durable. */
export interface GatedSend extends Send {
  readonly stream: Stream
  readonly upTo: number
}

export interface StoreRecord {
  readonly stream: Stream
  readonly bytes: Uint8Array
}

export interface Output {
  readonly send: Send[]
  /** Watermarks may name records stored by this same output. */
  readonly sendAfter: GatedSend[]
  readonly store: StoreRecord[]
  /** When the machine next wants a tick, absolute, in `nowUs` time; Infinity for never. */
  deadlineUs: number
  readonly events: MachineEvent[]
  /** Client machines only: operations that ended. */
  readonly results: OperationResult[]
}

/** Questions that screens, health and invariants ask. The answer is plain data of at most 64 KB. */
export type InspectQuery =
  | { readonly what: 'status' }
  /** The replicated log, newest last, from this index, as many as fit. */
  | { readonly what: 'log'; readonly from?: number; readonly limit?: number }
  /** This node's own copy of a key, no protocol involved. */
  | { readonly what: 'peek'; readonly key: string }
  /** What only this mode's nodes know: `ring`, `hints`, `merkle`. */
  | { readonly what: 'mode'; readonly about: string; readonly args: Readonly<Record<string, string>> }

export interface Machine {
  /** Throws AssertionFailed when an invariant is broken; the host then halts the node loudly. */
  step(input: StepInput): Output
  /** Answers a question and changes nothing. */
  inspect(query: InspectQuery): unknown
}

export function emptyOutput(): Output {
  return { send: [], sendAfter: [], store: [], deadlineUs: Number.POSITIVE_INFINITY, events: [], results: [] }
}
