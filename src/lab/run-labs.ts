/** Many labs, several at once if asked, again and again if asked: the engine behind `splitbrain run`. */
import { writeFileSync } from 'node:fs'
import { findMode } from '../modes/registry.ts'
import { exitOfSuite } from '../report/outcome.ts'
import type { RunEvent, RunResult, SuiteResult } from '../report/result.ts'
import { packageVersion } from '../version.ts'
import { keepResult } from './kept-results.ts'
import { type LabSelection, type LabSource, readLabs } from './lab-files.ts'
import type { LabRun } from './language/lab-types.ts'
import { type GivenAnswer, updateAnswers } from './language/match.ts'
import { optionsFrom } from './open.ts'
import type { RunOptions } from './run-options.ts'
import { runSuite } from './suite.ts'
import { UsageError } from './usage-error.ts'

export interface RunLabsRequest extends LabSelection {
  readonly jobs: number
  readonly repeat: number
  readonly untilFail: boolean
  readonly bail: boolean
  readonly patience: number
  /** Overrides the labs' own. */
  readonly seed: string | null
  /** Rewrite the answer lines of the files instead of comparing. */
  readonly update: boolean
  /** Run folders are made below it; the working directory if left out. */
  readonly baseDir?: string
}

/** `--until-fail` alone goes on this often. */
const MOST_ROUNDS = 10_000

interface Task {
  readonly source: LabSource
  readonly labRun: LabRun
  readonly round: number
}

/** Rejects with UsageError before anything starts if any file does not parse. */
export async function runLabs(request: RunLabsRequest, report: (event: RunEvent) => void, signal: AbortSignal): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const startedMs = performance.now()
  const sources = readLabs(request)
  for (const source of sources) for (const labRun of source.lab.runs) optionsOf({ source, labRun }, request)
  const suites = await runTasks(allTasks(sources, request), request, report, signal)
  return {
    version: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    startedAt,
    patience: request.patience,
    suites,
    ms: performance.now() - startedMs,
  }
}

/** As many workers as jobs take the next task until there is none, or a reason to stop. */
async function runTasks(
  tasks: Generator<Task, undefined>,
  request: RunLabsRequest,
  report: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<readonly SuiteResult[]> {
  const suites: (SuiteResult | undefined)[] = []
  const answers = new Map<LabSource, GivenAnswer[]>()
  let stop = false
  const worker = async (): Promise<void> => {
    while (!stop) {
      const task = tasks.next().value
      if (task === undefined) return
      const place = suites.push(undefined) - 1
      const outcome = await runTask(task, request, report, signal)
      suites[place] = outcome.result
      answers.set(task.source, [...(answers.get(task.source) ?? []), ...outcome.answers])
      stop ||= signal.aborted || ((request.bail || request.untilFail) && exitOfSuite(outcome.result) !== 0)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, request.jobs) }, worker))
  if (request.update) for (const [source, given] of answers) rewrite(source, given)
  return suites.filter((suite) => suite !== undefined)
}

function* allTasks(sources: readonly LabSource[], request: RunLabsRequest): Generator<Task, undefined> {
  const rounds = request.untilFail && request.repeat <= 1 ? MOST_ROUNDS : request.repeat
  for (let round = 1; round <= rounds; round++) {
    for (const source of sources) for (const labRun of source.lab.runs) yield { source, labRun, round }
  }
  return undefined
}

async function runTask(
  task: Task,
  request: RunLabsRequest,
  report: (event: RunEvent) => void,
  signal: AbortSignal,
): ReturnType<typeof runSuite> {
  const { source, labRun, round } = task
  report({ type: 'suite-start', file: source.file, title: source.lab.title, mode: labRun.mode, round })
  const outcome = await runSuite({
    source,
    labRun,
    run: optionsOf(task, request),
    round,
    answers: request.update ? 'rewrite' : 'compare',
    afterFailure: 'stop',
    signal,
    onBlock: (result) => report({ type: 'case-end', mode: labRun.mode, result }),
  })
  keepResult(outcome.result)
  report({ type: 'suite-end', result: outcome.result })
  return outcome
}

/** A seed that nobody named is drawn anew for each round. Throws UsageError, naming the file. */
export function optionsOf(
  { source, labRun }: Pick<Task, 'source' | 'labRun'>,
  { seed, patience, baseDir }: Pick<RunLabsRequest, 'seed' | 'patience' | 'baseDir'>,
): RunOptions {
  const mode = findMode(labRun.mode)
  if (mode === null) throw new UsageError(`${source.file}: there is no mode ${labRun.mode}`)
  const given = seed === null ? labRun.given : [...labRun.given, { name: 'seed', value: seed }]
  try {
    return { ...optionsFrom(mode, given), baseDir: baseDir ?? process.cwd(), patience }
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${source.file}: ${error.message}`) : error
  }
}

/** Once, with the answers of all its modes: the line numbers are those of the file as it was read. */
function rewrite({ file, text }: LabSource, answers: readonly GivenAnswer[]): void {
  const updated = updateAnswers(text, answers)
  if (file !== '-' && updated !== text) writeFileSync(file, updated)
}
