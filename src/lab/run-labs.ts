/** Many labs, several at once if asked, again and again if asked: the engine behind `splitbrain run`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitOfSuite } from '../report/outcome.ts'
import type { RunEvent, RunResult, SuiteResult } from '../report/result.ts'
import { packageVersion } from '../version.ts'
import type { BlockDraft } from './block.ts'
import { type LabSelection, type LabSource, readLabs } from './lab-files.ts'
import type { LabRun } from './language/lab-types.ts'
import { updateAnswers } from './language/match.ts'
import { runSuite } from './suite.ts'

export interface RunLabsRequest extends LabSelection {
  readonly jobs: number
  readonly repeat: number
  readonly untilFail: boolean
  readonly bail: boolean
  readonly patience: number
  readonly seed: string | null
  /** Rewrite the answer lines of the files instead of comparing. */
  readonly update: boolean
}

/** `--until-fail` alone goes on this often. */
const MOST_ROUNDS = 10_000

interface Task {
  readonly source: LabSource
  readonly run: LabRun
  readonly round: number
}

/** Rejects with UsageError before anything starts if any file does not parse. */
export async function runLabs(request: RunLabsRequest, report: (event: RunEvent) => void, signal: AbortSignal): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const startedMs = performance.now()
  const tasks = allTasks(readLabs(request), request)
  const suites: { readonly order: number; readonly result: SuiteResult }[] = []
  let order = 0
  let stop = false
  const worker = async (): Promise<void> => {
    for (let next = stop ? undefined : tasks.next().value; next !== undefined; next = stop ? undefined : tasks.next().value) {
      const mine = order++
      const result = await runTask(next, request, report, signal)
      suites.push({ order: mine, result })
      if (signal.aborted || ((request.bail || request.untilFail) && exitOfSuite(result) !== 0)) stop = true
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, request.jobs) }, worker))
  const sorted = suites.sort((a, b) => a.order - b.order).map(({ result }) => result)
  const run: RunResult = {
    version: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    startedAt,
    patience: request.patience,
    suites: sorted,
    ms: performance.now() - startedMs,
  }
  return run
}

function* allTasks(sources: readonly LabSource[], request: RunLabsRequest): Generator<Task, undefined> {
  const rounds = request.untilFail && request.repeat <= 1 ? MOST_ROUNDS : request.repeat
  for (let round = 1; round <= rounds; round++) {
    for (const source of sources) for (const run of source.lab.runs) yield { source, run, round }
  }
  return undefined
}

async function runTask(task: Task, request: RunLabsRequest, report: (event: RunEvent) => void, signal: AbortSignal): Promise<SuiteResult> {
  const { source, run, round } = task
  const { file, lab } = source
  report({ type: 'suite-start', file, title: lab.title, mode: run.mode, round })
  const blocks: BlockDraft[] = []
  const result = await runSuite(source, run, {
    patience: request.patience,
    seed: request.seed,
    round,
    baseDir: process.cwd(),
    signal,
    onBlock: (block) => {
      blocks.push(block)
      report({ type: 'case-end', mode: run.mode, result: block.result([]) })
    },
  })
  if (request.update && file !== '-')
    writeFileSync(
      file,
      updateAnswers(
        source.text,
        blocks.flatMap((block) => block.answers),
      ),
    )
  if (result.folder !== null)
    writeFileSync(
      join(result.folder, 'result.json'),
      `${JSON.stringify({ status: exitOfSuite(result) === 0 ? 'passed' : 'failed', ...result }, null, 2)}\n`,
    )
  report({ type: 'suite-end', result })
  return result
}
