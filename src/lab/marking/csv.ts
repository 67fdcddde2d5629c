/** Marks as comma-separated values (RFC 4180), for a spreadsheet that must not take a student's text for a formula. */
import type { MarkRow } from './types.ts'

const COLUMNS = ['student', 'block', 'points', 'of', 'failed', 'prediction', 'seed'] as const satisfies readonly (keyof MarkRow)[]

export function toCsv(rows: readonly MarkRow[]): string {
  const lines = [[...COLUMNS], ...rows.map((row) => COLUMNS.map((column) => String(row[column] ?? '')))]
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')
}

/** An apostrophe makes text of what a spreadsheet would compute. */
function cell(text: string): string {
  const safe = /^[\s'"]*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",;\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
