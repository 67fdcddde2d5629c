/** Every student's blocks in the teacher's lab, several students at once if asked: the engine behind `splitbrain mark`. */
import { createHash, randomInt } from 'node:crypto'
import { existsSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { messageOf } from '../../host/failure.ts'
import { findMode } from '../../modes/registry.ts'
import { incidentLine } from '../../report/format.ts'
import { exit, strongestExit, unexplained } from '../../report/outcome.ts'
import type { SuiteResult } from '../../report/result.ts'
import { keepResult } from '../kept-results.ts'
import type { Lab, LabRun } from '../language/lab-types.ts'
import { optionsFrom } from '../open.ts'
import type { RunOptions } from '../run-options.ts'
import { runSuite } from '../suite.ts'
import { UsageError } from '../usage-error.ts'
import { type Key, readKey } from './key.ts'
import { asWritten, rowsOf, rowsWithout } from './rows.ts'
import { findSolutions, type Solution } from './solutions.ts'
import { type Taken, takeBlocks } from './take.ts'
import type { MarkRow } from './types.ts'

export interface MarkRequest {
  /** Files, and folders of them. */
  readonly solutions: readonly string[]
  readonly key: string
  /** A seed from the name of each solution's file; else the key's, or one drawn for each. */
  readonly seedFromName: boolean
  readonly jobs: number
  readonly patience: number
  /** What is going to be written; must be none of the files above. Null: nothing. */
  readonly csv: string | null
  /** Run folders are made below it; the working directory if left out. */
  readonly baseDir?: string
}

export interface StudentMarked {
  readonly student: string
  readonly rows: readonly MarkRow[]
  /** What went wrong by itself, and costs nobody points. */
  readonly incidents: readonly string[]
  /** The command lines that run it again, one a mode. */
  readonly again: readonly string[]
  readonly ms: number
}

export interface MarkResult {
  /** By student, in the order of the solutions. */
  readonly rows: readonly MarkRow[]
  readonly students: number
  /** 0 however low the marks are; 3 where the machine failed, 130 if interrupted. */
  readonly code: number
  readonly ms: number
}

/** Rejects with UsageError before anything starts if the key is no good or a path leads nowhere. */
export async function markLabs(request: MarkRequest, report: (event: StudentMarked) => void, signal: AbortSignal): Promise<MarkResult> {
  const startedMs = performance.now()
  const key = readKey(request.key)
  const solutions = findSolutions(request.solutions, key.source.file)
  if (request.csv !== null) refuseOverwriting(request.csv, [key.source.file, ...solutions.map(({ path }) => path)])
  for (const labRun of key.source.lab.runs) optionsOf(key, labRun, '0', request)
  const marked: Marked[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < solutions.length) {
      const at = next++
      const solution = solutions[at]
      if (solution === undefined) return
      const one = await markOne(key, solution, request, signal).catch((error) => notMarked(key, solution, error))
      marked[at] = one
      report(one)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, request.jobs) }, worker))
  return {
    rows: marked.flatMap(({ rows }) => rows),
    students: solutions.length,
    code: signal.aborted ? exit.interrupted : strongestExit(marked.map(({ code }) => code)),
    ms: performance.now() - startedMs,
  }
}

interface Marked extends StudentMarked {
  readonly code: number
}

/** What stops one student stops no other one, and takes nobody's marks away. */
function notMarked(key: Key, { student, file }: Solution, error: unknown): Marked {
  const rows = rowsWithout(key, student, `${file}: it could not be marked: ${messageOf(error)}`)
  return { student, rows, incidents: [], again: [], code: exit.environment, ms: 0 }
}

