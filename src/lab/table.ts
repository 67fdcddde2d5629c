/** Rows of plain data as aligned columns: every view that prints a table uses it. */
export type Row = Readonly<Record<string, unknown>>

/** The heading, then a line a row. Columns as named; numbers stand right. */
export function tableLines(rows: readonly Row[], columns: readonly string[]): string[] {
  const cells = rows.map((row) => columns.map((column) => cell(row[column])))
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const right = columns.map((column) => rows.length > 0 && rows.every((row) => row[column] === null || typeof row[column] === 'number'))
  const line = (words: readonly string[]): string =>
    words
      .map((word, i) => (right[i] === true ? word.padStart(widths[i] ?? 0) : word.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(columns), ...cells.map(line)]
}

function cell(content: unknown): string {
  if (content === null || content === undefined) return '-'
  if (typeof content === 'boolean') return content ? 'yes' : 'no'
  const text = typeof content === 'object' ? JSON.stringify(content) : String(content)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
