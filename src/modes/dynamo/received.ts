/** Which requests came already: a datagram may come twice, the second time late, and what was refused for certain must not be done after all. */
import type { EndpointId } from '../../machine/contract.ts'

/** Of the newest requests so many are known; those of some seconds. */
const MOST_REMEMBERED = 8_192
/** Longer names are not ours: whoever sends them looks after itself. */
const LONGEST_NAME = 96

export class Received {
  /** By who asked: one name of both would have to be made anew for each request. Two generations: the older one goes when the newer is full. */
  #newer = new Map<EndpointId, Set<string>>()
  #older = new Map<EndpointId, Set<string>>()
  #count = 0

  /** Remembers the request. True if it came before. */
  repeats(from: EndpointId, id: string): boolean {
    if (id.length > LONGEST_NAME) return false
    if (this.#newer.get(from)?.has(id) === true || this.#older.get(from)?.has(id) === true) return true
    if (this.#count >= MOST_REMEMBERED) {
      this.#older = this.#newer
      this.#newer = new Map()
      this.#count = 0
    }
    this.#count++
    const known = this.#newer.get(from)
    if (known === undefined) this.#newer.set(from, new Set([id]))
    else known.add(id)
    return false
  }
}
