/** A node comes into the ring (§4.8.1): what its seed knows first, then its own change. A seed that is not there changes nothing. */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Gossip } from './gossip.ts'
import type { Answer, House } from './house.ts'
import { readHistory, union } from './map-history.ts'
import type { NodeMap } from './membership.ts'
import { refuse } from './refusal.ts'
import { membersOf } from './ring/history.ts'

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
      const history = said === null ? null : readHistory(said.history)
      if (history === null) return this.#refuse(`seed ${seed} does not answer`)
      // Together with what this node knows itself: the seed may not have heard yet that it left.
      const members = membersOf(union(history, this.#map.history))
      // A ring that everybody left may be begun again by one who comes back.
      const empty = members.length === 0 && history.length > 0
      if (!members.includes(seed) && !empty) return this.#refuse(`seed ${seed} is in no ring itself`)
      if (members.includes(id)) return this.#refuse(`${id} is in the ring of ${seed} already`)
      const position = this.#map.joinWith(history)
      if (position === null) return this.#refuse('the map is full')
      this.#tell(seed, MOST_TELLINGS)
    })
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
      if (agreed || left === 0) map.joining = false
      if (agreed) return this.#end((answer) => answer({ type: 'changed', node: this.#house.id }))
      // It is recorded and goes on spreading from here.
      if (left === 0) return this.#refuse('it is recorded, but no member has heard of it yet', true)
      this.#tell(this.#house.random.pick(map.peers), left - 1)
    })
  }
}
