/** Words for people: lines of at most 80 columns, other people's bytes made harmless, numbers and their nouns. */

export const WIDTH = 80

/** The heading, then a line a row. Columns whose cells are all numbers or `-` stand right; the last is cut where the screen ends. */
export function columns(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [heading, ...rows]
  const widths = heading.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)))
  const right = heading.map((_, i) => rows.length > 0 && rows.every((cells) => /^(?:[\d,.]+(?: %)?|-)$/.test(cells[i] ?? '')))
  return lines.map((cells) => {
    const padded = cells.map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
    return cut(padded.join('  ').trimEnd(), WIDTH)
  })
}

/** Words in lines, what goes on standing in by two. */
export function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && cellsOf(last) + 1 + cellsOf(word) <= WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(lines.length === 0 ? word : `  ${word}`)
  }
  return lines.map((line) => cut(line, WIDTH))
}

/** Other people's bytes: control characters are shown as a dot, and what is too long ends in an ellipsis. */
export function shown(text: string, cells: number): string {
  return cut(text.replace(/\p{Cc}/gu, '·'), cells)
}

function cut(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text
  let kept = ''
  let width = 0
  for (const char of text) {
    width += cellsOf(char)
    if (width > cells - 1) break
    kept += char
  }
  return `${kept}…`
}

/** Punctuation and blocks that we draw with ourselves. */
const NARROW = /[\u2000-\u206f\u2500-\u259f]/

/** Never fewer than a terminal takes: what may be wide counts as wide. */
function cellsOf(text: string): number {
  let width = 0
  for (const char of text) width += char < '\u1100' || NARROW.test(char) ? 1 : 2
  return width
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** 10000 as `10,000`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}
