/** Operations from the lines of a history, one by one as they end, and their words. */
import { explainedAnswer, explainedQuestion } from '../../check/explain.ts'
import type { HistoryEvent } from '../../history/types.ts'
import { type Fields, numberOf, textOf } from './json-lines.ts'
import type { ShownOperation } from './types.ts'

/** More than this pending at once is no history of ours. */
const MOST_PENDING = 100_000
const TYPES = ['invoke', 'ok', 'fail', 'info'] as const

/** Feed it lines in order; it answers with the operation that a line ends. */
export class Pairing {
  readonly #pending = new Map<number, HistoryEvent>()

  hear(event: HistoryEvent): ShownOperation | null {
    if (event.type === 'invoke') {
      if (this.#pending.size < MOST_PENDING) this.#pending.set(event.process, event)
      return null
    }
    const invoke = this.#pending.get(event.process)
    if (invoke === undefined) return null
    this.#pending.delete(event.process)
    return shownOperation(invoke, event)
  }

  /** Those that nobody answered. */
  rest(): readonly ShownOperation[] {
    return [...this.#pending.values()].map((invoke) => shownOperation(invoke, null))
  }
}

export function operationsOf(events: readonly HistoryEvent[]): readonly ShownOperation[] {
  const pairing = new Pairing()
  const ended = events.flatMap((event) => pairing.hear(event) ?? [])
  return [...ended, ...pairing.rest()].sort((a, b) => a.beginNs - b.beginNs)
}

function shownOperation(invoke: HistoryEvent, completion: HistoryEvent | null): ShownOperation {
  const outcome = completion === null || completion.type === 'invoke' ? 'info' : completion.type
  return {
    client: invoke.client ?? `process ${invoke.process}`,
    process: invoke.process,
    beginNs: invoke.time,
    endNs: completion?.time ?? null,
    outcome,
    asked: explainedQuestion(invoke),
    answered: completion === null ? 'no answer' : explainedAnswer(completion),
    key: invoke.key,
    node: completion?.node ?? null,
  }
}

/** The same operation in the history and in a witness. */
export function identityOf({ process, beginNs }: Pick<ShownOperation, 'process' | 'beginNs'>): string {
  return `${process}@${beginNs}`
}

/** A line of a history; null for one that is no client's. `value` may be anything: its words show it as it is. */
export function historyEventOf(fields: Fields | null): HistoryEvent | null {
  if (fields === null || numberOf(fields.process) === null || numberOf(fields.time) === null || textOf(fields.f) === null) return null
  const { type, key, client, node, error, was } = fields
  if (!TYPES.some((one) => one === type) || !(key === null || typeof key === 'string')) return null
  if ([client, node, error].some((one) => one !== undefined && typeof one !== 'string')) return null
  if (!(was === undefined || was === null || typeof was === 'string')) return null
  return fields as unknown as HistoryEvent
}
