/** From a key to a handout: the todos empty but for the teacher's comments, the questions without their answers. */
import { type Fence, readMarkdown, splitLines } from '../language/markdown.ts'
import { exerciseOf } from './exercise-fences.ts'

export function blankOf(text: string): string {
  const lines: (string | null)[] = splitLines(text)
  for (const piece of readMarkdown(text)) {
    if (piece.kind !== 'fence') continue
    if (exerciseOf(piece)?.kind === 'todo') rewrite(lines, piece, (line) => (/^>\s*#/.test(line) ? line : null))
    else if (piece.info.split(/\s+/)[0] === 'predict') {
      const end = piece.body.findIndex((line) => /^\s*because:/i.test(line))
      rewrite(lines, piece, (line, i) => (end >= 0 && i >= end ? null : line.replace(/^(\s*[-*] )\[[xX]\]/, '$1[ ]')))
    }
  }
  return lines.filter((line) => line !== null).join('\n')
}

/** Null takes the line away. */
function rewrite(lines: (string | null)[], { body, bodyLine }: Fence, change: (line: string, index: number) => string | null): void {
  for (const [i, line] of body.entries()) lines[bodyLine - 1 + i] = change(line, i)
}
