/** `result.json`: the result model as it is, with the exit code that it means and the verdict table. */
import { exitOfRun, exitOfSuite, wordOfExit } from './outcome.ts'
import type { RunResult } from './result.ts'
import { verdictTableOf } from './verdict-table.ts'

/** Raised when a field changes its meaning, not when one is added. */
export const RESULT_FORMAT = 1

export function toJson(run: RunResult): string {
  const suites = run.suites.map((suite) => ({ ...suite, status: wordOfExit(exitOfSuite(suite)) }))
  const model = { format: RESULT_FORMAT, exitCode: exitOfRun(run), ...run, suites, table: verdictTableOf(run) }
  return `${JSON.stringify(model, null, 2)}\n`
}
