/** What was typed, what came of it, and what happened meanwhile: a bounded list from which the newest rows are drawn at any width. */
import { ellipsize, printable, textWidth } from '../../lab/text-width.ts'
import type { LabEvent } from '../../lab/types.ts'
import { answerTones, errorText, foldedText, LONGEST_COMMAND } from '../answer-rows.ts'
import { answerText } from '../answer-text.ts'
import type { Outcome } from '../pending.ts'
import { type Row, rowWidth, type Style, span, type Tone } from '../style.ts'
import { joinedText } from './said-alike.ts'
import { healthTones, sign } from './signs.ts'
import type { Area } from './types.ts'
import { filterOf } from './views/filter.ts'

/** Rows of one item; the rest is counted. */
const MAX_ITEM_ROWS = 400

export interface EventItem {
  readonly type: 'event'
  readonly event: LabEvent
  /** Nodes that said the same a moment later, in the order they did. */
  readonly others: readonly string[]
}

export type Item =
  | { readonly type: 'command'; readonly line: string; readonly sinceMs: number; readonly outcome: Outcome | null }
  | EventItem
  | { readonly type: 'note'; readonly text: string }

export interface TranscriptView {
  /** Rows between the newest row and the last one shown. */
  readonly back: number
  /** Words that all must occur, `!word` must not. */
  readonly filter: string
  readonly nowMs: number
}

/**
 * The rows that end `back` rows before the newest. Answers them and how far back they really are: nobody scrolls beyond the beginning.
 */
export function transcriptRows(
  items: readonly Item[],
  view: TranscriptView,
  area: Area,
  style: Style,
): { readonly rows: readonly Row[]; readonly back: number } {
  const wants = filterOf(view.filter)
  const shown = wants === null ? items : items.filter((item) => wants([], itemText(item)))
  const wanted = area.rows + view.back
  const blocks: (readonly Row[])[] = []
  let count = 0
  for (let at = shown.length - 1; at >= 0 && count < wanted; at--) {
    const item = shown[at]
    if (item === undefined) break
    const rows = itemRows(item, view.nowMs, area.columns, style)
    blocks.push(rows)
    count += rows.length
  }
  const all = blocks.reverse().flat()
  const back = Math.max(0, Math.min(view.back, all.length - area.rows))
  const end = all.length - back
  return { rows: all.slice(Math.max(0, end - area.rows), end), back }
}

function itemText(item: Item): string {
  switch (item.type) {
    case 'command':
      return `${item.line} ${item.outcome?.type === 'answer' ? answerText(item.line, item.outcome.answer).lines.join(' ') : ''}`
    case 'event':
      return joinedText(item)
    case 'note':
      return item.text
  }
}

function itemRows(item: Item, nowMs: number, columns: number, style: Style): readonly Row[] {
  switch (item.type) {
    case 'command':
      return commandRows(item.line, item.outcome, nowMs - item.sinceMs, columns, style)
    case 'event':
      return eventRows(item, columns, style)
    case 'note':
      return bounded(foldedText([item.text], columns, 'dim'))
  }
}

/** A command completes in place: beside it where there is room, below it where not. */
function commandRows(line: string, outcome: Outcome | null, waitedMs: number, columns: number, style: Style): readonly Row[] {
  const head = [span(`${sign('prompt', style)} `, 'accent'), span(ellipsize(printable(line), LONGEST_COMMAND), 'bold')]
  if (outcome === null) {
    const seconds = Math.floor(waitedMs / 1000)
    return [[...head, span(`  ${sign('pending', style)}${seconds < 1 ? '' : ` ${seconds} s`}`, 'accent')]]
  }
  const { lines, tone, aside } = outcomeText(line, outcome)
  const only = lines.length === 1 ? (lines[0] ?? '') : null
  const arrow = span(`  ${sign('answer', style)} `, 'dim')
  const tail = aside === '' ? [] : [span(`  ${aside}`, 'dim')]
  if (only !== null) {
    const beside = [...head, arrow, span(only, tone), ...tail]
    if (rowWidth(beside) <= columns) return [beside]
    if (textWidth(only) + 2 <= columns)
      return [
        [...head, ...tail],
        [span('  '), span(only, tone)],
      ]
  }
  return bounded([[...head, ...tail], ...foldedText(lines, columns - 2, tone).map((row): Row => [span('  '), ...row])])
}

function outcomeText(line: string, outcome: Outcome): { readonly lines: readonly string[]; readonly tone: Tone; readonly aside: string } {
  switch (outcome.type) {
    case 'answer':
      return { ...answerText(line, outcome.answer), tone: answerTones[outcome.answer.status] }
    case 'lines':
      return { lines: outcome.lines.map(printable), tone: 'plain', aside: '' }
    case 'error':
      return { lines: [printable(errorText(outcome.error))], tone: 'bad', aside: '' }
    case 'stopped':
      return {
        lines: [outcome.asked ? 'unknown stopped: no longer waited for; it may still happen' : 'refused: stopped before it began'],
        tone: 'warn',
        aside: '',
      }
  }
}

/** When and what; those that tell of health carry its sign and colour. */
function eventRows(item: EventItem, columns: number, style: Style): readonly Row[] {
  const { event } = item
  const at = `${(event.time / 1e9).toFixed(1)}s`.padStart(8)
  const text = printable(joinedText(item)).replaceAll('\n', ' ')
  const { mark, tone } = eventLook(event, style)
  const words = foldedText([text], columns - at.length - 3, tone)
  return words.map(
    (row, index): Row =>
      index === 0 ? [span(`${at} `, 'dim'), span(`${mark} `, tone), ...row] : [span(' '.repeat(at.length + 3)), ...row],
  )
}

function eventLook(event: LabEvent, style: Style): { readonly mark: string; readonly tone: Tone } {
  if (event.type === 'health' && event.which === 'observed' && isHealth(event.state))
    return { mark: sign(event.state, style), tone: healthTones[event.state] }
  if (event.type === 'finding' || event.failed === true) return { mark: sign('unhealthy', style), tone: 'bad' }
  if (event.type === 'fault') return { mark: sign('fault', style), tone: 'warn' }
  if (event.type === 'undone') return { mark: sign('undone', style), tone: 'good' }
  return { mark: sign('dot', style), tone: 'dim' }
}

function isHealth(state: unknown): state is keyof typeof healthTones {
  return state === 'healthy' || state === 'degraded' || state === 'unhealthy'
}

function bounded(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MAX_ITEM_ROWS) return rows
  return [...rows.slice(0, MAX_ITEM_ROWS - 1), [span(`  and ${rows.length - MAX_ITEM_ROWS + 1} more rows`, 'dim')]]
}
