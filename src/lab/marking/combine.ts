/** A student's blocks inside the teacher's lab: everything else comes from the key. */
import { splitLines } from '../language/markdown.ts'
import type { ExerciseFence } from './exercise-fences.ts'
import type { Key } from './key.ts'
import type { Place } from './types.ts'

export interface Combined {
  readonly text: string
  /** Where each line of the text was written; the first is line 1. */
  readonly origins: readonly Origin[]
}

export interface Origin extends Place {
  /** The todo or check in whose body the line stands; null: in none. */
  readonly block: ExerciseFence | null
}

/** What goes into the key. */
export interface Filling {
  /** The student's file. */
  readonly file: string
  /** The student's blocks by id; a todo without one stays empty. */
  readonly bodies: ReadonlyMap<string, ExerciseFence>
  /** Names of todos that count for nothing: they stay empty, and nothing judges them. */
  readonly refused: ReadonlyMap<string, string>
}

/** A block must say something, if only this. */
const NOTHING = '> # not judged'

export function combine({ source, todos, checks }: Pick<Key, 'source' | 'todos' | 'checks'>, { file, bodies, refused }: Filling): Combined {
  const lines = splitLines(source.text)
  const out: string[] = []
  const origins: Origin[] = []
  const add = (text: string, origin: Origin): void => {
    out.push(text)
    origins.push(origin)
  }
  let at = 1
  const copyUpTo = (line: number, block: ExerciseFence | null): void => {
    for (; at < line; at++) add(lines[at - 1] ?? '', { file: source.file, line: at, block })
  }
  for (const block of [...todos, ...checks].sort((a, b) => a.fence.line - b.fence.line)) {
    const { fence, kind, id, name } = block
    const end = fence.bodyLine + fence.body.length
    copyUpTo(fence.bodyLine - 1, null)
    at = fence.bodyLine
    const taken = kind === 'todo' && !refused.has(name) ? bodies.get(id)?.fence : undefined
    const place = taken === undefined ? { file: source.file, line: fence.line } : { file, line: taken.line }
    const mark = fenceMark(taken?.body ?? fence.body)
    add(`${mark}${fence.info}`, { ...place, block: null })
    if (taken !== undefined) for (const [i, text] of taken.body.entries()) add(text, { file, line: taken.bodyLine + i, block })
    else if (kind === 'check' && refused.has(name)) add(NOTHING, { ...place, block })
    else if (kind === 'check') copyUpTo(end, block)
    add(mark, { ...place, block: null })
    at = end + 1
  }
  copyUpTo(lines.length + 1, null)
  return { text: out.join('\n'), origins }
}

/** Longer than any in the body, so that no line of a student's can end the block and go on as the teacher. */
function fenceMark(body: readonly string[]): string {
  const longest = body.reduce((most, line) => [...line.matchAll(/`+/g)].reduce((more, [run]) => Math.max(more, run.length), most), 2)
  return '`'.repeat(longest + 1)
}
