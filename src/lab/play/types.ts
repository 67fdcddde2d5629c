/** A lab file while somebody plays it: what was read, asked, run and answered. Immutable; the reducer makes the next state from this one. */
import type { CaseResult, CaseStatus, SuiteResult } from '../../report/result.ts'
import type { LabPart } from '../language/lab-types.ts'
import type { Changes } from './standing.ts'

export interface Lesson {
  readonly file: string
  readonly title: string
  readonly mode: string
  /** Modes in which the same file can be played too. */
  readonly otherModes: readonly string[]
  readonly parts: readonly LabPart[]
  /** How long each block takes, in milliseconds, by its place among the parts; an estimate until it was measured. */
  readonly blockMs: ReadonlyMap<number, number>
}

export interface StepProgress {
  readonly line: number
  readonly command: string
  readonly status: 'waiting' | 'running' | 'passed' | 'failed'
  /** Lines of the answer; none until there is one. */
  readonly answer: readonly string[]
}

export interface BlockProgress {
  readonly status: 'running' | CaseStatus
  readonly steps: readonly StepProgress[]
  /** Once it has ended. */
  readonly result: CaseResult | null
}

export interface Rebuild {
  /** Where the lesson goes on when the cluster stands; a place among the parts. */
  readonly to: number
  /** `run`: the block there follows at once. `show`: the person decides when. */
  readonly follow: 'run' | 'show'
  /** Throw the cluster away first. */
  readonly fresh: boolean
}

/** What `splitbrain learn` shows at its end, and the last line of `play`. */
export interface NextLesson {
  readonly name: string
  readonly title: string
  readonly command: string
}

export interface Outcome {
  readonly suite: SuiteResult
  readonly next: NextLesson | null
}

/** `at`: the place of the block or prediction among the parts; their number for the end. */
export type Phase =
  /** The cluster starts; the prose can be read meanwhile. */
  | { readonly kind: 'opening' }
  | { readonly kind: 'asking'; readonly at: number }
  /** Prose is read up to the block, which an empty Enter runs. */
  | { readonly kind: 'ready'; readonly at: number }
  /** The student broke or mended something since the last block: put back, or go on as it is? */
  | { readonly kind: 'changed'; readonly at: number; readonly changes: Changes }
  /** What the student changed is being put back. */
  | { readonly kind: 'mending'; readonly at: number }
  | { readonly kind: 'running'; readonly at: number }
  /** A todo: the student's own commands, until an empty Enter. */
  | { readonly kind: 'doing'; readonly at: number }
  | { readonly kind: 'failed'; readonly at: number; readonly explained: boolean }
  | {
      readonly kind: 'rebuilding'
      readonly plan: Rebuild
      readonly what: string
      readonly done: number
      readonly of: number
      readonly leftMs: number
    }
  /** The last checks run. */
  | { readonly kind: 'judging'; readonly what: string; readonly done: number; readonly of: number }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  /** The lab cannot go on: the machine refused, or the lab itself broke. */
  | { readonly kind: 'broken'; readonly why: string }

/** Something told once, until the next step. */
export interface Notice {
  readonly lines: readonly string[]
  readonly tone: 'dim' | 'warn' | 'good'
}

export interface PlayState {
  readonly lesson: Lesson
  readonly phase: Phase
  readonly blocks: ReadonlyMap<number, BlockProgress>
  /** Choices by place of their prediction, counted from 0. */
  readonly predictions: ReadonlyMap<number, number>
  /** Predictions whose answer may be seen: the block that follows them ran. */
  readonly revealed: ReadonlySet<number>
  readonly notice: Notice | null
  /** The heading that `--until` named; null when the lesson begins at its begin. */
  readonly until: number | null
}

/** What happened, to the reducer. */
export type PlayInput =
  | { readonly type: 'opened' }
  /** An empty Enter. `changes`: what the student did to the faults that the lab left in force, null for nothing. */
  | { readonly type: 'go-on'; readonly changes: Changes | null }
  | { readonly type: 'as-it-is' }
  | { readonly type: 'retry' }
  | { readonly type: 'explain' }
  | { readonly type: 'choose'; readonly choice: number }
  | { readonly type: 'step-begun'; readonly at: number; readonly line: number }
  | {
      readonly type: 'step-ended'
      readonly at: number
      readonly line: number
      readonly passed: boolean
      readonly answer: readonly string[]
    }
  /** All its commands were run. */
  | { readonly type: 'block-ended'; readonly at: number; readonly result: CaseResult }
  /** What it left in the background has ended too; it may have failed by that. */
  | { readonly type: 'block-over'; readonly at: number; readonly result: CaseResult }
  | { readonly type: 'mended'; readonly lines: readonly string[]; readonly whole: boolean }
  | { readonly type: 'rebuild-step'; readonly what: string; readonly done: number; readonly of: number; readonly leftMs: number }
  /** `failed`: the block that went wrong on the way. */
  | { readonly type: 'rebuilt'; readonly failed: number | null }
  | { readonly type: 'judge-step'; readonly what: string; readonly done: number; readonly of: number }
  | { readonly type: 'judged'; readonly outcome: Outcome }
  | { readonly type: 'broke'; readonly why: string }

/** What the player has to do. */
export type PlayEffect =
  | { readonly type: 'run'; readonly at: number }
  | { readonly type: 'begin-todo'; readonly at: number }
  | { readonly type: 'end-todo'; readonly at: number }
  | { readonly type: 'mend'; readonly changes: Changes }
  | ({ readonly type: 'rebuild' } & Rebuild)
  | { readonly type: 'judge' }
  /** Something was reached: keep it. */
  | { readonly type: 'keep' }
