/** `result.json`: the result model as it is, with the exit code that it means. */
import { exitOfRun, exitOfSuite, wordOfExit } from './outcome.ts'
import type { RunResult } from './result.ts'

/** Raised when a field changes its meaning, not when one is added. */
export const RESULT_FORMAT = 1

export function toJson(run: RunResult): string {
  const suites = run.suites.map((suite) => ({ ...suite, status: wordOfExit(exitOfSuite(suite)) }))
  return `${JSON.stringify({ format: RESULT_FORMAT, exitCode: exitOfRun(run), ...run, suites }, null, 2)}\n`
}
