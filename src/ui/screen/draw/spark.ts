/** Small curves and bars. Braille has 2 × 4 dots a cell, blocks have eighths; the ASCII twins are coarser. */
import type { Style } from '../../style.ts'

/** Null: nothing was measured there, which is not zero. */
export type Reading = number | null

/** Bits of a braille cell's dots from the bottom up, left column and right (Unicode, "Braille Patterns"). */
const LEFT = [0x40, 0x04, 0x02, 0x01] as const
const RIGHT = [0x80, 0x20, 0x10, 0x08] as const
const BRAILLE = 0x2800
const RAMP = ' .:-=+*#'

/**
 * `rows` texts of `cells` cells, the highest first, filled from below; the newest reading at the right. Two readings a cell, in ASCII the
 * larger of the two. A reading above zero shows, however small. `top` is the top of the scale, the
 * largest of those shown if left out.
 */
export function sparkRows(readings: readonly Reading[], cells: number, rows: number, style: Style, top?: number): string[] {
  const wanted = Math.max(0, cells) * 2
  const newest = readings.slice(Math.max(0, readings.length - wanted))
  const most = top ?? peak(newest)
  const padded = [...Array.from({ length: wanted - newest.length }, (): Reading => null), ...newest]
  const steps = style.ascii ? RAMP.length - 1 : 4
  const heights = padded.map((reading) => heightOf(reading, most, rows * steps))
  return Array.from({ length: rows }, (_, row) => {
    const floor = (rows - 1 - row) * steps
    let text = ''
    for (let cell = 0; cell < wanted; cell += 2) {
      const left = Math.min(steps, Math.max(0, (heights[cell] ?? 0) - floor))
      const right = Math.min(steps, Math.max(0, (heights[cell + 1] ?? 0) - floor))
      text += style.ascii ? (RAMP[Math.max(left, right)] ?? ' ') : brailleCell(left, right)
    }
    return text
  })
}

/** One row of `sparkRows`. */
export function sparkline(readings: readonly Reading[], cells: number, style: Style, top?: number): string {
  return sparkRows(readings, cells, 1, style, top)[0] ?? ''
}

/** The largest reading, 0 if there is none. */
export function peak(readings: readonly Reading[]): number {
  return readings.reduce<number>((most, one) => (one !== null && one > most ? one : most), 0)
}

function heightOf(reading: Reading, most: number, steps: number): number {
  if (reading === null || !(reading > 0) || !(most > 0)) return 0
  return Math.min(steps, Math.max(1, Math.round((reading / most) * steps)))
}

function brailleCell(left: number, right: number): string {
  let dots = 0
  for (let i = 0; i < 4; i++) dots |= (i < left ? (LEFT[i] ?? 0) : 0) | (i < right ? (RIGHT[i] ?? 0) : 0)
  return dots === 0 ? ' ' : String.fromCharCode(BRAILLE + dots)
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const
const LEVELS = ' ▁▂▃▄▅▆▇█'
const ASCII_LEVELS = ' .:-=+*#@'

/** A bar from the left that fills `share` (0 to 1) of `cells`, with blanks to the end. A share above zero shows. */
export function bar(share: number, cells: number, style: Style): string {
  const clamped = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))
  const least = clamped > 0 ? 1 : 0
  if (style.ascii)
    return '#'
      .repeat(Math.max(least, Math.round(clamped * cells)))
      .padEnd(cells)
      .slice(0, cells)
  const eighths = Math.max(least, Math.round(clamped * cells * 8))
  const text = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
  return text.padEnd(cells).slice(0, Math.max(0, cells))
}

/** One cell that is filled from below by `share` (0 to 1). A share above zero shows. */
export function level(share: number, style: Style): string {
  const clamped = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))
  const step = clamped > 0 ? Math.max(1, Math.round(clamped * 8)) : 0
  return (style.ascii ? ASCII_LEVELS : LEVELS)[step] ?? ' '
}
