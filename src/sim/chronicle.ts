/** What is written down of a run: every happening for the trace's digest, and the rows that a person reads. */
import type { EndpointId, MachineEvent, Operation, OperationResult } from '../machine/contract.ts'
import type { Mode } from '../modes/mode.ts'
import type { Monitor } from './monitor.ts'
import type { Trace } from './trace.ts'

export interface ChronicleOptions {
  readonly mode: Mode
  readonly monitor: Monitor
  readonly trace: Trace
  now(): number
}

/** How much of a long answer a row shows: its end, where lists grow. */
const ROW_VALUE = 32

export class Chronicle {
  readonly #options: ChronicleOptions
  readonly #numbers = new Map<EndpointId, number>()
  /** The last row of each node. */
  readonly #rows = new Map<EndpointId, string>()

  constructor(options: ChronicleOptions) {
    this.#options = options
  }

  /** Endpoints are numbered as they come. */
  enters(id: EndpointId): void {
    this.#numbers.set(id, this.#numbers.size + 1)
  }

  note(kind: Parameters<Trace['note']>[1], id: EndpointId, content: Uint8Array | string | null): void {
    const { trace, now } = this.#options
    trace.note(now(), kind, this.#numbers.get(id) ?? 0, content)
  }

  say(text: string): void {
    this.note('fault', '', text)
    this.#row(text)
  }

  asks(client: EndpointId, operation: Operation): void {
    const value = JSON.stringify(operation.value)
    this.note('invoke', client, `${operation.f} ${operation.key} ${value}`)
    const via = operation.via === undefined ? '' : ` via ${operation.via}`
    this.say(`${client} asks ${operation.f} ${operation.key} ${operation.value === null ? '' : value.slice(0, ROW_VALUE)}${via}`)
  }

  hears(client: EndpointId, result: OperationResult): void {
    this.note('result', client, JSON.stringify(result))
    const answer = result.outcome === 'ok' ? (result.value ?? '').slice(-ROW_VALUE) : (result.code ?? '')
    this.say(`${client} hears ${result.outcome} ${answer}`)
  }

  /** A row when the node's line changed, and one for each event that people would see. */
  stepped(id: EndpointId, status: unknown, events: readonly MachineEvent[]): void {
    const { monitor, mode } = this.#options
    const row = monitor.watchesStatus ? monitor.row(id, status) : null
    if (row !== null && row !== this.#rows.get(id)) {
      this.#rows.set(id, row)
      this.#row(row)
    }
    for (const event of events) {
      const text = mode.describe(id, event)
      if (text !== null) this.#row(text)
    }
  }

  #row(text: string): void {
    const { trace, now } = this.#options
    trace.row(now(), text)
  }
}
