/** Lines of dots: a braille cell is two dots wide and four high (Unicode U+2800, one bit a dot). */

const BLANK = 0x2800
/** Bits of a cell's left and right column, from its lowest dot up. */
const LEFT = [0x40, 0x04, 0x02, 0x01] as const
const RIGHT = [0x80, 0x20, 0x10, 0x08] as const

/**
 * The newest `cells * 2` values as a filled curve of `rows` rows, the top one first. `top` is what the highest dot stands for; the largest value
 * shown if left out. What is above nothing shows one dot at least, so that little is told from nothing.
 */
export function brailleRows(values: readonly number[], cells: number, rows: number, top?: number): readonly string[] {
  const shown = values.slice(-cells * 2)
  const padded = [...Array.from({ length: cells * 2 - shown.length }, () => 0), ...shown]
  const highest = Math.max(top ?? 0, ...(top === undefined ? shown : []), Number.MIN_VALUE)
  const heights = padded.map((value) => (value > 0 ? Math.min(rows * 4, Math.max(1, Math.round((value / highest) * rows * 4))) : 0))
  return Array.from({ length: rows }, (_, row) => {
    const floor = (rows - 1 - row) * 4
    let text = ''
    for (let cell = 0; cell < cells; cell++) {
      const left = column((heights[cell * 2] ?? 0) - floor, LEFT)
      const right = column((heights[cell * 2 + 1] ?? 0) - floor, RIGHT)
      text += String.fromCharCode(BLANK + left + right)
    }
    return text
  })
}

export function brailleLine(values: readonly number[], cells: number): string {
  return brailleRows(values, cells, 1)[0] ?? ''
}

function column(height: number, bits: readonly number[]): number {
  return bits.slice(0, Math.max(0, Math.min(4, height))).reduce((sum, bit) => sum + bit, 0)
}
