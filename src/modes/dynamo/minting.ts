/**
 * Under which name this node mints the next event of a key. A counter that goes back loses acknowledged writes: whoever has seen
 * event 7 of an actor takes its second event 7 for old. So each life has a name of its own, and a life that forgot a copy it had
 * minted on goes on under the next name.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Copy, Dot } from './versions.ts'

/** Keys of which the last event is remembered; when there are more, all are forgotten at once, and the name with them. */
const MOST_KEYS = 50_000

export class Minting {
  readonly #id: EndpointId
  readonly #last = new Map<string, Dot>()
  readonly #covers: (copy: Copy, dot: Dot) => boolean
  /** How often this life has gone over to a new name. */
  #generation = 0

  constructor(id: EndpointId, covers: (copy: Copy, dot: Dot) => boolean) {
    this.#id = id
    this.#covers = covers
  }

  /** `n4`, in its second life `n4.2`, once that has forgotten something `n4.2.1`. `base`: what the event will be minted on. */
  nameFor(key: string, base: Copy, life: number): string {
    const last = this.#last.get(key)
    if (last !== undefined && this.#covers(base, last)) return last.actor
    if (last !== undefined) {
      this.#last.delete(key)
      this.#generation++
    }
    if (this.#generation > 0) return `${this.#id}.${life}.${this.#generation}`
    return life === 1 ? this.#id : `${this.#id}.${life}`
  }

  minted(key: string, dot: Dot): void {
    if (this.#last.size >= MOST_KEYS && !this.#last.has(key)) this.forget()
    this.#last.set(key, dot)
  }

  /** From now on under the next name, whatever the key. */
  forget(): void {
    this.#last.clear()
    this.#generation++
  }
}
