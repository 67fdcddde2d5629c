/** One seed, one run, one verdict: chaos first, then everything is well again and must become so. */
import { AssertionFailed } from '../machine/assert.ts'
import type { Mode } from '../modes/mode.ts'
import { Violation } from './monitor.ts'
import { ImpureCall, withPureGlobals } from './purity.ts'
import { Run } from './run.ts'
import { Trace } from './trace.ts'
import { drawTrial } from './trials.ts'

export interface SimOptions {
  readonly mode: Mode
  readonly seed: number
  /** A known-bad variant of the mode. */
  readonly bug?: string
  /** Gets one row for each thing that happens. */
  onRow?(row: string): void
}

export interface SimStats {
  readonly virtualMs: number
  readonly steps: number
  readonly messages: number
  readonly crashes: number
  readonly powerCuts: number
  readonly opsOk: number
  readonly opsFail: number
  readonly opsInfo: number
  readonly faults: number
  /** What the mode counts: `elections`. */
  readonly marks: Readonly<Record<string, number>>
}

export interface SimViolation {
  readonly invariant: string
  readonly why: string
  readonly atUs: number
  /** The last rows before it, oldest first. */
  readonly tail: readonly string[]
}

export interface SimResult {
  readonly seed: number
  /** `thin`: nothing was broken, but so little happened that this says nothing. `unknown`: a checker could not decide. */
  readonly verdict: 'valid' | 'invalid' | 'thin' | 'unknown'
  /** The cluster in ten words. */
  readonly scenario: string
  readonly violation?: SimViolation
  /** Equal for equal runs. */
  readonly traceHash: string
  readonly stats: SimStats
}

/** Values can be long. */
const LONGEST_WHY = 1_000

/** Deterministic: the same mode, seed and bug give the same result, byte for byte. */
export function simulate(options: SimOptions): SimResult {
  const trial = drawTrial(options.mode, options.seed)
  const trace = new Trace(options.onRow ?? null)
  const run = new Run(options.mode, options.bug ?? 'none', trial, trace)
  const broken = (invariant: string, why: string): SimViolation => ({
    invariant,
    why: why.slice(0, LONGEST_WHY),
    atUs: run.nowUs,
    tail: trace.tail(),
  })
  let violation: SimViolation | undefined
  let calm: 'valid' | 'thin' | 'unknown' = 'valid'
  try {
    withPureGlobals(() => run.go())
    const judgement = trial.judge(run.history)
    if (judgement?.verdict.verdict === 'invalid') violation = broken(judgement.check, judgement.verdict.why)
    else if (judgement !== null) calm = 'unknown'
    else if (run.chaosOk < trial.floorOps) calm = 'thin'
  } catch (error) {
    const { invariant, why } = blame(error)
    violation = broken(invariant, why)
  }
  const verdict = violation !== undefined ? 'invalid' : calm
  return {
    seed: options.seed,
    verdict,
    scenario: trial.about,
    ...(violation && { violation }),
    traceHash: trace.hash(),
    stats: run.stats(),
  }
}

function blame(error: unknown): { invariant: string; why: string } {
  if (error instanceof Violation) return { invariant: error.invariant, why: error.message }
  if (error instanceof AssertionFailed) return { invariant: 'assertion', why: error.message }
  if (error instanceof ImpureCall) return { invariant: 'purity', why: error.message }
  if (error instanceof Error) return { invariant: 'exception', why: error.stack ?? error.message }
  return { invariant: 'exception', why: String(error) }
}
