import type { HistoryEvent } from './types.ts'

interface Current {
  readonly process: number
  busy: boolean
  endedNs: number
}

/**
 * Process numbers. A client keeps its number until an operation ends `info`: that one may still take effect, so what the
 * client does next belongs to another process. An operation begun while another waits gets a number of its own, and so does
 * one begun in the very nanosecond in which the last ended, for at ties the history puts invokes first.
 */
export class Processes {
  readonly #current = new Map<string, Current>()
  #next = 0

  begin(client: string, timeNs: number): number {
    const current = this.#current.get(client)
    if (current !== undefined && !current.busy && timeNs > current.endedNs) {
      current.busy = true
      return current.process
    }
    const process = this.#next++
    if (current?.busy !== true) this.#current.set(client, { process, busy: true, endedNs: 0 })
    return process
  }

  end(client: string, process: number, type: HistoryEvent['type'], timeNs: number): void {
    const current = this.#current.get(client)
    if (current?.process !== process) return
    current.busy = false
    current.endedNs = timeNs
    if (type === 'info') this.#current.delete(client)
  }

  /** For a client that does one thing at a time and tells it in order. */
  of(client: string, type: HistoryEvent['type'], timeNs: number): number {
    if (type === 'invoke') return this.begin(client, timeNs)
    const current = this.#current.get(client)
    if (current?.busy !== true) throw new RangeError(`client ${client} has an answer (${type}) without an invoke`)
    this.end(client, current.process, type, timeNs)
    return current.process
  }
}
