/** What happened, a line each, the newest at the bottom. */
import type { LabEvent } from '../../../history/types.ts'
import { printable, wrapLine } from '../../../lab/text-width.ts'
import { type Row, span, type Tone } from '../../style.ts'
import { column } from '../draw/cells.ts'
import { since } from '../draw/time.ts'
import { filterOf, filterWords } from './filter.ts'
import { type Request, type Sheet, sheetView, title } from './sheet.ts'

const TIME_CELLS = 8
const KIND_CELLS = 9
/** Below this many columns the kind gives way to the words. */
const KIND_FROM_COLUMNS = 60
/** Of one event; the rest is in events.jsonl. */
const MOST_LINES = 12

export const eventsView = sheetView({
  digit: '5',
  name: 'events',
  help: 'what happened, the newest at the bottom; / filters: health, n3, !answer',
  begins: 'bottom',
  sheet,
})

function sheet({ scene, state, area, style, need }: Request): Sheet {
  const wanted = filterOf(state.filter)
  const kinds = area.columns >= KIND_FROM_COLUMNS
  const before = TIME_CELLS + 1 + (kinds ? KIND_CELLS + 1 : 0)
  const rows: Row[] = []
  for (let i = scene.events.length - 1; i >= 0 && rows.length < need; i--) {
    const event = scene.events[i]
    if (event === undefined || event.text === undefined || wanted?.([], `${event.type} ${event.text}`) === false) continue
    const lines = wrapLine(printable(event.text).replaceAll('\n', ' '), Math.max(8, area.columns - before)).slice(0, MOST_LINES)
    const stamp = [span(column(since(event.time), TIME_CELLS, style, 'right'), 'dim'), span(' ')]
    const kind = kinds ? [span(column(event.type, KIND_CELLS, style), 'dim'), span(' ')] : []
    const [first = '', ...rest] = lines
    const tone = toneOf(event)
    for (const line of rest.reverse()) rows.push([span(' '.repeat(before)), span(line, tone)])
    rows.push([...stamp, ...kind, span(first, tone)])
  }
  const empty = scene.events.length === 0 ? 'nothing happened yet' : 'nothing fits the filter'
  return {
    head: [title('events', [filterWords(state.filter)], style)],
    body: rows.length > 0 ? rows.reverse() : [[span(empty, 'dim')]],
    foot: [],
  }
}

const TONES: Readonly<Record<string, Tone>> = {
  command: 'accent',
  fault: 'warn',
  undone: 'good',
  exit: 'bad',
  finding: 'bad',
  failure: 'bad',
  stall: 'warn',
  'host-loss': 'warn',
  late: 'warn',
  note: 'dim',
}

function toneOf({ type, state }: LabEvent): Tone {
  if (type === 'health') return state === 'healthy' ? 'good' : state === 'degraded' ? 'warn' : state === 'unhealthy' ? 'bad' : 'plain'
  return Object.hasOwn(TONES, type) ? (TONES[type] ?? 'plain') : 'plain'
}
