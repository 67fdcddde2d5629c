/** Which requests came already: a datagram may come twice, the second time late, and what was refused for certain must not be done after all. */
import type { EndpointId } from '../../machine/contract.ts'

/** Of the newest requests so many are known; those of some seconds. */
const MOST_REMEMBERED = 8_192
/** Longer names are not ours: whoever sends them looks after itself. */
const LONGEST_NAME = 96

export class Received {
  /** Two generations: the older one goes when the newer is full. */
  #newer = new Set<string>()
  #older = new Set<string>()

  /** Remembers the request. True if it came before. */
  repeats(from: EndpointId, id: string): boolean {
    const name = `${from} ${id}`
    if (name.length > LONGEST_NAME) return false
    if (this.#newer.has(name) || this.#older.has(name)) return true
    if (this.#newer.size >= MOST_REMEMBERED) [this.#older, this.#newer] = [this.#newer, new Set()]
    this.#newer.add(name)
    return false
  }
}
