/** What the views have in common: rows that stay at the top and at the bottom, and between them a list that scrolls. */
import type { Scene } from '../../../stream/scene.ts'
import { type Row, rowWidth, type Style, span } from '../../style.ts'
import { clipRow } from '../draw/cells.ts'
import type { Area, BodyView, ViewState } from '../types.ts'

export interface Sheet {
  /** The first of them is the title. */
  readonly head: readonly Row[]
  readonly body: readonly Row[]
  readonly foot: readonly Row[]
}

/** What a view is told. `need`: rows of the body, counted from where it begins, beyond which nothing is looked at. */
export interface Request {
  readonly scene: Scene
  readonly state: ViewState
  readonly area: Area
  readonly style: Style
  readonly need: number
}

interface SheetSpec {
  readonly digit: string
  readonly name: string
  readonly help: string
  readonly begins: 'top' | 'bottom'
  sheet(request: Request): Sheet
}

/** Views stand as far from the left edge as the rest of the screen, where a column matters little. */
const INSET_FROM_COLUMNS = 40

/** Nothing keeps more rows than this, so nobody scrolls further. */
const MOST_ROWS = 10_000

export function sheetView({ digit, name, help, begins, sheet }: SheetSpec): BodyView {
  const inset = (area: Area): number => (area.columns >= INSET_FROM_COLUMNS ? 1 : 0)
  const draw = (scene: Scene, state: ViewState, area: Area, style: Style, need: number): Sheet =>
    sheet({ scene, state, area: { ...area, columns: area.columns - inset(area) }, style, need: Math.min(need, MOST_ROWS) })
  return {
    digit,
    name,
    help,
    begins,
    extent(scene, state, area, style) {
      const { head, body, foot } = draw(scene, state, area, style, MOST_ROWS)
      return Math.max(0, body.length - roomFor(head.length, foot.length, area.rows).body)
    },
    rows(scene, state, area, style) {
      if (area.rows <= 0 || area.columns <= 0) return []
      // A row more than is shown, so that it is known whether there is one.
      const drawn = draw(scene, state, area, style, state.scroll + area.rows + 1)
      const room = roomFor(drawn.head.length, drawn.foot.length, area.rows)
      const scroll = Math.min(Math.max(0, state.scroll), Math.max(0, drawn.body.length - room.body))
      const first = begins === 'top' ? scroll : Math.max(0, drawn.body.length - room.body - scroll)
      const body = drawn.body.slice(first, first + room.body)
      const more = { above: first, below: drawn.body.length - first - body.length }
      const columns = area.columns - inset(area)
      const head = drawn.head.slice(0, room.head).map((row, i) => (i === 0 ? titled(row, more, columns, style) : row))
      const margin = inset(area) === 0 ? [] : [span(' ')]
      return [...head, ...body, ...drawn.foot.slice(0, room.foot)].map((row) => [...margin, ...clipRow(row, columns, style)])
    },
  }
}

/** The body keeps half of few rows; then the head, then the foot get what is left. */
function roomFor(head: number, foot: number, rows: number): { readonly head: number; readonly body: number; readonly foot: number } {
  const heads = Math.min(head, Math.max(0, Math.floor(rows / 2)))
  const feet = Math.min(foot, Math.max(0, Math.floor((rows - heads) / 2)))
  return { head: heads, body: Math.max(0, rows - heads - feet), foot: feet }
}

/** The title with what is out of sight at its right edge. */
function titled(row: Row, { above, below }: { readonly above: number; readonly below: number }, columns: number, style: Style): Row {
  const signs = style.ascii ? ['^', 'v'] : ['↑', '↓']
  const words = [above > 0 ? `${signs[0]} more` : '', below > 0 ? `${signs[1]} more` : ''].filter((word) => word !== '').join(' ')
  if (words === '') return row
  const room = columns - words.length - 2
  if (room < 8) return row
  const cut = clipRow(row, room, style)
  return [...cut, span(`${' '.repeat(room - rowWidth(cut))}  ${words}`, 'dim')]
}

/** `messages  repeated ones folded · only /vote`: the name of a view and what it says about itself. Empty words are left out. */
export function title(name: string, words: readonly string[], style: Style): Row {
  const said = words.filter((word) => word !== '').join(style.ascii ? ', ' : ' · ')
  return [span(name, 'bold'), span(said === '' ? '' : `  ${said}`, 'dim')]
}
