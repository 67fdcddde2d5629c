/** The history that the checkers judge after the run: one invoke and one completion an operation, in order of time. */
import { completionEvent, invokeEvent } from '../history/entries.ts'
import type { HistoryEvent, Request } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import type { Ask } from './trial.ts'

export class Recorder {
  readonly history: HistoryEvent[] = []
  readonly #processes = new Map<EndpointId, number>()
  #nextProcess = 0

  invoked(client: EndpointId, ask: Ask, atUs: number): void {
    const process = this.#processes.get(client) ?? this.#nextProcess++
    this.#processes.set(client, process)
    this.history.push({ ...invokeEvent(client, requestOf(ask), atUs * 1000), process })
  }

  ended(client: EndpointId, ask: Ask, result: OperationResult, atUs: number): void {
    const process = this.#processes.get(client) ?? this.#nextProcess++
    if (result.outcome === 'info') this.#processes.delete(client)
    this.history.push({ ...completionEvent(client, requestOf(ask), result, atUs * 1000), process })
  }
}

function requestOf({ f, key, value }: Ask): Request {
  return { f, key, value, timeoutMs: 0 }
}
