/** What stands in place of the prompt: the whole run as a band with the cursor in it, where one is, and what the keys do. */
import { printable } from '../../lab/text-width.ts'
import type { Stretch } from '../../stream/scene.ts'
import { BLANK, type Cell, clip, clipRow, joinCells } from '../screen/draw/cells.ts'
import { took } from '../screen/draw/time.ts'
import { bandCells } from '../screen/panes/ribbon.ts'
import { healthTones, type Sign, sign } from '../screen/signs.ts'
import type { BodyView } from '../screen/types.ts'
import { type Row, rowWidth, type Span, type Style, span, spread, type Tone } from '../style.ts'
import { type Landmark, type LandmarkKind, nextAfter } from './landmarks.ts'
import { HELP, speedOf, type TransportState } from './transport.ts'

export interface WholeRun {
  readonly endNs: number
  /** Without the start. */
  readonly ribbon: readonly Stretch[]
  readonly landmarks: readonly Landmark[]
}

const MARGIN = 1

/** The cell of the band in which a moment lies. */
export function cellAt(ns: number, endNs: number, cells: number): number {
  return Math.max(0, Math.min(cells - 1, Math.floor((ns / Math.max(1, endNs)) * cells)))
}

/** Two rows: how it was, bright as far as the cursor, and below it what was done and what went wrong. */
export function axisRows(run: WholeRun, cursorNs: number, columns: number, style: Style): readonly Row[] {
  const cells = columns - 2 * MARGIN
  if (cells < 1) return []
  const cursor = cellAt(cursorNs, run.endNs, cells)
  const band = bandCells(run.ribbon, 0, cells, Math.max(1, run.endNs) / cells, run.endNs, style)
  // Before anything was observed there is time all the same.
  const unknown: Cell = { sign: style.ascii ? '.' : '·', tone: 'dim' }
  const here = (at: number, cell: Cell): Cell => {
    if (at === cursor) return { sign: style.ascii ? '|' : '┃', tone: 'reverse' }
    if (cell === BLANK) return unknown
    return at < cursor ? cell : { ...cell, tone: 'dim' }
  }
  const inset = span(' '.repeat(MARGIN))
  return [
    [inset, ...joinCells(band.map((cell, at) => here(at, cell)))],
    [inset, ...joinCells(markCells(run, cursor, cells, style))],
  ]
}

/** Where several share a cell the gravest shows. */
const grave: readonly LandmarkKind[] = ['health', 'leader', 'undone', 'fault', 'failure']
const signs: Readonly<Record<LandmarkKind, readonly [Sign, Tone] | null>> = {
  fault: ['fault', 'warn'],
  undone: ['undone', 'good'],
  failure: ['unhealthy', 'bad'],
  leader: ['lead', 'accent'],
  // The band above shows it.
  health: null,
}

function markCells({ landmarks, endNs }: WholeRun, cursor: number, cells: number, style: Style): readonly Cell[] {
  const kinds = new Map<number, LandmarkKind>()
  for (const { atNs, kind } of landmarks) {
    const at = cellAt(atNs, endNs, cells)
    const known = kinds.get(at)
    if (known === undefined || grave.indexOf(kind) > grave.indexOf(known)) kinds.set(at, kind)
  }
  return Array.from({ length: cells }, (_, at) => {
    const look = signs[kinds.get(at) ?? 'health']
    if (look === null) return BLANK
    return { sign: sign(look[0], style), tone: at === cursor ? 'reverse' : look[1] }
  })
}

/** `12.3s`, `3:05.2`, and with `fine` thousandths. */
export function clock(ns: number, fine = false): string {
  const digits = fine ? 3 : 1
  const scale = 10 ** digits
  const units = Math.floor((Math.max(0, ns) / 1e9) * scale)
  const seconds = Math.floor(units / scale)
  const part = String(units % scale).padStart(digits, '0')
  return seconds < 100 ? `${seconds}.${part}s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${part}`
}

/** `45ms`, `2.3s`, `3:05.2`; while it plays nobody reads thousandths. */
function duration(ns: number, playing: boolean): string {
  return playing || ns >= 100e9 ? clock(ns) : took(ns / 1000)
}

/** What is no longer ago is where one is. */
const JUST_NOW_NS = 1_000_000

