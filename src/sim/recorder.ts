/** The history that the checkers judge after the run: one invoke and one completion an operation, in order of time. */
import type { HistoryEvent } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import type { Ask } from './trial.ts'

export class Recorder {
  readonly history: HistoryEvent[] = []
  readonly #processes = new Map<EndpointId, number>()
  #nextProcess = 0

  invoked(client: EndpointId, { f, key, value }: Ask, atUs: number): void {
    const process = this.#processes.get(client) ?? this.#nextProcess++
    this.#processes.set(client, process)
    this.history.push({ process, type: 'invoke', f, key, value, time: atUs * 1000, client })
  }

  ended(client: EndpointId, asked: Ask, result: OperationResult, atUs: number): void {
    const process = this.#processes.get(client) ?? this.#nextProcess++
    if (result.outcome === 'info') this.#processes.delete(client)
    const { f, key } = asked
    this.history.push({
      process,
      type: result.outcome,
      f,
      key,
      value: result.outcome === 'ok' ? (result.value ?? asked.value) : asked.value,
      time: atUs * 1000,
      client,
      ...(result.node !== undefined && { node: result.node }),
      ...(result.code !== undefined && { error: result.was === undefined ? result.code : 'differs' }),
      ...(result.was !== undefined && { was: result.was }),
    })
  }
}
