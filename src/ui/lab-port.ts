/**
 * The little that a screen or a pipe needs of the lab. The real Lab has more; tests bring a fake one.
 */
import type { Judged } from '../lab/checked.ts'
import type { Answer, LabEvent } from '../lab/types.ts'
import type { Scene } from '../stream/scene.ts'

/** Words that may stand at the cursor instead of `line.slice(from, cursor)`. */
export interface Completion {
  readonly from: number
  readonly candidates: readonly string[]
}

/** What a lab was opened with: enough to open the same one again. */
export interface Setup {
  readonly mode: string
  readonly nodes: number
  readonly seed: string
  /** Those that were named. */
  readonly settings: readonly { readonly name: string; readonly value: string }[]
}

export interface LabPort {
  /**
   * Runs one line of the language. Resolves when the command has ended, also for a line that ends in `&`: whoever called decides whether to
   * wait. Rejects only on bad grammar (see `isUsageError`) or when the lab itself broke. After `signal` aborts, the answer may be anything.
   */
  do(line: string, options?: { readonly signal?: AbortSignal }): Promise<Answer>
  /** An event with `failed: true` is an `always` that broke. */
  on(name: 'event', listener: (event: LabEvent) => void): unknown
  /** The picture now; another object whenever something changed. */
  readonly scene: Scene
  complete(line: string, cursor: number): Completion
  close(): Promise<void>
  /** Where this run is written, if anywhere. */
  readonly folder?: string | null
  /** Resolves when it is open; nothing asked before begins earlier. Absent: it is open. */
  readonly opened?: Promise<unknown>
  /** How to watch it from another terminal: what to type there, null where nobody can, and the same in words. Null or absent: not known (yet). */
  readonly dashboard?: LabDashboard | null
  /** Null while it opens. */
  readonly setup?: Setup | null
  /** What the checks said last of this cluster. */
  readonly judged?: readonly Judged[]
  /** The command line that does the same again, where it is more than opening the same cluster. */
  readonly again?: string
}

export interface LabDashboard {
  readonly command: string | null
  readonly words: string
}

/** Bad grammar and bad arguments, whoever throws them, carry `code: 'usage'`; an exit code 2, never a stack trace. */
export function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'usage'
}
