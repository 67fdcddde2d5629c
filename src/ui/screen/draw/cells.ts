/** Rows built cell by cell or column by column: equal tones join to one span, so that a frame is few escape sequences. */
import { cutToWidth, textWidth } from '../../../lab/text-width.ts'
import { type Row, rowWidth, type Span, type Style, span, type Tone } from '../../style.ts'

/** Exactly one cell wide. */
export interface Cell {
  readonly sign: string
  readonly tone: Tone
}

export const BLANK: Cell = { sign: ' ', tone: 'plain' }

export function joinCells(cells: readonly Cell[]): Row {
  const row: { text: string; tone: Tone }[] = []
  for (const { sign, tone } of cells) {
    const last = row.at(-1)
    // A blank looks the same in every tone but the one that paints the ground.
    if (last !== undefined && (last.tone === tone || (sign === ' ' && tone === 'plain' && last.tone !== 'reverse'))) last.text += sign
    else row.push({ text: sign, tone })
  }
  return row
}

/** At most so many cells, the cut shown by an ellipsis, or its twin. */
export function clip(text: string, cells: number, style: Style): string {
  if (cells <= 0) return ''
  return textWidth(text) <= cells ? text : `${cutToWidth(text, cells - 1)}${style.ascii ? '~' : '…'}`
}

/** The text in exactly so many cells. */
export function column(text: string, cells: number, style: Style, align: 'left' | 'right' | 'centre' = 'left'): string {
  const cut = clip(text, cells, style)
  const free = Math.max(0, cells - textWidth(cut))
  const before = align === 'left' ? 0 : align === 'right' ? free : Math.floor(free / 2)
  return ' '.repeat(before) + cut + ' '.repeat(free - before)
}

/** The row cut to `cells`. */
export function clipRow(row: Row, cells: number, style: Style): Row {
  if (rowWidth(row) <= cells) return row
  const fitted: Span[] = []
  let left = cells
  for (const [i, one] of row.entries()) {
    const width = textWidth(one.text)
    const last = i === row.length - 1
    if (width < left || (width === left && last)) {
      fitted.push(one)
      left -= width
      continue
    }
    // What is cut ends in the ellipsis, so a span that just reaches the edge loses its last cell too.
    if (left > 0) fitted.push(span(clip(width === left ? `${one.text} ` : one.text, left, style), one.tone))
    break
  }
  return fitted
}

/** Spans side by side with two blanks between, those that are empty left out. */
export function spaced(parts: readonly (Span | null)[]): Row {
  return parts.flatMap((part, i) => (part === null || part.text === '' ? [] : i === 0 ? [part] : [span('  '), part]))
}
