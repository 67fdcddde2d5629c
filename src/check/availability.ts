/** Who was answered, while what was broken: a report rather than a judgement. */
import type { Operation } from '../history/operations.ts'
import type { FaultEvent, HistoryEvent } from '../history/types.ts'
import { countedOperations } from './elements.ts'
import type { Checker, Verdict } from './types.ts'
import { linesInOrder, nameOfOperation, percent, shareOf, showTime, who } from './words.ts'

const NS_PER_MS = 1e6
/** Operations are told apart by what was done to the cluster before them; a run with more faults than this shows the last ones. */
const MAX_PHASES = 12
/** More clients than these that see the same network are told as one. */
const MAX_ALONE = 3

/** The operations that a group of clients began in a stretch of time. */
export interface Cell {
  readonly group: string
  readonly sinceNs: number
  readonly asked: number
  /** Answered `ok`, not-found included. */
  readonly ok: number
  /** Reads answered that there is nothing. */
  readonly notFound: number
  readonly failed: number
  readonly unknown: number
  /** From the beginning of the stretch until the first of its operations was answered `ok`; null if none was. */
  readonly firstOkNs: number | null
}

/** `starts`: where the stretches begin, in order, the first at or before everything; `groupOf` tells the sides apart. */
export function availabilityOf(
  operations: readonly Operation[],
  starts: readonly number[],
  groupOf: (operation: Operation) => string = ({ invoke }) => who(invoke),
): Cell[] {
  const cells = new Map<string, Cell>()
  for (const operation of operations) {
    const { time } = operation.invoke
    const sinceNs = starts.findLast((start) => start <= time) ?? 0
    const group = groupOf(operation)
    const id = `${sinceNs} ${group}`
    const cell = cells.get(id) ?? { group, sinceNs, asked: 0, ok: 0, notFound: 0, failed: 0, unknown: 0, firstOkNs: null }
    cells.set(id, counted(cell, operation))
  }
  return [...cells.values()].sort((a, b) => a.sinceNs - b.sinceNs || (a.group < b.group ? -1 : 1))
}

/** Stretches of one second each, up to the last operation. */
export function seconds(operations: readonly Operation[]): number[] {
  const last = operations.reduce((latest, { invoke }) => Math.max(latest, invoke.time), 0)
  return Array.from({ length: Math.floor(last / 1e9) + 1 }, (_, second) => second * 1e9)
}

function counted(cell: Cell, { f, outcome, completion, invoke }: Operation): Cell {
  const ok = outcome === 'ok'
  const untilNs = ok && completion !== null ? completion.time - cell.sinceNs : null
  const first = cell.firstOkNs === null || (untilNs !== null && untilNs < cell.firstOkNs) ? untilNs : cell.firstOkNs
  // A cas that was refused for its value was answered all the same.
  const differs = outcome === 'fail' && completion?.error === 'differs'
  return {
    ...cell,
    asked: cell.asked + 1,
    ok: cell.ok + (ok || differs ? 1 : 0),
    notFound: cell.notFound + (ok && f === 'get' && invoke.key !== null && completion?.value === null ? 1 : 0),
    failed: cell.failed + (outcome === 'fail' && !differs ? 1 : 0),
    unknown: cell.unknown + (outcome === 'info' ? 1 : 0),
    firstOkNs: first,
  }
}

/** Never invalid: how available is available enough nobody said. */
export const availability: Checker = {
  name: 'availability',
  help: 'a report: who was answered between one fault and the next, not-found counted apart, and how long it took until the first',
  check: (history, _limits, faults = []) => report(history, faults),
}

/** What the CAP theorem calls available: whoever asks is answered. */
export const available: Checker = {
  name: 'available',
  help: 'every operation was answered, within a second; not-found is an answer',
  check: judge,
}

const ENOUGH_NS = 1e9

