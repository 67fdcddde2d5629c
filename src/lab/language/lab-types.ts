import type { ParsedCommand, SettingChange } from './ast.ts'

/** A lab file, read. `runs` has one entry for each of its modes: the same text against each mode's words. */
export interface Lab {
  readonly file: string
  readonly title: string
  readonly tags: readonly string[]
  readonly language: string
  /** The lab's time. */
  readonly limitMs: number
  /** The mode's own checks end the lab. */
  readonly checks: boolean
  readonly runs: readonly LabRun[]
}

export interface LabRun {
  readonly mode: string
  readonly nodes: number
  /** Null: draw one, and say which. */
  readonly seed: string | null
  /** Every setting, in its normal form. */
  readonly settings: Readonly<Record<string, string>>
  /** What the file itself says, to put `--flags` on top or to write it again. */
  readonly given: readonly SettingChange[]
  readonly parts: readonly LabPart[]
}

export type LabPart =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string; readonly line: number }
  | { readonly kind: 'prose'; readonly text: string; readonly line: number }
  | Prediction
  | LabBlock

export interface Prediction {
  readonly kind: 'predict'
  readonly line: number
  readonly heading: string
  readonly question: string
  readonly choices: readonly { readonly text: string; readonly right: boolean }[]
  readonly because: string
}

export interface LabBlock {
  readonly kind: 'lab'
  readonly line: number
  /** The heading above; the title if there is none. */
  readonly heading: string
  readonly role: BlockRole
  readonly steps: readonly LabStep[]
}

/** `todo`: a student fills it in; `check`: it judges the todo of that name, and `splitbrain mark` gives so many points for it. */
export type BlockRole =
  | { readonly kind: 'steps' }
  | { readonly kind: 'todo'; readonly name: string }
  | { readonly kind: 'check'; readonly name: string; readonly points: number }

export interface LabStep {
  readonly line: number
  readonly command: ParsedCommand
  /** Patterns for `matchAnswer`; empty: the answer must be ok, or a value. */
  readonly expected: readonly string[]
}

export interface LabProblem {
  readonly file: string
  readonly line: number
  readonly message: string
  readonly nearest?: string
}

/** `labs/smoke.md:4: unknown key nods. Did you mean nodes?` */
export function describeLabProblem(problem: LabProblem): string {
  const hint = problem.nearest === undefined ? '' : `. Did you mean ${problem.nearest}?`
  return `${problem.file}:${problem.line}: ${problem.message}${hint}`
}
