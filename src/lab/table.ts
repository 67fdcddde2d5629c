/** Rows of plain data as aligned columns: every view that prints a table uses it. */
import { ellipsize, printable, textWidth } from './text-width.ts'

export type Row = Readonly<Record<string, unknown>>

/** A value is known by its first letters; whole ones are what `get` is for. */
const WIDEST_CELL = 24

/** The heading, then a line a row. Columns as named; numbers stand right. The first names its row and stands whole: it may be typed again. */
export function tableLines(rows: readonly Row[], columns: readonly string[]): string[] {
  const cells = rows.map((row) => columns.map((column, i) => cell(row[column], i === 0 ? Number.POSITIVE_INFINITY : WIDEST_CELL)))
  const widths = columns.map((column, i) => Math.max(textWidth(column), ...cells.map((row) => textWidth(row[i] ?? ''))))
  const right = columns.map((column) => rows.length > 0 && rows.every((row) => row[column] === null || typeof row[column] === 'number'))
  const line = (words: readonly string[]): string =>
    words
      .map((word, i) => {
        const blanks = ' '.repeat((widths[i] ?? 0) - textWidth(word))
        return right[i] === true ? blanks + word : word + blanks
      })
      .join('  ')
      .trimEnd()
  return [line(columns), ...cells.map(line)]
}

function cell(content: unknown, widest: number): string {
  if (content === null || content === undefined) return '-'
  if (typeof content === 'boolean') return content ? 'yes' : 'no'
  const text = typeof content === 'object' ? JSON.stringify(content) : String(content)
  return ellipsize(printable(text).replaceAll('\n', '\\n'), widest)
}
