/** What the checks said last, and what was asked of the store since: a verdict speaks only of what it has seen. */
import type { Verdict } from '../check/types.ts'
import type { EventColumns } from '../history/event-columns.ts'
import type { CheckResult } from '../report/result.ts'

/** The last word of a check. */
export interface Checked {
  readonly verdict: Verdict
  /** Nothing that happened later was looked at. On the clock of the run. */
  readonly atNs: number
}

export interface Judged {
  readonly name: string
  readonly verdict: Verdict['verdict']
  readonly atNs: number
  /** Operations that were asked, or answered, after it. */
  readonly since: number
  /** A lesson wants the violation. */
  readonly expected?: boolean
}

const FIRST_READER = 90
const READERS = 8

/** The clients that read keys once more before a check judges. */
export const closingReaders: readonly string[] = Array.from({ length: READERS }, (_, index) => `c${FIRST_READER + index}`)

export function isClosingRead(history: EventColumns, at: number): boolean {
  const client = history.clientAt(at)
  return client !== undefined && closingReaders.includes(client) && history.fAt(at) === 'get'
}

export function judgedUntilNow(checked: ReadonlyMap<string, Checked>, history: EventColumns): readonly Judged[] {
  return [...checked].map(([name, { verdict, atNs }]) => ({ name, verdict: verdict.verdict, atNs, since: operationsSince(history, atNs) }))
}

/** As results of a session: a violation stands whatever followed, but that the beginning was right says nothing of the rest. */
export function sessionChecks(checked: ReadonlyMap<string, Checked>, history: EventColumns): readonly CheckResult[] {
  return [...checked].map(([name, { verdict, atNs }]): CheckResult => {
    const since = operationsSince(history, atNs)
    if (verdict.verdict !== 'valid' || since === 0) return { ...verdict, name, passed: verdict.verdict === 'valid' }
    const seconds = Math.round(atNs / 1e9)
    return {
      ...verdict,
      name,
      passed: false,
      verdict: 'unknown',
      why: `at ${seconds} s it was valid; ${notChecked(since)}: ${verdict.why}`,
    }
  })
}

/** `2 operations since then were not checked`. */
export function notChecked(since: number): string {
  return since === 1 ? '1 operation since then was not checked' : `${since} operations since then were not checked`
}

/** The reads of later checks are not among them. An answer that never came changes nothing. */
function operationsSince(history: EventColumns, atNs: number): number {
  const touched = new Set<number>()
  let count = 0
  for (let at = history.length - 1; at >= 0; at--) {
    if (history.timeAt(at) <= atNs) break
    if (isClosingRead(history, at)) continue
    const [type, process] = [history.typeAt(at), history.processAt(at)]
    if (type === 'invoke') {
      count++
      touched.delete(process)
    } else if (type !== 'info') touched.add(process)
  }
  return count + touched.size
}
