import { BadHistory } from './bad-history.ts'
import type { HistoryEvent } from './types.ts'

/** An invoke and its end. Line order is the clock: positions, not times, decide what came before what. */
export interface Operation {
  readonly f: string
  readonly key: string | null
  readonly outcome: 'ok' | 'fail' | 'info'
  readonly invoke: HistoryEvent
  /** Null if the history ends, or says `info`, without an answer: it may have happened, or may still happen. */
  readonly completion: HistoryEvent | null
  /** Position of the invoke in the history, from 0. */
  readonly begin: number
  /** Position of the answer; Infinity while the outcome is unknown. */
  readonly end: number
}

/** Throws BadHistory where a line answers nothing, or a process does two things at once. */
export function pairOperations(history: readonly HistoryEvent[]): Operation[] {
  const operations: (Operation | null)[] = []
  const pending = new Map<number, { readonly slot: number; readonly invoke: HistoryEvent; readonly begin: number }>()
  for (const [position, event] of history.entries()) {
    const started = pending.get(event.process)
    if (event.type === 'invoke') {
      if (started !== undefined)
        throw new BadHistory(position + 1, `process ${event.process} invokes ${event.f} while its ${started.invoke.f} is pending`)
      pending.set(event.process, { slot: operations.length, invoke: event, begin: position })
      operations.push(null)
      continue
    }
    if (started === undefined)
      throw new BadHistory(position + 1, `process ${event.process} has an answer (${event.type}) without an invoke`)
    if (started.invoke.f !== event.f) {
      throw new BadHistory(position + 1, `process ${event.process} invoked ${started.invoke.f} but the answer says ${event.f}`)
    }
    pending.delete(event.process)
    operations[started.slot] = finish(started.invoke, started.begin, event, position)
  }
  for (const { slot, invoke, begin } of pending.values()) operations[slot] = finish(invoke, begin, null, Number.POSITIVE_INFINITY)
  return operations.filter((operation) => operation !== null)
}

function finish(invoke: HistoryEvent, begin: number, completion: HistoryEvent | null, position: number): Operation {
  const outcome = completion === null || completion.type === 'invoke' ? 'info' : completion.type
  const end = outcome === 'info' ? Number.POSITIVE_INFINITY : position
  return { f: invoke.f, key: invoke.key, outcome, invoke, completion, begin, end }
}
