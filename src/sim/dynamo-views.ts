/** Whom each node takes to be away, and which of its questions nobody answered: views differ, and that is right. */
import type { EndpointId, MachineEvent, StepInput } from '../machine/contract.ts'
import { MS, SECOND } from '../machine/time.ts'

/** A write for an absent home may be held up on its way to the stand-in for so long. */
const LATE_US = 20 * SECOND
/** Sooner than this nobody gives a question up. */
const PATIENCE_US = 40 * MS

interface Question {
  readonly atUs: number
  /** Of a read. */
  readonly key: string | null
}

/** One node's view. Times are by its own clock. */
class View {
  nowUs = 0
  readonly down = new Set<EndpointId>()
  /** When it last took a peer to be down, or died with a question to it. */
  readonly last = new Map<EndpointId, number>()
  /** Questions that it got no answer to, by peer and id, the oldest first. */
  readonly asked = new Map<EndpointId, Map<string, Question>>()

  misses(peer: EndpointId): boolean {
    if (this.down.has(peer) || this.nowUs - (this.last.get(peer) ?? Number.NEGATIVE_INFINITY) < LATE_US) return true
    const [oldest] = this.asked.get(peer)?.values() ?? []
    return oldest !== undefined && this.nowUs - oldest.atUs > PATIENCE_US
  }
}

export class Views {
  readonly #views = new Map<EndpointId, View>()

  stepped(node: EndpointId, { nowUs, inputs }: StepInput, events: readonly MachineEvent[]): void {
    const view = this.#of(node)
    view.nowUs = nowUs
    for (const input of inputs) {
      if (input.kind !== 'message') continue
      const { re } = input.message as { readonly re?: unknown }
      if (typeof re === 'string') view.asked.get(input.from)?.delete(re)
    }
    for (const { type, peer } of events) {
      if (typeof peer !== 'string') continue
      if (type === 'peer-down') view.down.add(peer)
      if (type === 'peer-up' && view.down.delete(peer)) view.last.set(peer, nowUs)
    }
  }

  crashed(node: EndpointId): void {
    const view = this.#of(node)
    for (const peer of [...view.down, ...view.asked.keys()]) if (view.misses(peer)) view.last.set(peer, view.nowUs)
    view.down.clear()
    view.asked.clear()
  }

  /** In somebody's eyes it is away, or was a short while ago. */
  isAbsent(home: EndpointId): boolean {
    for (const view of this.#views.values()) if (view.misses(home)) return true
    return false
  }

  asks(from: EndpointId, to: EndpointId, id: string, key: string | null): void {
    const view = this.#of(from)
    const ofPeer = view.asked.get(to) ?? new Map<string, Question>()
    view.asked.set(to, ofPeer)
    ofPeer.set(id, { atUs: view.nowUs, key })
    const [oldest] = ofPeer
    if (oldest !== undefined && view.nowUs - oldest[1].atUs > LATE_US) ofPeer.delete(oldest[0])
  }

  /** The key that the question was about which `from` answers now; null if it was no read. */
  readOf(asker: EndpointId, from: EndpointId, re: string): string | null {
    return this.#of(asker).asked.get(from)?.get(re)?.key ?? null
  }

  #of(node: EndpointId): View {
    const known = this.#views.get(node) ?? new View()
    this.#views.set(node, known)
    return known
  }
}
