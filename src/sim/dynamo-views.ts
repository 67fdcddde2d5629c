/** Whom each node takes to be away, from what it says itself, and what nodes were asked about: views differ, and that is right. */
import type { EndpointId, MachineEvent } from '../machine/contract.ts'
import { SECOND } from '../machine/time.ts'

/** A write for an absent home may be held up on its way to the stand-in for so long. */
const LATE_US = 20 * SECOND
/** Reads that nobody answered are forgotten, the oldest first. */
const MOST_READS = 4_096

export class Views {
  /** Observer to those it takes to be down now. */
  readonly #down = new Map<EndpointId, Set<EndpointId>>()
  /** Observer and peer to when it took it to be down last, by the observer's clock. */
  readonly #last = new Map<EndpointId, Map<EndpointId, number>>()
  readonly #clocks = new Map<EndpointId, number>()
  /** Who asked, and the question's id, to the key it asks for. */
  readonly #reads = new Map<string, string>()

  stepped(node: EndpointId, nowUs: number, events: readonly MachineEvent[]): void {
    this.#clocks.set(node, nowUs)
    for (const { type, peer } of events) {
      if (typeof peer !== 'string') continue
      if (type === 'peer-down') this.#downOf(node).add(peer)
      if (type === 'peer-up' && this.#downOf(node).delete(peer)) this.#wasDown(node, peer)
    }
  }

  crashed(node: EndpointId): void {
    for (const peer of this.#downOf(node)) this.#wasDown(node, peer)
    this.#downOf(node).clear()
  }

  /** In somebody's eyes it is away, or was a short while ago. */
  isAbsent(home: EndpointId): boolean {
    for (const down of this.#down.values()) if (down.has(home)) return true
    for (const [observer, lasts] of this.#last) {
      const last = lasts.get(home)
      if (last !== undefined && (this.#clocks.get(observer) ?? 0) - last < LATE_US) return true
    }
    return false
  }

  asks(from: EndpointId, id: string, key: string): void {
    this.#reads.set(`${from} ${id}`, key)
    const [oldest] = this.#reads.keys()
    if (this.#reads.size > MOST_READS && oldest !== undefined) this.#reads.delete(oldest)
  }

  /** The key that this answer is about. */
  answers(to: EndpointId, re: string): string | undefined {
    return this.#reads.get(`${to} ${re}`)
  }

  #downOf(observer: EndpointId): Set<EndpointId> {
    const known = this.#down.get(observer) ?? new Set<EndpointId>()
    this.#down.set(observer, known)
    return known
  }

  #wasDown(observer: EndpointId, peer: EndpointId): void {
    const lasts = this.#last.get(observer) ?? new Map<EndpointId, number>()
    this.#last.set(observer, lasts.set(peer, this.#clocks.get(observer) ?? 0))
  }
}
