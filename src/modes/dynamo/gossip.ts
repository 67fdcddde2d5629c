/**
 * Gossip (§4.8.1): each node compares its map with one random peer a second, digest first, and both keep the union. Now and then the
 * peer is a seed, whoever belongs to the ring, so that halves that never met become one (§4.8.2).
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { House } from './house.ts'
import { readChanges } from './map-history.ts'
import type { NodeMap } from './membership.ts'
import { serveNodes } from './nodes-only.ts'

/** One round in so many goes to a seed. */
const SEED_ROUNDS = 4
/** Rounds differ by this part of the interval, so that nodes do not march in step. */
const JITTER = 0.1
const PATIENCE_US = 1_000_000

export class Gossip {
  readonly #house: House
  readonly #map: NodeMap
  readonly #founders: readonly EndpointId[]

  constructor(house: House, map: NodeMap, founders: readonly EndpointId[]) {
    this.#house = house
    this.#map = map
    this.#founders = founders
    map.onBegin(() => this.#wait(house.random.next()))
    serveNodes(house, 'gossip', (_from, body, answer) => {
      answer({ type: 'gossip', history: body.digest === map.digest ? null : map.history }, map.position)
    })
    serveNodes(house, 'gossip-take', (_from, body, answer) => {
      if (this.#take(body.history)) answer({ type: 'gossip-taken', digest: map.digest }, map.position)
      else answer({ type: 'gossip-taken', digest: null })
    })
  }

  /** With somebody at random, at once. */
  spread(): void {
    const peer = this.#peer()
    if (peer !== null) this.with(peer)
  }

  /** Compares maps with this node; `done` says whether it now knows all that this one knows. */
  with(peer: EndpointId, done: (agreed: boolean) => void = () => {}): void {
    const house = this.#house
    const map = this.#map
    house.count('gossip-rounds')
    // Nobody hears of a map that a crash could make us forget.
    house.whenDurable(map.position, () => {
      house.ask(peer, { type: 'gossip', digest: map.digest }, PATIENCE_US, (answer) => {
        if (answer === null) return done(false)
        if (answer.history === null) return done(true)
        if (!this.#take(answer.history)) return done(false)
        this.#give(peer, done)
      })
    })
  }

  /** Tells all of it, unasked. */
  #give(peer: EndpointId, done: (agreed: boolean) => void): void {
    const house = this.#house
    const map = this.#map
    house.whenDurable(map.position, () => {
      house.ask(peer, { type: 'gossip-take', history: map.history }, PATIENCE_US, (answer) => done(typeof answer?.digest === 'string'))
    })
  }

  #take(raw: unknown): boolean {
    const history = readChanges(raw)
    if (history === null) {
      this.#house.drop('bad-history')
      return false
    }
    return this.#map.learn(history)
  }

  #wait(part: number): void {
    const { options, random } = this.#house
    const interval = options.gossipUs * (part + JITTER * (2 * random.next() - 1))
    this.#house.after(interval, () => {
      this.#wait(1)
      this.spread()
    })
  }

  /** Null: nobody is known, or this node never joined. */
  #peer(): EndpointId | null {
    const { id, random } = this.#house
    if (this.#map.history.length === 0) return null
    const { peers, history } = this.#map
    // A seed that is no member may be one of a ring that never met ours; one that is known to have left is not asked.
    const isOfUse = (seed: EndpointId): boolean => seed !== id && (peers.includes(seed) || !history.some(({ node }) => node === seed))
    const seeds = (this.#house.options.seeds ?? this.#founders).filter(isOfUse)
    if (seeds.length > 0 && (peers.length === 0 || random.chance(1 / SEED_ROUNDS))) return random.pick(seeds)
    return peers.length === 0 ? null : random.pick(peers)
  }
}
