/** A student's blocks inside the teacher's lab: everything else comes from the key. */
import { splitLines } from '../language/markdown.ts'
import type { TodoFence } from './todo-fences.ts'
import type { Place } from './types.ts'

export interface Combined {
  readonly text: string
  /** Where each line of the text was written, and for whose block; the place of line 1 is the first. */
  readonly origins: readonly Origin[]
}

export interface Origin extends Place {
  /** The id of the todo whose body this line is; null: the key's. */
  readonly todo: string | null
}

/** `bodies` by id of the block; a block without one stays empty. */
export function combine(
  key: { readonly file: string; readonly text: string; readonly todos: readonly TodoFence[] },
  solution: string,
  bodies: ReadonlyMap<string, TodoFence>,
): Combined {
  const lines = splitLines(key.text)
  const out: string[] = []
  const origins: Origin[] = []
  const add = (text: string, origin: Origin): void => {
    out.push(text)
    origins.push(origin)
  }
  let at = 1
  const copyUpTo = (line: number): void => {
    for (; at < line; at++) add(lines[at - 1] ?? '', { file: key.file, line: at, todo: null })
  }
  for (const { id, fence } of key.todos) {
    copyUpTo(fence.line)
    const taken = bodies.get(id)?.fence
    const mark = fenceMark(taken?.body ?? [])
    const head = { file: taken === undefined ? key.file : solution, line: taken?.line ?? fence.line, todo: null }
    add(`${mark}${fence.info}`, head)
    for (const [i, text] of (taken?.body ?? []).entries()) add(text, { file: solution, line: (taken?.bodyLine ?? 1) + i, todo: id })
    add(mark, head)
    at = fence.line + fence.body.length + 2
  }
  copyUpTo(lines.length + 1)
  return { text: out.join('\n'), origins }
}

/** Longer than any in the body, so that no line of a student's can end the block and go on as the teacher. */
function fenceMark(body: readonly string[]): string {
  const longest = body.reduce((most, line) => Math.max(most, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)), 2)
  return '`'.repeat(longest + 1)
}
