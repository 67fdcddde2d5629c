import type { HistoryEvent } from '../history/types.ts'
import { table } from './table.ts'
import type { Verdict } from './types.ts'
import { showAnswer, showValue, who } from './words.ts'

interface Row {
  readonly who: string
  readonly did: string
  readonly from: string
  readonly to: string
  readonly answer: string
}

/** A verdict for a terminal: the sentence, what was measured, then the operations that show it as a table, times in milliseconds. */
export function explain(verdict: Verdict): string[] {
  const first = [`${verdict.verdict}: ${verdict.why}`, ...table(verdict.rows ?? []).map((line) => `  ${line}`)]
  if (verdict.witness.length === 0) return first
  const head: Row = { who: 'who', did: 'asked', from: 'from ms', to: 'to ms', answer: 'answer' }
  const rows = [head, ...rowsOf(verdict.witness)]
  const width = (pick: (row: Row) => string) => Math.max(...rows.map((row) => pick(row).length))
  const widths = {
    who: width(({ who: text }) => text),
    did: width(({ did }) => did),
    from: width(({ from }) => from),
    to: width(({ to }) => to),
  }
  const lines = rows.map((row) =>
    [row.who.padEnd(widths.who), row.did.padEnd(widths.did), row.from.padStart(widths.from), row.to.padStart(widths.to), row.answer].join(
      '  ',
    ),
  )
  return [...first, ...lines.map((line) => `  ${line.trimEnd()}`)]
}

function rowsOf(witness: readonly HistoryEvent[]): Row[] {
  const rows: Row[] = []
  const open = new Map<number, number>()
  for (const event of witness) {
    if (event.type === 'invoke') {
      open.set(event.process, rows.length)
      rows.push({ who: who(event), did: explainedQuestion(event), from: showMs(event.time), to: '…', answer: 'no answer' })
      continue
    }
    const at = open.get(event.process)
    const row = at === undefined ? undefined : rows[at]
    if (at === undefined || row === undefined) continue
    rows[at] = { ...row, to: event.type === 'info' ? '…' : showMs(event.time), answer: explainedAnswer(event) }
    open.delete(event.process)
  }
  return rows
}

/** `put city Oslo`. */
export function explainedQuestion({ f, key, value }: HistoryEvent): string {
  const words = [f, ...(key === null ? [] : [showValue(key)])]
  if (Array.isArray(value)) words.push(...value.map(showValue))
  else if (value !== null && value !== undefined) words.push(showValue(value))
  return words.join(' ')
}

/** `ok`, a value, `unknown timeout`. */
export function explainedAnswer({ type, f, value, error, was }: HistoryEvent): string {
  switch (type) {
    case 'fail':
      return was === undefined ? `fail ${error ?? ''}` : `fail ${error ?? 'differs'}: it was ${showValue(was)}`
    case 'info':
      return `unknown ${error ?? ''}`
    default:
      return ['put', 'del', 'cas', 'write'].includes(f) ? 'ok' : f === 'get' ? showAnswer(value) : showValue(value)
  }
}

function showMs(timeNs: number): string {
  return (timeNs / 1e6).toFixed(1)
}
