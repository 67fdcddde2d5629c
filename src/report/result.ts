/**
 * The one result model: the runner fills it, every reporter reads it, and `result.json` is it. A suite is a lab under one mode, a case one
 * block of it. Durations are milliseconds; times inside events are nanoseconds since the run began.
 */
import type { Verdict } from '../check/types.ts'
import type { LabEvent } from '../history/types.ts'
import type { HealthState } from '../modes/mode.ts'

export type CaseStatus = 'passed' | 'failed' | 'unknown' | 'skipped' | 'environment'

export interface CommandResult {
  /** Line in the lab file, 1-based. */
  readonly line: number
  readonly command: string
  readonly passed: boolean
  /** The answer lines the lab asked for; null when it only asked for `ok`. */
  readonly expected: string | null
  readonly actual: string
  /** How long after its `at` time it began; 0 when it had none or was in time. */
  readonly lateMs: number
  readonly ms: number
}

/** A pause of the machine that the lab did not ask for. */
export interface Stall {
  /** Nanoseconds since the run began. */
  readonly time: number
  readonly ms: number
  /** `lab`, `shim` or a node. */
  readonly where: string
}

/** A node that died by itself, or a cluster that did worse than the faults in force allow (a finding). */
export interface Incident {
  /** Nanoseconds since the run began. */
  readonly time: number
  readonly kind: 'death' | 'finding'
  readonly text: string
  /** What the lab itself did that explains it; null when nothing does: then the suite fails. */
  readonly explained: string | null
}

/** Datagrams that the kernel dropped although no rule of the lab's network asked for it (DESIGN §5). */
export interface HostLoss {
  /** `shim` or a node. */
  readonly where: string
  readonly datagrams: number
}

export interface CaseResult {
  readonly file: string
  readonly line: number
  /** The nearest heading above the block. */
  readonly heading: string
  readonly status: CaseStatus
  /** One sentence, null when passed. */
  readonly why: string | null
  readonly commands: readonly CommandResult[]
  /** The last events before the end of the block that have a line for people, oldest first; the runner keeps the last ten. */
  readonly events: readonly LabEvent[]
  readonly stalls: readonly Stall[]
  readonly ms: number
}

export interface CheckResult extends Verdict {
  readonly name: string
  /** A lab may ask for the violation (`expect not linearizable`): then `invalid` is what passes. */
  readonly passed: boolean
}

export interface NamedVerdict {
  readonly name: string
  readonly verdict: Verdict['verdict']
}

export interface RibbonSpan {
  readonly state: HealthState
  readonly ms: number
}

/** Why a suite ended before its last block; `none` when it did not. */
export type Cut = 'none' | 'time-limit' | 'interrupted'

export interface SuiteResult {
  readonly file: string
  readonly title: string
  readonly mode: string
  readonly nodes: number
  readonly seed: string
  /** Settings that are not the mode's defaults. */
  readonly settings: Readonly<Record<string, string>>
  /** 1-based, for `--repeat`. */
  readonly round: number
  readonly cases: readonly CaseResult[]
  readonly checks: readonly CheckResult[]
  /** What the lab itself asked the checks before its end: the last word of each. */
  readonly verdicts: readonly NamedVerdict[]
  /** Operations of people and loads since the last `reset`, before the checks read anything. */
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number }
  /** Observed health over the run, in order. */
  readonly ribbon: readonly RibbonSpan[]
  readonly stalls: readonly Stall[]
  /** What went wrong by itself, in order. */
  readonly incidents: readonly Incident[]
  /** What the machine lost by itself; nodes that were put to sleep explain their own losses, so they are left out. */
  readonly hostLoss: readonly HostLoss[]
  readonly cut: Cut
  /** The command line that runs this suite again with the same seed. */
  readonly reproduce: string
  /** The run folder, null when nothing was kept. */
  readonly folder: string | null
  /** Run folders of the clusters that a `reset` replaced, in order; left out where there were none. */
  readonly earlier?: readonly string[]
  readonly ms: number
}

export interface RunResult {
  readonly version: string
  readonly node: string
  readonly platform: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly patience: number
  readonly suites: readonly SuiteResult[]
  readonly ms: number
}

/** Progress while the run goes on; the final RunResult holds everything again. */
export type RunEvent =
  | { readonly type: 'suite-start'; readonly file: string; readonly title: string; readonly mode: string; readonly round: number }
  | { readonly type: 'case-end'; readonly mode: string; readonly result: CaseResult }
  | { readonly type: 'suite-end'; readonly result: SuiteResult }
