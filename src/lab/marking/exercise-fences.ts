/** The blocks of a Markdown text that belong to a student, and those that judge them. */
import { type Fence, readMarkdown } from '../language/markdown.ts'

export interface ExerciseFence {
  readonly kind: 'todo' | 'check'
  readonly name: string
  /** Tells blocks of one name for different modes apart. */
  readonly id: string
  readonly fence: Fence
}

/** In the order of the text. The name is empty where none stands. */
export function exerciseFences(text: string): ExerciseFence[] {
  return readMarkdown(text).flatMap((piece) => {
    const found = piece.kind === 'fence' ? exerciseOf(piece) : null
    return found === null ? [] : [found]
  })
}

export function todoFences(text: string): ExerciseFence[] {
  return exerciseFences(text).filter(({ kind }) => kind === 'todo')
}

/** Null for every other block. */
export function exerciseOf(fence: Fence): ExerciseFence | null {
  const [lab, ...words] = fence.info.split(/\s+/)
  if (lab !== 'lab') return null
  const mode = words[0] === 'todo' || words[0] === 'check' ? null : (words.shift() ?? null)
  const [kind, name = ''] = words
  if (kind !== 'todo' && kind !== 'check') return null
  return { kind, name, id: mode === null ? name : `${mode} ${name}`, fence }
}
