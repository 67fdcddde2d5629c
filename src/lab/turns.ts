/** Commands that change a node's process take turns at that node; those at different nodes do not wait for each other. */
import type { EndpointId } from '../machine/contract.ts'

export class Turns {
  readonly #last = new Map<EndpointId, Promise<unknown>>()

  /** Runs the work when everything asked before it of any of these nodes has ended, however it ended. */
  take<T>(ids: readonly EndpointId[], work: () => Promise<T>): Promise<T> {
    const before = ids.map((id) => this.#last.get(id))
    const mine = Promise.allSettled(before).then(work)
    const ended = mine.catch(() => undefined)
    for (const id of ids) this.#last.set(id, ended)
    return mine
  }
}
