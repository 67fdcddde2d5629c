/** What the prompt writes above itself: commands with their answers, events, errors. */

import { ellipsize, printable, textWidth, wrapLine } from '../lab/text-width.ts'
import type { Answer, LabEvent } from '../lab/types.ts'
import { answerText, eventText } from './answer-text.ts'
import { isUsageError } from './lab-port.ts'
import { type Row, span, type Tone } from './style.ts'

const tones: Readonly<Record<Answer['status'], Tone>> = { ok: 'plain', fail: 'bad', unknown: 'warn', refused: 'warn' }

/** More of a command than this pushes off the screen what came of it. Cells. */
const LONGEST_COMMAND = 300

/** A command as it was typed, what came of it below. */
export function commandRow(line: string, aside = ''): Row {
  const row = [span('> ', 'bold'), span(ellipsize(printable(line), LONGEST_COMMAND), 'bold')]
  return aside === '' ? row : [...row, span(`  ${aside}`, 'dim')]
}

/**
 * A value stays as it is, for those who copy it; what the lab says in its own words is broken between them. Who answered, and how fast, stands
 * behind a short answer, and behind the command of a long one.
 */
export function answerRows(line: string, answer: Answer, columns: number): readonly Row[] {
  const { lines, aside } = answerText(line, answer)
  const tone = tones[answer.status]
  const only = lines.length === 1 ? (lines[0] ?? '') : null
  if (only !== null && textWidth(only) + textWidth(aside) + 2 <= columns)
    return [commandRow(line), [span(only, tone), span(`  ${aside}`, 'dim')]]
  if (only !== null && typeof answer.value === 'string') return [commandRow(line, aside), [span(only, tone)]]
  return [commandRow(line, aside), ...textRows(lines, columns, tone)]
}

export function textRows(lines: readonly string[], columns: number, tone: Tone = 'plain'): readonly Row[] {
  return lines.flatMap((line) => wrapLine(printable(line), columns)).map((text) => [span(text, tone)])
}

/** None for events that only programs read. */
export function eventRows(event: LabEvent, columns: number): readonly Row[] {
  const text = eventText(event)
  if (text === null) return []
  return textRows([text], columns, event.type === 'finding' || event.failed === true ? 'bad' : 'dim')
}

export function errorRows(error: unknown, columns: number): readonly Row[] {
  const text = error instanceof Error ? error.message : String(error)
  return textRows([isUsageError(error) ? text : `the lab failed: ${text}`], columns, 'bad')
}
