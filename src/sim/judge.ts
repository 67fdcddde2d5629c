/** The checkers that people use, on the history of a simulated run: they must agree with those who saw everything. */
import { checkers } from '../check/registry.ts'
import type { CheckLimits, Verdict } from '../check/types.ts'
import type { HistoryEvent } from '../history/types.ts'

/** Bounded by work rather than by time, so that a seed gives the same verdict on a slow machine. */
const LIMITS: CheckLimits = { timeMs: 3_600_000, configurations: 200_000 }

export interface Judgement {
  readonly check: string
  readonly verdict: Verdict
}

/** The first check that does not say valid, or null. A name without a checker is left to its mode. */
export function judge(history: readonly HistoryEvent[], checks: readonly string[]): Judgement | null {
  let undecided: Judgement | null = null
  for (const check of checks) {
    const verdict = checkers.get(check)?.check(history, LIMITS)
    if (verdict === undefined || verdict.verdict === 'valid') continue
    if (verdict.verdict === 'invalid') return { check, verdict }
    undecided ??= { check, verdict }
  }
  return undecided
}
