/** `splitbrain run PATHS…`: labs without a terminal, for people in a hurry and for CI. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EnvironmentFailure } from '../../host/failure.ts'
import { UsageError } from '../../lab/usage-error.ts'
import { annotations, stepSummary } from '../../report/github.ts'
import { toJson } from '../../report/json.ts'
import { toJunit } from '../../report/junit.ts'
import { exit, exitOfRun, strongestExit } from '../../report/outcome.ts'
import type { RunResult } from '../../report/result.ts'
import { progressLines, verdictTable } from '../../report/text.ts'
import { type Context, interruptible, line, type Output, room } from '../context.ts'
import { readAll } from '../lines.ts'
import type { RunRequest } from '../rooms.ts'
import { infoLines } from './labs.ts'
import { Pages } from './pages.ts'
import type { RunFlags } from './run-flags.ts'

export async function runCommand(context: Context, paths: readonly string[], flags: RunFlags): Promise<number> {
  const request = await toRequest(context, paths, flags)
  // With data on standard output everything for people goes to the other one.
  const people = flags.json === '-' || flags.junit === '-' ? context.stderr : context.stdout
  if (flags.check === true || flags.list === true) return listOnly(context, request, people, flags.list === true)
  const report = room(context, 'runLabs')
  const pages = flags.report === undefined ? null : new Pages(flags.report, (folder, file) => room(context, 'writePage')(folder, file))
  const run = await interruptible(context, (signal) =>
    report(
      request,
      (event) => {
        print(people, progressLines(event, request.jobs))
        if (event.type === 'suite-end') pages?.add(event.result)
      },
      signal,
    ),
  )
  if (run.suites.length === 0) throw new UsageError(nothingFound(request))
  print(people, verdictTable(run))
  const drawn = pages === null ? 0 : await finishPages(context, run, pages)
  const written = writeReports(context, run, flags)
  tellGithub(context, people, run)
  return strongestExit([exitOfRun(run), drawn, written])
}

async function toRequest(context: Context, paths: readonly string[], flags: RunFlags): Promise<RunRequest> {
  if (flags.update === true && flags.check === true) throw new UsageError('--check and --update exclude each other')
  if (flags.update === true && paths.includes('-')) throw new UsageError('--update cannot rewrite standard input')
  if (flags.json === '-' && flags.junit === '-') throw new UsageError('only one of --json and --junit can go to standard output')
  return {
    paths,
    stdin: paths.includes('-') ? await readAll(context.stdin) : null,
    tags: flags.tag,
    jobs: flags.jobs,
    repeat: flags.repeat,
    untilFail: flags.untilFail === true,
    bail: flags.bail === true,
    patience: flags.patience,
    seed: flags.seed ?? null,
    update: flags.update === true,
  }
}

async function listOnly(context: Context, request: RunRequest, people: Output, names: boolean): Promise<number> {
  const labs = await room(context, 'listLabs')(request)
  if (labs.length === 0) throw new UsageError(nothingFound(request))
  print(people, names ? infoLines(labs) : [`${labs.length} ${labs.length === 1 ? 'lab' : 'labs'} parsed, nothing wrong`])
  return 0
}

/** A run of nothing must not look like a pass. */
function nothingFound({ paths, tags }: RunRequest): string {
  return `no lab in ${paths.join(' ')}${tags.length === 0 ? '' : ` has the tag ${tags.join(' or ')}`}`
}

/** A page that cannot be made is told; the run itself still stands. */
async function finishPages(context: Context, run: RunResult, pages: Pages): Promise<number> {
  const problems = await pages.finish(run, (...all) => room(context, 'indexPage')(...all))
  for (const problem of problems) line(context.stderr, `splitbrain: ${problem}`)
  return problems.length === 0 ? exit.passed : exit.environment
}

/** A report that cannot be written is told, after all results are; the run itself still stands. */
function writeReports(context: Context, run: RunResult, flags: RunFlags): number {
  const files = new Map<string, () => string>()
  if (flags.json !== undefined) files.set(flags.json, () => toJson(run))
  if (flags.junit !== undefined) files.set(flags.junit, () => toJunit(run))
  if (flags.report !== undefined) {
    files.set(join(flags.report, 'result.json'), () => toJson(run))
    files.set(join(flags.report, 'junit.xml'), () => toJunit(run))
  }
  let code = 0
  for (const [file, text] of files) {
    try {
      if (file === '-') context.stdout.write(text())
      else writeInto(file, text())
    } catch (cause) {
      line(context.stderr, `splitbrain: ${new EnvironmentFailure(`${file} cannot be written: ${reason(cause)}`).message}`)
      code = 3
    }
  }
  return code
}

function writeInto(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function tellGithub(context: Context, people: Output, run: RunResult): void {
  if (context.env.GITHUB_ACTIONS !== 'true') return
  print(people, annotations(run))
  const file = context.env.GITHUB_STEP_SUMMARY
  if (file === undefined || file === '') return
  try {
    appendFileSync(file, stepSummary(run))
  } catch (cause) {
    line(context.stderr, `splitbrain: the step summary cannot be written: ${reason(cause)}`)
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function print(output: Output, lines: readonly string[]): void {
  for (const text of lines) line(output, text)
}
