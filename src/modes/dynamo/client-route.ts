/**
 * Which node a client asks. It knows the ring from the map it polls (§6.4) and asks the homes of the key, those first that answered
 * it lately; without a map, whoever it was told of: any node forwards. Under server-driven coordination it knows only the balancer.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import { MOST_CHANGES, union } from './map-history.ts'
import { buildRing } from './ring/build.ts'
import type { Change, Ring } from './ring/ring.ts'
import type { DynamoOptions } from './settings.ts'

export const BALANCER: EndpointId = 'b0'

/** A node that kept silent is asked last for this long; each further silence doubles it. */
const FIRST_DOUBT_US = 1_000_000
const LONGEST_DOUBT_US = 8_000_000

export class ClientRoute {
  readonly #nodes: readonly EndpointId[]
  readonly #options: DynamoOptions
  readonly #random: Random
  readonly #doubts = new Map<EndpointId, { readonly untilUs: number; readonly us: number }>()
  #reach: readonly EndpointId[] | null = null
  #history: readonly Change[] = []
  #ring: Ring | null = null

  constructor(nodes: readonly EndpointId[], options: DynamoOptions, random: Random) {
    this.#nodes = nodes
    this.#options = options
    this.#random = random
  }

  /** Of the map it goes by; null without one. */
  get digest(): string | null {
    return this.#ring?.digest ?? null
  }

  get wantsMap(): boolean {
    return this.#options.coordination === 'client'
  }

  limit(nodes: readonly EndpointId[] | null): void {
    this.#reach = nodes
  }

  mayAsk(node: EndpointId): boolean {
    return node === BALANCER || this.#reach === null || this.#reach.includes(node)
  }

  /** Adds what a node knows to what is known: histories are reconciled by union, as the nodes do it. */
  learn(heard: readonly Change[]): void {
    const history = union(this.#history, heard)
    if (history.length === this.#history.length || history.length > MOST_CHANGES) return
    this.#history = history
    this.#ring = buildRing(history, this.#options, { distinct: true })
  }

  /** All that may be asked about the key, best first; null: about no key. Empty if none is in reach. */
  order(key: string | null, nowUs: number): readonly EndpointId[] {
    if (!this.wantsMap) return [BALANCER]
    const known = this.#known(key)
    const nodes = this.#reach === null ? known : known.filter((node) => this.mayAsk(node))
    if (this.#doubts.size === 0) return nodes
    return [...nodes.filter((node) => !this.#isDoubted(node, nowUs)), ...nodes.filter((node) => this.#isDoubted(node, nowUs))]
  }

  silent(node: EndpointId, nowUs: number): void {
    const us = Math.min((this.#doubts.get(node)?.us ?? FIRST_DOUBT_US / 2) * 2, LONGEST_DOUBT_US)
    this.#doubts.set(node, { untilUs: nowUs + us, us })
  }

  answered(node: EndpointId): void {
    this.#doubts.delete(node)
  }

  #known(key: string | null): readonly EndpointId[] {
    const ring = this.#ring
    if (ring === null || ring.members.length === 0) return this.#random.shuffle(this.#nodes)
    return key === null ? this.#random.shuffle(ring.members) : ring.preference(ring.partitionOf(key))
  }

  #isDoubted(node: EndpointId, nowUs: number): boolean {
    return (this.#doubts.get(node)?.untilUs ?? 0) > nowUs
  }
}
