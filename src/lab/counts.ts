/** Operations counted from the history as it stands, without pairing all of it: expectations ask many times a second. */
import type { EventColumns } from '../history/event-columns.ts'
import type { HistoryEvent } from '../history/types.ts'

/** Operations that began at or after `sinceNs` and ended so; of one client, or of all if null. */
export function countOutcomes(history: EventColumns, outcome: 'ok' | 'fail' | 'info', sinceNs: number, client: string | null): number {
  const begun = new Set<number>()
  let count = 0
  for (let at = firstSince(history, sinceNs); at < history.length; at++) {
    if (client !== null && history.clientAt(at) !== client) continue
    const [type, process] = [history.typeAt(at), history.processAt(at)]
    if (type === 'invoke') begun.add(process)
    else if (begun.delete(process) && type === outcome) count += 1
  }
  return count
}

/** How long each answered operation that began at or after `sinceNs` took, in the order of the answers. */
export function latenciesNs(history: EventColumns, sinceNs: number): number[] {
  const begun = new Map<number, number>()
  const taken: number[] = []
  for (let at = firstSince(history, sinceNs); at < history.length; at++) {
    const [type, process, time] = [history.typeAt(at), history.processAt(at), history.timeAt(at)]
    const startNs = begun.get(process)
    if (type === 'invoke') begun.set(process, time)
    else if (begun.delete(process) && type === 'ok' && startNs !== undefined) taken.push(time - startNs)
  }
  return taken
}

/** The history is in time order. */
function firstSince(history: EventColumns, sinceNs: number): number {
  let low = 0
  let high = history.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (history.timeAt(middle) < sinceNs) low = middle + 1
    else high = middle
  }
  return low
}

/** Of the last `events`, each once. */
export function newestKeys(history: EventColumns, events: number): string[] {
  const keys = new Set<string>()
  for (let at = Math.max(0, history.length - events); at < history.length; at++) {
    const key = history.keyAt(at)
    if (key !== null) keys.add(key)
  }
  return [...keys]
}

export interface ShownOperation {
  readonly invoke: HistoryEvent
  /** Null: not answered yet. */
  readonly completion: HistoryEvent | null
}

/** The operations that began last, oldest first. */
export function newestOperations(history: EventColumns, count: number): readonly ShownOperation[] {
  const answers = new Map<number, HistoryEvent>()
  const shown: ShownOperation[] = []
  for (let at = history.length - 1; at >= 0 && shown.length < count; at--) {
    const event = history.eventAt(at)
    if (event.type !== 'invoke') {
      answers.set(event.process, event)
      continue
    }
    shown.push({ invoke: event, completion: answers.get(event.process) ?? null })
    answers.delete(event.process)
  }
  return shown.reverse()
}
