/** The blocks of a Markdown text that belong to a student. */
import { type Fence, readMarkdown } from '../language/markdown.ts'

export interface TodoFence {
  readonly name: string
  /** Tells blocks of one name for different modes apart. */
  readonly id: string
  readonly fence: Fence
}

/** In the order of the text. The name is empty where none stands. */
export function todoFences(text: string): TodoFence[] {
  return readMarkdown(text).flatMap((piece) => {
    const todo = piece.kind === 'fence' ? todoOf(piece) : null
    return todo === null ? [] : [todo]
  })
}

/** Null for every other block. */
export function todoOf(fence: Fence): TodoFence | null {
  const [kind, ...words] = fence.info.split(/\s+/)
  if (kind !== 'lab') return null
  const mode = words[0] === 'todo' ? null : (words.shift() ?? null)
  if (words[0] !== 'todo') return null
  const name = words[1] ?? ''
  return { name, id: mode === null ? name : `${mode} ${name}`, fence }
}
