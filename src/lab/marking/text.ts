/** Marking as text: a line for each student when it is done, one table at the end. */
import { duration } from '../../report/format.ts'
import { alignedLines } from '../../report/verdict-table.ts'
import type { MarkResult, StudentMarked } from './mark-labs.ts'
import type { MarkRow } from './types.ts'

export function studentLines({ student, rows, incidents, again, ms }: StudentMarked): readonly string[] {
  const full = rows.every(({ failed }) => failed === null)
  const reasons = [...new Set(rows.flatMap(({ failed }) => failed ?? []))]
  const more = [...incidents, ...reasons, ...(full ? [] : again.map((command) => `again: ${command}`))]
  return [`${full ? '✓' : '✗'} ${student}  ${sumOf(rows)}  ${duration(ms)}`, ...more.map((text) => `    ${text}`)]
}

export function markTable({ rows, students, ms }: MarkResult): readonly string[] {
  const cells = rows.map((row) => [row.student, row.block, `${row.points} of ${row.of}`, row.prediction])
  const count = `${students} ${students === 1 ? 'student' : 'students'}`
  return [
    '',
    ...alignedLines([['student', 'block', 'points', 'prediction'], ...cells]),
    '',
    `${count}, ${sumOf(rows)} points in ${duration(ms)}`,
  ]
}

function sumOf(rows: readonly MarkRow[]): string {
  const sum = (pick: (row: MarkRow) => number): number => rows.reduce((all, row) => all + pick(row), 0)
  return `${sum(({ points }) => points)} of ${sum(({ of }) => of)}`
}
