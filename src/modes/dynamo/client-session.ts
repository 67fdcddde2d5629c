/** What a client holds of each key, from its reads and its acknowledged writes. Of the keys used least lately it forgets. */

import { type Held, HOLDS_NOTHING } from './context.ts'
import { byText, covers, union } from './versions/causality.ts'

const MOST_KEYS = 1_000
/** A context travels with every write, and who writes blindly gathers events without end. */
const MOST_DOTS = 32
/** Forgetting names would make a write look as if it had replaced less than it did. */
const MOST_OPS = 1_024

export class ClientSession {
  readonly #held = new Map<string, Held>()

  get(key: string): Held | null {
    return this.#held.get(key) ?? null
  }

  /** What a read found joins what was held; what was held and not found has been replaced, if the read knows of it. */
  read(key: string, found: Held): Held {
    const before = this.#held.get(key) ?? HOLDS_NOTHING
    if (covers(found.causality, before.causality)) return this.#keep(key, found)
    const causality = union(before.causality, found.causality)
    // What has to be forgotten is forgotten by name too: a write must not say that it replaced what its context no longer holds.
    if (causality.dots.length > MOST_DOTS) return this.#keep(key, found)
    return this.#keep(key, { causality, ops: [...new Set([...before.ops, ...found.ops])].sort(byText).slice(0, MOST_OPS) })
  }

  /** A write with what this session held replaced all that; any other one stands beside it. */
  wrote(key: string, over: Held | null, made: Held): Held {
    const before = this.#held.get(key)
    return before === undefined || before === over ? this.#keep(key, made) : this.read(key, made)
  }

  #keep(key: string, held: Held): Held {
    this.#held.delete(key)
    this.#held.set(key, held)
    const [oldest] = this.#held.keys()
    if (this.#held.size > MOST_KEYS && oldest !== undefined) this.#held.delete(oldest)
    return held
  }
}
