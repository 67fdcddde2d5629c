/** Operations counted from the history as it stands, without pairing all of it: expectations ask many times a second. */
import type { HistoryEvent } from '../history/types.ts'

/** Operations that began at or after `sinceNs` and ended so; of one client, or of all if null. */
export function countOutcomes(
  history: readonly HistoryEvent[],
  outcome: 'ok' | 'fail' | 'info',
  sinceNs: number,
  client: string | null,
): number {
  const begun = new Set<number>()
  let count = 0
  for (let at = firstSince(history, sinceNs); at < history.length; at++) {
    const event = history[at]
    if (event === undefined || (client !== null && event.client !== client)) continue
    if (event.type === 'invoke') begun.add(event.process)
    else if (begun.delete(event.process) && event.type === outcome) count += 1
  }
  return count
}

/** How long each answered operation that began at or after `sinceNs` took, in the order of the answers. */
export function latenciesNs(history: readonly HistoryEvent[], sinceNs: number): number[] {
  const begun = new Map<number, number>()
  const taken: number[] = []
  for (let at = firstSince(history, sinceNs); at < history.length; at++) {
    const event = history[at]
    if (event === undefined) continue
    const startNs = begun.get(event.process)
    if (event.type === 'invoke') begun.set(event.process, event.time)
    else if (begun.delete(event.process) && event.type === 'ok' && startNs !== undefined) taken.push(event.time - startNs)
  }
  return taken
}

/** The history is in time order. */
function firstSince(history: readonly HistoryEvent[], sinceNs: number): number {
  let low = 0
  let high = history.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((history[middle]?.time ?? 0) < sinceNs) low = middle + 1
    else high = middle
  }
  return low
}

export interface ShownOperation {
  readonly invoke: HistoryEvent
  /** Null: not answered yet. */
  readonly completion: HistoryEvent | null
}

/** The operations that began last, oldest first. */
export function newestOperations(history: readonly HistoryEvent[], count: number): readonly ShownOperation[] {
  const answers = new Map<number, HistoryEvent>()
  const shown: ShownOperation[] = []
  for (let at = history.length - 1; at >= 0 && shown.length < count; at--) {
    const event = history[at]
    if (event === undefined) continue
    if (event.type !== 'invoke') {
      answers.set(event.process, event)
      continue
    }
    shown.push({ invoke: event, completion: answers.get(event.process) ?? null })
    answers.delete(event.process)
  }
  return shown.reverse()
}
