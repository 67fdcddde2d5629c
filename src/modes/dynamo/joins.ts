/** A node comes into the ring (§4.8.1): what its seed knows first, then its own change. A seed that is not there changes nothing. */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Gossip } from './gossip.ts'
import type { Answer, House } from './house.ts'
import { readChanges, union } from './map-history.ts'
import type { NodeMap } from './membership.ts'
import { refuse } from './refusal.ts'
import { membersOf } from './ring/history.ts'
import type { Change } from './ring/ring.ts'

const SEED_PATIENCE_US = 1_000_000
/** A join that its seed did not acknowledge is told to so many others before its client hears that nobody knows. */
const MOST_TELLINGS = 5
/** Requests of one client that wait for one join; more are not answered. */
const MOST_WAITING = 64

export class Joins {
  readonly #house: House
  readonly #map: NodeMap
  readonly #gossip: Gossip
  /** Who asked for the newest join: asking again, having heard nothing, is no second join. */
  #asker: EndpointId | null = null
  #waiting: Answer[] = []

  constructor(house: House, map: NodeMap, gossip: Gossip) {
    this.#house = house
    this.#map = map
    this.#gossip = gossip
  }

  join(from: EndpointId, wanted: unknown, answer: Answer): void {
    const { id } = this.#house
    if (this.#waiting.length > 0) {
      if (from !== this.#asker) refuse(answer, `${id} is joining already`)
      else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(answer)
      else this.#house.drop('too-many-wait-for-join')
      return
    }
    if (this.#map.ring.members.includes(id)) {
      if (from === this.#asker) answer({ type: 'changed', node: id }, this.#map.position)
      else refuse(answer, `${id} is in the ring already`)
      return
    }
    const seed = wanted ?? this.#anySeed()
    if (typeof seed !== 'string' || !isNode(seed)) {
      refuse(answer, 'no seed is known')
      return
    }
    if (seed === id) {
      refuse(answer, `${id} cannot be its own seed`)
      return
    }
    this.#asker = from
    this.#waiting = [answer]
    this.#house.ask(seed, { type: 'map' }, SEED_PATIENCE_US, (said) => {
      const history = said === null ? null : readChanges(said.history)
      if (history === null) return this.#refuse(`seed ${seed} does not answer`)
      this.#map.learn(history)
      // Who was removed comes back with nothing: also its hints are gone for good before anybody hears of it.
      this.#house.whenDurable(this.#map.emptied, () => this.#joinWith(seed, history), 'bulk')
    })
  }

  #joinWith(seed: EndpointId, history: readonly Change[]): void {
    const why = this.#obstacle(seed, history)
    if (why !== null) this.#refuse(why)
    else if (this.#map.joinWith(history) === null) this.#refuse('the map is full')
    else this.#tell(seed, MOST_TELLINGS)
  }

  /** Why this node cannot join with what the seed knows; null if it can. */
  #obstacle(seed: EndpointId, history: readonly Change[]): string | null {
    const { id } = this.#house
    // Together with what this node knows itself: the seed may not have heard yet that it left.
    const members = membersOf(union(history, this.#map.history))
    // A ring that everybody left may be begun again by one who comes back.
    const empty = members.length === 0 && history.length > 0
    if (!members.includes(seed) && !empty) return `seed ${seed} is in no ring itself`
    return members.includes(id) ? `${id} is in the ring of ${seed} already` : null
  }

  /** `maybe`: it is recorded all the same. */
  #refuse(why: string, maybe = false): void {
    this.#end((answer) => refuse(answer, why, maybe))
    if (!maybe) this.#asker = null
  }

  #end(tell: (answer: Answer) => void): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const answer of waiting) tell(answer)
  }

  #anySeed(): EndpointId | null {
    const seeds = (this.#house.options.seeds ?? []).filter((seed) => seed !== this.#house.id)
    return seeds.length === 0 ? null : this.#house.random.pick(seeds)
  }

  #tell(to: EndpointId, left: number): void {
    this.#gossip.with(to, (agreed) => {
      const map = this.#map
      const next = agreed || left === 0 || map.peers.length === 0 ? null : this.#house.random.pick(map.peers)
      if (next !== null) return this.#tell(next, left - 1)
      map.joining = false
      if (agreed) this.#end((answer) => answer({ type: 'changed', node: this.#house.id }))
      // It is recorded and goes on spreading from here.
      else this.#refuse('it is recorded, but no member has heard of it yet', true)
    })
  }
}
