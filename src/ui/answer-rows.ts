/** What the prompt writes above itself: commands with their answers, events, errors. */
import type { Answer, LabEvent } from '../lab/types.ts'
import { answerText, eventText, isEcho } from './answer-text.ts'
import { isUsageError } from './lab-port.ts'
import { type Row, span, type Tone } from './style.ts'
import { printable, wrapLine } from './text-width.ts'

const tones: Readonly<Record<Answer['status'], Tone>> = { ok: 'plain', fail: 'bad', unknown: 'warn', refused: 'warn' }

/** A command as it was typed, what came of it below. */
export function commandRow(line: string, aside = ''): Row {
  const row = [span('> ', 'bold'), span(printable(line), 'bold')]
  return aside === '' ? row : [...row, span(`  ${aside}`, 'dim')]
}

/** A value stays as it is, for those who copy it; what the lab says in its own words is broken between them. */
export function answerRows(line: string, answer: Answer, columns: number): readonly Row[] {
  const { lines, aside } = answerText(line, answer)
  const tone = tones[answer.status]
  const first = lines[0] ?? ''
  if (lines.length > 1) return [commandRow(line, aside), ...textRows(lines, columns, tone)]
  const rows = typeof answer.value === 'string' ? [[span(first, tone)]] : textRows([first], columns, tone)
  return [commandRow(line), ...rows.slice(0, -1), [...(rows.at(-1) ?? []), span(`  ${aside}`, 'dim')]]
}

export function textRows(lines: readonly string[], columns: number, tone: Tone = 'plain'): readonly Row[] {
  return lines.flatMap((line) => wrapLine(printable(line), columns)).map((text) => [span(text, tone)])
}

/** None for events that only programs read, and for those that repeat what was typed or answered. */
export function eventRows(event: LabEvent, columns: number): readonly Row[] {
  const text = isEcho(event) ? null : eventText(event)
  if (text === null) return []
  return textRows([text], columns, event.type === 'finding' || event.failed === true ? 'bad' : 'dim')
}

export function errorRows(error: unknown, columns: number): readonly Row[] {
  const text = error instanceof Error ? error.message : String(error)
  return textRows([isUsageError(error) ? text : `the lab failed: ${text}`], columns, 'bad')
}
