import type { EndpointId, Lineage } from '../machine/contract.ts'

/** What a client is asked to do. */
export interface Request {
  readonly f: string
  readonly key: string
  readonly value: string | readonly [string | null, string | null] | null
  readonly timeoutMs: number
  readonly via?: EndpointId
  /** The mode's own options, as typed: `r w quorum blind context`. */
  readonly options?: Readonly<Record<string, string>>
}

/** One line of history.jsonl. Line order is the order of `time`; at a tie invokes come first. */
export interface HistoryEvent {
  /** A logical process: a client between two unknown outcomes. After `info` the client goes on under a new number. */
  readonly process: number
  readonly type: 'invoke' | 'ok' | 'fail' | 'info'
  /** `get put del cas add mul append`; corpora also use read, write and others. */
  readonly f: string
  readonly key: string | null
  /** Invoke: what was asked (get: null). ok: what was answered; siblings are an array of two or more texts, sorted. */
  readonly value: unknown
  /** Nanoseconds since the run began, one monotonic clock. */
  readonly time: number
  readonly client?: string
  readonly node?: string
  readonly error?: string
  /** The value a failed cas met. */
  readonly was?: string | null
  /** Completions in a mode that keeps versions. */
  readonly lineage?: Lineage
}

/** A fault or a note on the same clock, for explanations and reports. */
export interface FaultEvent {
  readonly type: 'fault'
  readonly time: number
  readonly text: string
}

/** A line of events.jsonl. `time`: nanoseconds since the run began. */
export interface LabEvent {
  readonly time: number
  /** `command answer fault node health finding stall note check`, and what comes later. */
  readonly type: string
  /** One line for people; absent for events only programs read. */
  readonly text?: string
  readonly [field: string]: unknown
}
