import type { FaultEvent, HistoryEvent } from '../history/types.ts'

/** What a check may know of the run beside its history. */
export interface Scene {
  /** Those of the mode, in force at the end. */
  readonly settings: Readonly<Record<string, string>>
  /** Since the rules of the links stood as they do, milliseconds since the run began; and how long datagrams between nodes were under way since. */
  readonly delays: { readonly sinceMs: number; readonly samplesMs: readonly number[] }
}

/** `unknown` is never a pass: the check ran out of time or memory, or the history was too thin to say. */
export interface Verdict {
  readonly verdict: 'valid' | 'invalid' | 'unknown'
  /** One sentence: why it cannot be, or why it cannot be said. For valid: what was checked. */
  readonly why: string
  /** The smallest set of history lines found that shows the violation, in time order; empty unless invalid. */
  readonly witness: readonly HistoryEvent[]
  /** How many operations were judged, and how many of them have an unknown outcome. */
  readonly operations: number
  readonly open: number
  /** The key that decided, for checks that judge each key alone. */
  readonly key?: string
  /** What was measured, as a table for people: the same number of cells in every row. */
  readonly rows?: readonly (readonly string[])[]
}

export interface CheckLimits {
  /** Stop and answer `unknown` after this long. Milliseconds. */
  readonly timeMs: number
  /** Stop and answer `unknown` when the search holds more configurations than this. */
  readonly configurations: number
}

export interface Checker {
  readonly name: string
  /** One line for help. */
  readonly help: string
  /** What should be read once more before it judges: every key that was written, or those that nobody has read since. */
  readonly wantsReads?: 'every-key' | 'unread-keys'
  /** It judges by what the network did, too: `scene` is there. */
  readonly wantsScene?: true
  /** `faults`: what was done to the cluster, for checks that tell times by it. */
  check(history: readonly HistoryEvent[], limits: CheckLimits, faults?: readonly FaultEvent[], scene?: Scene): Verdict
}
