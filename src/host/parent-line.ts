/** What a node tells the lab. A lab that does not read (stopped, or drowning) costs its nodes no memory: what it misses is counted. */
import type { MachineEvent } from '../machine/contract.ts'
import type { FromChild } from './ipc.ts'

/** Messages the channel has not taken yet. */
const MAX_OUTSTANDING = 256

export class ParentLine {
  #outstanding = 0
  #statusOutstanding = false
  #eventsLost = 0

  /** Drops the message when the channel is full. */
  send(message: FromChild): void {
    if (this.#outstanding < MAX_OUTSTANDING) this.#post(message, () => {})
  }

  events(events: readonly MachineEvent[]): void {
    if (this.#outstanding >= MAX_OUTSTANDING) {
      this.#eventsLost += events.length
      return
    }
    const lost = this.#eventsLost
    this.#eventsLost = 0
    this.#post({ type: 'events', events: lost === 0 ? events : [{ type: 'events-lost', count: lost }, ...events] }, () => {})
  }

  /** The newest status is the only one worth having: one at a time. */
  status(message: FromChild & { readonly type: 'status' }): void {
    if (this.#statusOutstanding) return
    this.#statusOutstanding = true
    this.#post(message, () => {
      this.#statusOutstanding = false
    })
  }

  /** Calls back when the channel has taken it, or cannot. */
  lastWord(reason: string, said: () => void): void {
    this.#post({ type: 'halt', reason }, said)
  }

  #post(message: FromChild, taken: () => void): void {
    if (process.send === undefined || !process.connected) {
      taken()
      return
    }
    this.#outstanding++
    // A channel that closes meanwhile ends the process by itself.
    process.send(message, undefined, undefined, () => {
      this.#outstanding--
      taken()
    })
  }
}