async function markOne(key: Key, { student, file, path, content }: Solution, request: MarkRequest, signal: AbortSignal): Promise<Marked> {
  const startedMs = performance.now()
  const done = (rows: readonly MarkRow[], code: number, ran: readonly Ran[] = []): Marked => {
    const again = ran.flatMap(({ suite, kept }) => (suite.folder === null || kept !== null ? [] : [suite.reproduce]))
    const incidents = ran.flatMap(({ suite, kept }) => [...unexplained(suite).map(incidentLine), ...(kept === null ? [] : [kept])])
    return { student, rows, incidents, again, code, ms: performance.now() - startedMs }
  }
  if (!content.ok) return done(rowsWithout(key, student, `${file}: ${content.why}`), exit.passed)
  if (signal.aborted) return done(rowsWithout(key, student, 'the marking was interrupted before it'), exit.interrupted)
  const taken = takeBlocks(key, file, content.text)
  const ran = taken.lab === null ? [] : await runTaken(key, taken, taken.lab, seedOf(key, path, request), request, signal)
  const suites = ran.map(({ suite }) => suite)
  const failedMachine = suites.some(({ cases }) => cases.some(({ status }) => status === 'environment'))
  return done(rowsOf(key, student, content.text, taken, suites), failedMachine ? exit.environment : exit.passed, ran)
}

interface Ran {
  readonly suite: SuiteResult
  /** Why what ran could not be kept; null where it was, or where its folder is gone. */
  readonly kept: string | null
}

/** A suite for each mode of the key. */
async function runTaken(
  key: Key,
  taken: Taken,
  lab: Lab,
  seed: string,
  request: MarkRequest,
  signal: AbortSignal,
): Promise<readonly Ran[]> {
  const ran: Ran[] = []
  for (const labRun of lab.runs) {
    const { result } = await runSuite({
      source: { file: key.source.file, text: taken.text, lab },
      labRun,
      run: optionsOf(key, labRun, seed, request),
      round: 1,
      answers: 'compare',
      afterFailure: 'next',
      signal,
      onBlock: () => {},
    })
    ran.push(keep(asWritten(result, taken.origins), taken.text))
  }
  return ran
}

/** What ran is kept beside what came of it, so that a teacher can run it again. A disk that is full costs that, and no points. */
function keep(suite: SuiteResult, text: string): Ran {
  if (suite.folder === null || !existsSync(suite.folder)) return { suite: { ...suite, folder: null }, kept: null }
  const file = join(suite.folder, 'lab.md')
  const again = { ...suite, reproduce: `splitbrain run ${relative(process.cwd(), file)} --seed ${suite.seed}` }
  try {
    writeFileSync(file, text)
    keepResult(again)
    return { suite: again, kept: null }
  } catch (error) {
    return { suite: again, kept: `what ran could not be kept: ${messageOf(error)}` }
  }
}

function optionsOf({ source }: Key, labRun: LabRun, seed: string, { patience, baseDir }: MarkRequest): RunOptions {
  const mode = findMode(labRun.mode)
  if (mode === null) throw new UsageError(`${source.file}: there is no mode ${labRun.mode}`)
  try {
    return {
      ...optionsFrom(mode, [...labRun.given, { name: 'seed', value: seed }]),
      baseDir: baseDir ?? process.cwd(),
      patience,
    }
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${source.file}: ${error.message}`) : error
  }
}

function seedOf({ source }: Key, path: string, { seedFromName }: MarkRequest): string {
  const given = source.lab.runs.find(({ seed }) => seed !== null)?.seed ?? null
  return seedFromName ? nameSeed(path) : (given ?? String(randomInt(0, 1_000_000)))
}

/** The largest that `seed` takes, and one more. */
const SEEDS = 1_000_000_000

/**
 * The same for ever, on every machine: from the first four bytes of the SHA-256 of the file's name without `.md`. Not of the student's, which may
 * begin with folders, and does so only where another file of that name is marked with it: whoever is marked alone has the seed of the class.
 */
export function nameSeed(file: string): string {
  const name = basename(file).replace(/\.md$/i, '')
  return String(createHash('sha256').update(name.normalize('NFC')).digest().readUInt32BE(0) % SEEDS)
}

/** A slip of the hand must not cost a student's work. */
function refuseOverwriting(csv: string, inputs: readonly string[]): void {
  const target = realOf(csv)
  if (target !== null && inputs.some((input) => realOf(input) === target)) throw new UsageError(`--csv would overwrite ${csv}`)
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
