/** What the bottom of the screen shows, as rows: banner, pending operations, status, prompt, and one row below it that is always there. */

import { cutToWidth, ellipsize, printable, textWidth, wrapWords } from '../lab/text-width.ts'
import type { LabSnapshot } from '../lab/types.ts'
import type { HealthState } from '../modes/mode.ts'
import type { EditorState } from './line-editor.ts'
import { fitRow, type Row, rowWidth, type Span, type Style, span, type Tone } from './style.ts'

export interface Pending {
  readonly line: string
  readonly sinceMs: number
}

export interface Hint {
  readonly text: string
  readonly tone: Tone
}

export interface ViewModel {
  readonly editor: EditorState
  readonly pending: readonly Pending[]
  readonly snapshot: LabSnapshot
  /** Nothing has answered yet, and nobody expects it. */
  readonly starting: boolean
  /** The known-bad variant in force, or `none`. */
  readonly bug: string
  /** An error or a question below the prompt; candidates come before it. */
  readonly hint: Hint | null
  /** Three things to try, until the first fault. */
  readonly banner: boolean
  readonly nowMs: number
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Frame {
  readonly rows: readonly Row[]
  readonly cursorRow: number
  readonly cursorColumn: number
}

const GLYPH = '> '
const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** Every row is narrower than the screen, so none wraps and none leaves the terminal in its pending-wrap state. */
export function viewFrame(model: ViewModel, size: Size, style: Style): Frame {
  const cells = Math.max(1, size.columns - 1)
  const fixed = 3
  const banner = model.banner && size.rows >= 8 ? bannerRows(model.snapshot, cells) : []
  // Half the screen at most: the lines that scroll above are what the pending ones become.
  const room = Math.max(1, Math.floor(size.rows / 2) - fixed)
  const prompt = promptRow(model.editor, cells)
  const rows = [...banner, ...pendingRows(model, room, style), statusRow(model, cells, style), prompt.row, hintRow(model, cells)].map(
    (row) => fitRow(row, cells),
  )
  return { rows, cursorRow: rows.length - 2, cursorColumn: prompt.column }
}

function bannerRows(snapshot: LabSnapshot, cells: number): readonly Row[] {
  const count = snapshot.nodes.length
  const { claim, tries } = snapshot.banner ?? { claim: 'keep one store', tries: ['put city Oslo', 'get city'] }
  const servers = count === 1 ? 'One server keeps one store.' : `${numbers[count] ?? count} servers ${claim}.`
  const text = `${servers} Try: ${tries.join(' · ')}. New to this? labs`
  return wrapWords(text, cells).map((line) => [span(line, 'dim')])
}

function pendingRows({ pending, nowMs }: ViewModel, room: number, style: Style): readonly Row[] {
  const shown = pending.length > room ? pending.slice(0, room - 1) : pending
  const rows: Row[] = shown.map((one) => {
    const seconds = Math.floor((nowMs - one.sinceMs) / 1000)
    const waited = seconds < 1 ? '' : `  ${seconds} s`
    return [span(style.ascii ? '~ ' : '… ', 'accent'), span(printable(one.line)), span(waited, 'dim')]
  })
  const rest = pending.length - shown.length
  return rest === 0 ? rows : [...rows, [span(`  and ${rest} more`, 'dim')]]
}

const tones: Readonly<Record<HealthState, Tone>> = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' }
const signs: Readonly<Record<HealthState, string>> = { healthy: '●', degraded: '◐', unhealthy: '✗' }
const plainSigns: Readonly<Record<HealthState, string>> = { healthy: '+', degraded: '!', unhealthy: 'x' }

/** A reason shorter than this says nothing. Cells, its colon included. */
const LEAST_REASON = 12

/**
 * Never colour alone: sign and word say it too. The reason gives way first when the row is full; the prediction shows only where it says
 * something else.
 */
function statusRow(model: ViewModel, cells: number, style: Style): Row {
  const { snapshot, bug } = model
  const broken = bug === 'none' ? [] : [span(`  bug=${bug}`, 'bad')]
  if (model.starting) return [span(`${style.ascii ? '~' : '◌'} starting`, 'accent'), ...broken]
  const { observed, failed, faults } = snapshot
  const head = span(`${(style.ascii ? plainSigns : signs)[observed.state]} ${observed.state}`, tones[observed.state])
  const rest: Span[] = [
    ...predictedSpans(snapshot),
    ...factSpans(snapshot),
    span(`  failed ${failed}`, failed === 0 ? 'plain' : 'warn'),
    ...broken,
    ...(faults.length === 0 ? [] : [span(`  ${faults.map(printable).join(' · ')}`, 'warn')]),
  ]
  const room = cells - rowWidth([head, ...rest])
  const reason = observed.state === 'healthy' || room < LEAST_REASON ? [] : [span(ellipsize(`: ${printable(observed.why)}`, room), 'dim')]
  return [head, ...reason, ...rest]
}

/** Who leads; or, where nobody does, what the mode shows in that place. */
function factSpans({ facts, leader, term }: LabSnapshot): readonly Span[] {
  if (facts !== undefined)
    return facts.map(({ name, value, warn }) => span(`  ${printable(`${name} ${value}`)}`, warn === true ? 'warn' : 'plain'))
  const led = span(leader === null ? '  no leader' : `  leader ${leader}`, leader === null ? 'warn' : 'plain')
  return term === null ? [led] : [led, span(`  term ${term}`)]
}

function predictedSpans({ observed, predicted }: LabSnapshot): readonly Span[] {
  if (predicted.state === observed.state) return []
  return [span(`  (predicted ${predicted.uncertain ? 'perhaps ' : ''}${predicted.state})`, 'dim')]
}

/** The part of the line around the cursor that fits; the cursor is placed by state, never by what was drawn. */
function promptRow(editor: EditorState, cells: number): { readonly row: Row; readonly column: number } {
  const glyph = editor.search === null ? GLYPH : `(search "${printable(editor.search.query)}") `
  const head = cutToWidth(glyph, Math.max(0, cells - 8))
  const room = Math.max(1, cells - textWidth(head) - 1)
  const { from, column } = slide(editor.line, editor.cursor, room)
  const tone: Tone = editor.search === null ? 'bold' : 'accent'
  return { row: [span(head, tone), span(cutToWidth(editor.line.slice(from), room))], column: textWidth(head) + column }
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

function hintRow({ editor, hint }: ViewModel, cells: number): Row {
  if (editor.choice !== null) return choiceRow(editor.choice.candidates, editor.choice.chosen, cells)
  return hint === null ? [] : [span(printable(hint.text).replaceAll('\n', ' '), hint.tone)]
}

/** The chosen candidate is always among those shown. */
function choiceRow(candidates: readonly string[], chosen: number, cells: number): Row {
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
  return candidates.slice(first).map((word, at) => span(`${word}  `, first + at === chosen ? 'accent' : 'dim'))
}