function report(history: readonly HistoryEvent[], faults: readonly FaultEvent[]): Verdict {
  const { operations, counts } = countedOperations(history)
  if (operations.length === 0) return { verdict: 'unknown', why: 'nothing was asked', witness: [], ...counts }
  return { verdict: 'valid', why: summary(operations), witness: [], rows: rows(operations, faults), ...counts }
}

function judge(history: readonly HistoryEvent[]): Verdict {
  const { operations, counts } = countedOperations(history)
  if (operations.length === 0) return { verdict: 'unknown', why: 'nothing was asked', witness: [], ...counts }
  const [first, ...others] = operations.filter((operation) => !inTime(operation))
  if (first === undefined) return { verdict: 'valid', why: `${summary(operations)}, each within a second`, witness: [], ...counts }
  const more = others.length === 0 ? '' : `, and ${others.length} more were not`
  const why = `${nameOfOperation(first)}, asked at ${showTime(first.invoke.time)}, was not answered within a second${more}: ${summary(operations)}`
  return { verdict: 'invalid', why, witness: linesInOrder([first]), ...counts }
}

function inTime({ outcome, completion, invoke }: Operation): boolean {
  const answeredIt = outcome === 'ok' || (outcome === 'fail' && completion?.error === 'differs')
  return answeredIt && completion !== null && completion.time - invoke.time <= ENOUGH_NS
}

function summary(operations: readonly Operation[]): string {
  const [all] = availabilityOf(operations, [0], () => 'all')
  if (all === undefined) return 'nothing was asked'
  const words = [`${shareOf(all.ok, all.asked)} answered`]
  if (all.notFound > 0) words.push(`${all.notFound} of them not-found`)
  if (all.failed > 0) words.push(`${all.failed} refused`)
  if (all.unknown > 0) words.push(`${all.unknown} never answered`)
  return words.join(', ')
}

function rows(operations: readonly Operation[], faults: readonly FaultEvent[]): string[][] {
  const phases = [{ time: 0, text: 'at first' }, ...faults].slice(-MAX_PHASES)
  const starts = [...new Set(phases.map(({ time }) => time))].sort((a, b) => a - b)
  const cells = availabilityOf(operations, [0, ...starts], sidesBy(operations, faults))
  const nameOf = (sinceNs: number) => phases.findLast(({ time }) => time === sinceNs)?.text ?? 'before'
  const head = ['since', 'who', 'asked', 'ok', 'not-found', 'refused', 'unknown', 'first ok after']
  return [head, ...cells.map((cell) => rowOf(cell, nameOf(cell.sinceNs)))]
}

/** Clients that some fault names stand alone; the others of a kind, `l1` to `l4`, see the same network and are one. */
function sidesBy(operations: readonly Operation[], faults: readonly FaultEvent[]): (operation: Operation) => string {
  const named = new Set(faults.flatMap(({ text }) => text.match(/\b[a-z]\d+\b/g) ?? []))
  const kinds = new Map<string, Set<string>>()
  const kindOf = (client: string) => client.replace(/\d+$/, '')
  for (const { invoke } of operations) {
    const client = who(invoke)
    if (named.has(client)) continue
    const members = kinds.get(kindOf(client)) ?? new Set()
    kinds.set(kindOf(client), members.add(client))
  }
  return ({ invoke }) => {
    const client = who(invoke)
    const members = kinds.get(kindOf(client))
    return named.has(client) || members === undefined || members.size <= MAX_ALONE ? client : `${members.size} ${kindOf(client)} clients`
  }
}

function rowOf({ sinceNs, group, asked, ok, notFound, failed, unknown, firstOkNs }: Cell, name: string): string[] {
  const first = firstOkNs === null ? 'never' : `${Math.round(firstOkNs / NS_PER_MS)} ms`
  return [`${showTime(sinceNs)} ${name}`, group, `${asked}`, percent(ok, asked), `${notFound}`, `${failed}`, `${unknown}`, first]
}
