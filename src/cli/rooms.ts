/**
 * What the command line calls in the rooms below, each loaded when a command first needs it, so that `splitbrain` starts as fast as its
 * smallest part. Tests bring their own.
 */

import type { Verdict } from '../check/types.ts'
import type { ModeWords } from '../lab/language/context.ts'
import type { MarkRequest, MarkResult, StudentMarked } from '../lab/marking/mark-labs.ts'
import type { RunLabsRequest } from '../lab/run-labs.ts'
import type { SuitePage } from '../report/page/index-page.ts'
import type { RunEvent, RunResult } from '../report/result.ts'
import type { LabPort } from '../ui/lab-port.ts'

export interface OpenRequest {
  readonly mode: string
  /** Null: the mode's own number. */
  readonly nodes: number | null
  /** Null: a new one. */
  readonly seed: string | null
  /** As typed, `bug` and `preset` among them; the lab refuses a bad value as a usage error. */
  readonly settings: Readonly<Record<string, string>>
}

export type RunRequest = Omit<RunLabsRequest, 'baseDir'>

export interface SimRequest {
  readonly mode: string
  /** `A..B`, both included, or one seed. */
  readonly seeds: string
  /** `none` or a known-bad variant. */
  readonly bug: string
  /** Worker threads; null for all cores. */
  readonly jobs: number | null
  /** Print every row of a single seed. */
  readonly trace: boolean
}

export interface LabInfo {
  readonly file: string
  readonly title: string
  readonly modes: readonly string[]
  readonly tags: readonly string[]
  readonly nodes: number
  readonly steps: number
}

export interface Rooms {
  modes(): Promise<readonly ModeWords[]>
  openLab(request: OpenRequest): Promise<LabPort>
  /** All files parse before any starts; a bad one is a usage error with file and line. */
  runLabs(request: RunRequest, report: (event: RunEvent) => void, signal: AbortSignal): Promise<RunResult>
  /** Parses only, as `runLabs` would. */
  listLabs(request: Pick<RunRequest, 'paths' | 'stdin' | 'tags'>): Promise<readonly LabInfo[]>
  /** The folder of a run that a person names; `latest` is one. A usage error says what there is. */
  findRun(run: string): Promise<string>
  /** Answers its size in bytes. */
  writePage(folder: string, file: string): Promise<number>
  indexPage(run: RunResult, pages: readonly SuitePage[]): Promise<string>
  /** A bad key, or a path that leads nowhere, is a usage error before anything starts; a bad solution is a row of the result. */
  markLabs(request: Omit<MarkRequest, 'baseDir'>, report: (event: StudentMarked) => void, signal: AbortSignal): Promise<MarkResult>
  /** The text of the handout that goes with a key. */
  blankLab(key: string): Promise<string>
  /** The names that `check --model` knows. */
  models(): Promise<readonly string[]>
  /** A history that cannot be read is rejected with file and line in one sentence. */
  checkHistory(file: string, model: string): Promise<Verdict>
  /** Answers the exit code. */
  simulate(request: SimRequest, print: (line: string) => void): Promise<number>
  bench(names: readonly string[], print: (line: string) => void): Promise<number>
}
