/** Answers, errors and lines of text as rows. */
import { cutToWidth, printable, textWidth, wrapLine } from '../lab/text-width.ts'
import type { Answer } from '../lab/types.ts'
import { isUsageError } from './lab-port.ts'
import { type Row, span, type Tone } from './style.ts'

export const answerTones: Readonly<Record<Answer['status'], Tone>> = { ok: 'good', fail: 'bad', unknown: 'warn', refused: 'warn' }

/** More of a command than this pushes off the screen what came of it. Cells. */
export const LONGEST_COMMAND = 300

/** Lines broken between words; a word that is longer than a row is broken where it must. */
export function foldedText(lines: readonly string[], columns: number, tone: Tone = 'plain'): readonly Row[] {
  const cells = Math.max(8, columns)
  return lines
    .flatMap((line) => printable(line).split('\n'))
    .flatMap((line) => wrapLine(line, cells))
    .flatMap((text) => chopped(text, cells))
    .map((text) => [span(text, tone)])
}

/** Bad grammar speaks for itself; anything else broke the lab. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return isUsageError(error) ? text : `the lab failed: ${text}`
}

function chopped(text: string, cells: number): readonly string[] {
  const pieces: string[] = []
  let rest = text
  while (textWidth(rest) > cells) {
    const head = cutToWidth(rest, cells)
    pieces.push(head)
    rest = rest.slice(head.length)
  }
  return [...pieces, rest]
}