/** Playing or not, where, how fast; what is here; what comes next. */
export function transportRow(run: WholeRun, state: TransportState, columns: number, style: Style): Row {
  const { cursorNs, playing } = state
  const glyph = playing ? (style.ascii ? ' > playing ' : ' ▶ playing ') : style.ascii ? ' = paused  ' : ' ‖ paused  '
  const head: Row = [
    span(glyph, playing ? 'good-badge' : 'reverse'),
    span(` ${clock(cursorNs, !playing)}`, 'bold'),
    span(` of ${clock(run.endNs, !playing)}`, 'dim'),
    span(`  ${speedOf(state)}${style.ascii ? 'x' : '×'}`, 'accent'),
    span('  '),
  ]
  const { hint } = state.screen
  if (hint !== null) return clipRow([...head, span(hint.text, hint.tone)], columns, style)
  const room = columns - rowWidth(head)
  const here = run.landmarks.findLast(({ atNs }) => atNs <= cursorNs)
  const next = nextAfter(run.landmarks, cursorNs)
  const coming = room < 70 || next === null ? [] : nextSpans(next, state, Math.floor(room / 2.5), style)
  const now = here === undefined ? [] : clipRow(hereSpans(here, state, style), Math.max(0, room - rowWidth(coming) - 1), style)
  return clipRow([...head, ...spread(now, coming, room)], columns, style)
}

function hereSpans({ atNs, kind, text, state }: Landmark, { cursorNs, playing }: TransportState, style: Style): readonly Span[] {
  const look = state === undefined ? signs[kind] : ([state, healthTones[state]] as const)
  const ago = cursorNs - atNs
  const words = printable(text).replaceAll('\n', ' ')
  return [
    ...(look === null ? [] : [span(`${sign(look[0], style)} `, look[1])]),
    ...(ago < JUST_NOW_NS ? [] : [span(`${duration(ago, playing)} ago `, 'dim')]),
    span(words, kind === 'failure' ? 'bad' : 'plain'),
  ]
}

function nextSpans({ atNs, text }: Landmark, { cursorNs, playing }: TransportState, cells: number, style: Style): readonly Span[] {
  const head = `${style.ascii ? '->' : '→'} in ${duration(atNs - cursorNs, playing)} `
  return [span(`${head}${clip(printable(text).replaceAll('\n', ' '), Math.max(4, cells - head.length), style)} `, 'dim')]
}

/** From so many columns on each view has its name. */
const NAMED_FROM_COLUMNS = 130

function viewKeys(views: readonly BodyView[], columns: number): readonly (readonly [string, string])[] {
  const digits = views.filter(({ digit }) => digit !== HELP)
  if (columns < NAMED_FROM_COLUMNS && digits.length > 0) return [[`1-${digits.at(-1)?.digit}`, 'views']]
  return [['1', 'lab'], ...digits.map(({ digit, name }) => [digit, name] as const)]
}

/** Those that do not fit are left out from the right. */
export function replayKeysRow(state: TransportState, views: readonly BodyView[], columns: number, style: Style): Row {
  const arrows = style.ascii ? ['left/right', 'up/down'] : ['←→', '↑↓']
  const keys: readonly (readonly [string, string])[] =
    state.screen.focus === 'filter'
      ? [
          ['Enter', 'keeps it'],
          ['Esc', 'shows everything'],
          ['!word', 'must not occur'],
        ]
      : [
          ['Space', state.playing ? 'stops' : 'plays'],
          [arrows[0] ?? '', 'event'],
          ['n p', 'fault'],
          ['b', 'broke'],
          [arrows[1] ?? '', 'speed'],
          [HELP, 'help'],
          ['q', 'quits'],
          ...viewKeys(views, columns),
          [', .', '0.1 s'],
          ['/', 'filter'],
        ]
  const spans: Span[] = []
  for (const [key, does] of keys) {
    const next = [
      span(spans.length === 0 ? ' ' : '  '),
      span(key, key === state.screen.view ? 'reverse' : 'accent'),
      span(` ${does}`, 'dim'),
    ]
    if (rowWidth([...spans, ...next]) > columns) break
    spans.push(...next)
  }
  return spans
}
