/** Which requests came already: a datagram may come twice, the second time late, and what was refused for certain must not be done after all. */
import type { EndpointId } from '../../machine/contract.ts'

/** Requests remembered; those of some seconds. */
const MOST_REMEMBERED = 16_384
/** Longer names are not ours: whoever sends them looks after itself. */
const LONGEST_NAME = 96

export class Received {
  /** The oldest first. */
  readonly #names = new Set<string>()

  /** Remembers the request. True if it came before. */
  repeats(from: EndpointId, id: string): boolean {
    const name = `${from} ${id}`
    if (name.length > LONGEST_NAME) return false
    if (this.#names.has(name)) return true
    this.#names.add(name)
    const [oldest] = this.#names
    if (this.#names.size > MOST_REMEMBERED && oldest !== undefined) this.#names.delete(oldest)
    return false
  }
}
