import type { Operation } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import type { KvOperation, Value } from './kv-steps.ts'

const SHOWN = 40

/** A value as an answer shows it: `none` for absence, quoted where it holds a space or nothing, cut where it is long. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  return cut === '' || /[\s"]/.test(cut) ? JSON.stringify(cut) : cut
}

/** As an answer shows them: `eggs | milk`. */
export function showSiblings(values: readonly unknown[]): string {
  return values.map(showValue).join(' | ')
}

/** Of a read: siblings as an answer shows them, one value as it is. */
export function showAnswer(value: unknown): string {
  return Array.isArray(value) ? showSiblings(value) : showValue(value)
}

/** Nanoseconds of the run as seconds: `1.204s`. */
export function showTime(timeNs: number): string {
  return `${(timeNs / 1e9).toFixed(3)}s`
}

export function who(event: HistoryEvent): string {
  return event.client ?? `process ${event.process}`
}

/** `c1's put of Oslo`, `c3's get`, `c2's cas from Oslo to Bergen`. */
export function nameOf({ operation, step }: KvOperation): string {
  const owner = `${who(operation.invoke)}'s`
  switch (step.kind) {
    case 'see':
    case 'see-many':
    case 'see-not':
    case 'absurd':
      return `${owner} ${operation.f === 'cas' ? 'refused cas' : operation.f}`
    case 'write':
      return operation.f === 'del' ? `${owner} del` : `${owner} ${operation.f} of ${showValue(step.value)}`
    case 'swap':
      return `${owner} cas from ${showValue(step.from)} to ${showValue(step.to)}`
    case 'change':
      return `${owner} ${step.by} of ${showValue(step.operand)}`
  }
}

/** What its answer claims: `answered Oslo`. */
export function claimOf({ operation, step }: KvOperation): string {
  switch (step.kind) {
    case 'see':
      return operation.f === 'cas' ? `met ${showValue(step.value)}` : `answered ${showValue(step.value)}`
    case 'see-many':
      return `answered ${showSiblings(step.values)}`
    case 'see-not':
      return `met something other than ${showValue(step.value)}`
    case 'absurd':
      return 'was refused although it met the value it expected'
    case 'write':
      return `wrote ${showValue(step.value)}`
    case 'swap':
      return `found ${showValue(step.from)} and wrote ${showValue(step.to)}`
    case 'change':
      return step.result === undefined ? 'was acknowledged' : `answered ${showValue(step.result)}`
  }
}

export function beginTime({ operation }: KvOperation): string {
  return showTime(operation.invoke.time)
}

export function endTime({ operation }: KvOperation): string {
  return operation.completion === null ? 'never' : showTime(operation.completion.time)
}

/** `Oslo`, `Oslo or Bergen`, `Oslo, Bergen or none`. */
export function oneOf(values: readonly Value[]): string {
  const shown = values.map(showValue)
  const last = shown.pop() ?? 'nothing'
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`
}

/** The history lines of these operations, each once, in the order they happened. */
export function linesOf(operations: readonly KvOperation[]): HistoryEvent[] {
  return linesInOrder(operations.map(({ operation }) => operation))
}

/** The same for operations whose step nobody asked for. */
export function linesInOrder(operations: readonly Operation[]): HistoryEvent[] {
  const lines: { readonly at: number; readonly event: HistoryEvent }[] = []
  for (const operation of new Set(operations)) {
    lines.push({ at: operation.begin, event: operation.invoke })
    if (operation.completion !== null) lines.push({ at: Math.min(operation.end, Number.MAX_SAFE_INTEGER), event: operation.completion })
  }
  return lines.sort((a, b) => a.at - b.at || a.event.time - b.event.time).map(({ event }) => event)
}

/** Of an operation whose step nobody asked for: `c1's put of Oslo`, `c3's get`. */
export function nameOfOperation({ f, invoke }: Operation): string {
  const { value } = invoke
  const wrote = f === 'del' || value === null || value === undefined ? '' : ` of ${showValue(value)}`
  return `${who(invoke)}'s ${f}${wrote}`
}

/** When it was asked, and when it was answered. */
export function asked({ invoke }: Operation): string {
  return showTime(invoke.time)
}

export function answered({ completion }: Operation): string {
  return completion === null ? 'never' : showTime(completion.time)
}

/** `3 of 812 (0.4 %)`. */
export function shareOf(part: number, whole: number): string {
  return `${part} of ${whole} (${percent(part, whole)})`
}

/** `71 %`, `0.4 %`; and `99.9 %` is not all. */
export function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole
  if (share > 99 && share < 100) return `${Math.floor(share * 10) / 10} %`
  return `${share === 0 || share >= 10 ? Math.round(share) : Number(share.toPrecision(1))} %`
}

/** `x, y and 3 more were never read after the last acknowledged write`. */
export function neverRead(keys: readonly string[]): string {
  const shown = keys.slice(0, 5).map(showValue).join(', ')
  const more = keys.length > 5 ? ` and ${keys.length - 5} more` : ''
  return `${shown}${more} ${keys.length === 1 ? 'was' : 'were'} never read after the last acknowledged write`
}
