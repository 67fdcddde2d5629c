/** What is wrong with a line, in words for the person who typed it. */
export interface Problem {
  /** One line: what is wrong, and with which word. */
  readonly message: string
  /** Where, counted from 1. */
  readonly column: number
  /** The nearest right thing: one word, or a short command. */
  readonly nearest?: string
  /** The word is right, but in another mode or a later version. */
  readonly later?: true
}

/** Thrown inside the language only; `parseLine` and its sisters turn it into a result. */
export class LanguageError extends Error {
  static override readonly name = 'LanguageError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

export function reject(message: string, column: number, nearest?: string): never {
  const problem = { message: presentable(message), column }
  throw new LanguageError(nearest === undefined ? problem : { ...problem, nearest: presentable(nearest) })
}

export function rejectLater(message: string, column: number): never {
  throw new LanguageError({ message: presentable(message), column, later: true })
}

/** Typed words stand in messages: however long or strange, the message stays one line that fits. */
function presentable(message: string): string {
  return message.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/\S{49,}/g, (word) => `${word.slice(0, 40)}…`)
}

/** `column 6: unknown node n9. Did you mean n5?` Always one line. */
export function describeProblem(problem: Problem): string {
  const hint = problem.nearest === undefined ? '' : `. Did you mean ${problem.nearest}?`
  return `column ${problem.column}: ${problem.message}${hint}`
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Problem }

/** Runs a parser that may reject. Any other throw is our own fault and goes on. */
export function attempt<T>(parser: () => T): Outcome<T> {
  try {
    return { ok: true, value: parser() }
  } catch (error) {
    if (error instanceof LanguageError) return { ok: false, error: error.problem }
    throw error
  }
}
