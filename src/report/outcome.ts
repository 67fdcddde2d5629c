/** What a result means: a word for each suite, and the exit code for all of them (LANGUAGE §5). */
import { unreachable } from '../machine/assert.ts'
import type { CaseStatus, CheckResult, Incident, RunResult, SuiteResult } from './result.ts'

export const exit = { passed: 0, failed: 1, usage: 2, environment: 3, unknown: 4, timeLimit: 124, interrupted: 130 } as const
export type ExitCode = (typeof exit)[keyof typeof exit]

/** Of several codes the first of these stands; anything else comes before `passed`. */
const precedence: readonly number[] = [exit.interrupted, exit.usage, exit.environment, exit.failed, exit.unknown, exit.timeLimit]

/** One code for several: an interrupted run says so even if something also failed. */
export function strongestExit(codes: readonly number[]): number {
  for (const code of precedence) if (codes.includes(code)) return code
  return codes.find((code) => code !== exit.passed) ?? exit.passed
}

export function exitOfStatus(status: CaseStatus): ExitCode {
  switch (status) {
    case 'passed':
    case 'skipped':
      return exit.passed
    case 'failed':
      return exit.failed
    case 'unknown':
      return exit.unknown
    case 'environment':
      return exit.environment
    default:
      return unreachable(status)
  }
}

/** A check that did not pass because nobody can say is `unknown`, never a pass and never a failure. */
export function statusOfCheck(check: CheckResult): 'passed' | 'failed' | 'unknown' {
  if (check.verdict === 'unknown') return 'unknown'
  return check.passed ? 'passed' : 'failed'
}

/** Nobody asked for these, so no lab passes with them. */
export function unexplained({ incidents }: Pick<SuiteResult, 'incidents'>): readonly Incident[] {
  return incidents.filter(({ explained }) => explained === null)
}

export function exitOfSuite(suite: SuiteResult): number {
  const codes: number[] = suite.cases.map((one) => exitOfStatus(one.status))
  codes.push(...suite.checks.map((check) => exitOfStatus(statusOfCheck(check))))
  if (unexplained(suite).length > 0) codes.push(exit.failed)
  if (suite.cut === 'time-limit') codes.push(exit.timeLimit)
  if (suite.cut === 'interrupted') codes.push(exit.interrupted)
  return strongestExit(codes)
}

export function exitOfRun(run: RunResult): number {
  return strongestExit(run.suites.map(exitOfSuite))
}

/** The word a verdict table shows for a suite. */
export function wordOfExit(code: number): string {
  switch (code) {
    case exit.passed:
      return 'passed'
    case exit.failed:
      return 'failed'
    case exit.environment:
      return 'environment'
    case exit.unknown:
      return 'unknown'
    case exit.timeLimit:
      return 'time limit'
    case exit.interrupted:
      return 'interrupted'
    default:
      return `exit ${code}`
  }
}

/** What a person can mend by typing or writing something else. */
const usageCodes: readonly unknown[] = ['usage', 'bad-history', 'unknown-model']

/** The exit code for an error that reached the top: bad usage, a broken invariant, or else the environment. */
export function exitOfError(error: unknown): ExitCode {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (usageCodes.includes(code)) return exit.usage
  return code === 'invariant' ? exit.failed : exit.environment
}
