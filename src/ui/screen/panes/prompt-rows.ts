/** The rows at the bottom: the line being typed, what could stand in it, and which keys do what now. */
import { cutToWidth, ellipsize, printable, textWidth } from '../../../lab/text-width.ts'
import type { EditorState } from '../../line-editor.ts'
import { fitRow, type Row, rowWidth, type Span, type Style, span } from '../../style.ts'
import type { ScreenState } from '../screen-state.ts'
import { sign } from '../signs.ts'
import type { BodyView } from '../types.ts'

export interface PromptRow {
  readonly row: Row
  /** Where the cursor stands; null: the keyboard is not the line's. */
  readonly column: number | null
}

/** Where the cursor is comes from state, never from what was drawn. */
export function promptRow(state: ScreenState, ghost: string | null, columns: number, style: Style): PromptRow {
  const { editor, focus } = state
  if (focus === 'filter') {
    const head = ` / ${printable(filterOf(state))}`
    return {
      row: fitRow([span(' /', 'accent'), span(` ${printable(filterOf(state))}`)], columns),
      column: Math.min(columns - 1, textWidth(head)),
    }
  }
  if (focus === 'nodes') {
    const row = [span(` ${state.node ?? 'no node'} `, 'reverse'), span(editor.line === '' ? '' : ` ${printable(editor.line)}`, 'dim')]
    return { row: fitRow(row, columns), column: null }
  }
  return lineRow(editor, ghost, columns, style)
}

function filterOf({ view, views }: ScreenState): string {
  return views[view]?.filter ?? ''
}

function lineRow(editor: EditorState, ghost: string | null, columns: number, style: Style): PromptRow {
  const glyph = editor.search === null ? `${sign('prompt', style)} ` : `(search "${printable(editor.search.query)}") `
  const head = cutToWidth(glyph, Math.max(0, columns - 8))
  const room = Math.max(1, columns - textWidth(head) - 1)
  const { from, column } = slide(editor.line, editor.cursor, room)
  const shown = cutToWidth(editor.line.slice(from), room)
  const rest = ghost?.startsWith(editor.line) ? ellipsize(printable(ghost.slice(editor.line.length)), room - textWidth(shown)) : ''
  return { row: [span(head, 'accent'), span(shown, 'bold'), span(rest, 'dim')], column: textWidth(head) + column }
}

/** Where to begin drawing so that the cursor is in view: half a screen back whenever it would leave on the right. */
function slide(line: string, cursor: number, room: number): { readonly from: number; readonly column: number } {
  const whole = textWidth(line.slice(0, cursor))
  if (whole <= room) return { from: 0, column: whole }
  const half = Math.max(1, Math.floor(room / 2))
  const hidden = Math.ceil((whole - room) / half) * half
  const from = cutToWidth(line, hidden).length
  return { from, column: textWidth(line.slice(from, cursor)) }
}

/** Candidates before errors before a tip; one row that is always there, so that nothing jumps. */
export function hintRow({ editor, hint }: ScreenState, tip: string, columns: number): Row {
  if (editor.choice !== null)
    return fitRow([span('  '), ...choiceSpans(editor.choice.candidates, editor.choice.chosen, columns - 2)], columns)
  if (hint !== null) return fitRow([span(`  ${printable(hint.text).replaceAll('\n', ' ')}`, hint.tone)], columns)
  return fitRow([span(`  ${tip}`, 'dim')], columns)
}

/** The chosen candidate is always among those shown. */
function choiceSpans(candidates: readonly string[], chosen: number, cells: number): Row {
  let first = 0
  let width = 0
  for (let at = 0; at <= chosen; at++) {
    const next = textWidth(candidates[at] ?? '') + 2
    if (width + next > cells - 2) {
      first = at
      width = 0
    }
    width += next
  }
  return candidates.slice(first).map((word, at) => span(`${word}  `, first + at === chosen ? 'reverse' : 'plain'))
}

export interface KeysInput {
  readonly state: ScreenState
  readonly views: readonly BodyView[]
  /** What the guide's keys do, null without one. */
  readonly guide: string | null
}

type Hint = readonly [key: string, does: string]

/** What the other keys take at least, the way out among them. Cells. */
const OTHER_KEYS = 36

/** Each view by its name where all have room, else that there are views at all. */
function viewHints(views: readonly BodyView[], columns: number): readonly Hint[] {
  if (views.length === 0) return []
  const named: readonly Hint[] = [['1', 'lab'], ...views.map(({ digit, name }): Hint => [digit, name])]
  const width = named.reduce((sum, [key, does]) => sum + key.length + does.length + 3, 0)
  return width + OTHER_KEYS <= columns ? named : [[`1-${views.at(-1)?.digit ?? ''}`, 'views']]
}

/** What the keys do where the keyboard is now; those that do not fit are left out from the right. */
export function keysRow({ state, views, guide }: KeysInput, columns: number, style: Style): Row {
  const spans: Span[] = []
  for (const [key, does] of hintsOf(state, viewHints(views, columns), guide, style)) {
    const next: readonly Span[] = [
      span(spans.length === 0 ? ' ' : '  '),
      span(key, key === state.view ? 'reverse' : 'accent'),
      span(does === '' ? '' : ` ${does}`, 'dim'),
    ]
    if (rowWidth([...spans, ...next]) > columns) break
    spans.push(...next)
  }
  return spans
}

function hintsOf({ focus, help, editor }: ScreenState, digits: readonly Hint[], guide: string | null, style: Style): readonly Hint[] {
  const arrows = style.ascii ? 'up/down' : '↑↓'
  if (help !== null)
    return [
      ['Esc', 'closes help'],
      [style.ascii ? 'left/right' : '←→', 'other topics'],
    ]
  switch (focus) {
    case 'filter':
      return [
        ['Enter', 'keeps it'],
        ['Esc', 'shows everything'],
        ['!word', 'must not occur'],
      ]
    case 'nodes':
      return [
        [arrows, 'node'],
        ['k', 'kill'],
        ['r', 'restart'],
        ['s', 'sleep'],
        ['p', 'isolate'],
        ['h', 'heal'],
        ['i', 'prompt'],
        ['?', 'help'],
      ]
    case 'prompt': {
      if (editor.search !== null)
        return [
          ['ctrl-r', 'older'],
          ['Enter', 'runs it'],
          ['Esc', 'gives up'],
        ]
      // A guide's keys take much of the row, and the way out comes before the views.
      const out: Hint = ['ctrl-d', 'leaves']
      const nodes: Hint = ['Esc', 'nodes']
      const own: readonly Hint[] =
        guide === null ? [['?', 'help'], nodes, ...digits, out] : [[guide, ''], ['?', 'help'], out, nodes, ...digits]
      return [...own, ['Space', 'holds'], ['Tab', 'completes'], ['/', 'filter'], ['PgUp', 'scrolls']]
    }
  }
}
