/** A node comes into the ring (§4.8.1): what its seed knows first, then its own change. A seed that is not there changes nothing. */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Gossip } from './gossip.ts'
import type { Answer, House } from './house.ts'
import { readChanges, union } from './map-history.ts'
import type { NodeMap } from './membership.ts'
import { refuse } from './refusal.ts'
import { membersOf } from './ring/history.ts'

const SEED_PATIENCE_US = 1_000_000
/** A join that its seed did not acknowledge is told to so many others before its client hears that nobody knows. */
const MOST_TELLINGS = 5

export class Joins {
  readonly #house: House
  readonly #map: NodeMap
  readonly #gossip: Gossip
  #underWay = false

  constructor(house: House, map: NodeMap, gossip: Gossip) {
    this.#house = house
    this.#map = map
    this.#gossip = gossip
  }

  join(wanted: unknown, answer: Answer): void {
    const { id } = this.#house
    if (this.#map.ring.members.includes(id)) {
      refuse(answer, `${id} is in the ring already`)
      return
    }
    if (this.#underWay) {
      refuse(answer, `${id} is joining already`)
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
    this.#underWay = true
    this.#house.ask(seed, { type: 'map' }, SEED_PATIENCE_US, (said) => {
      this.#underWay = false
      const history = said === null ? null : readChanges(said.history)
      if (history === null) return refuse(answer, `seed ${seed} does not answer`)
      // Together with what this node knows itself: the seed may not have heard yet that it left.
      const members = membersOf(union(history, this.#map.history))
      // A ring that everybody left may be begun again by one who comes back.
      const empty = members.length === 0 && history.length > 0
      if (!members.includes(seed) && !empty) return refuse(answer, `seed ${seed} is in no ring itself`)
      if (members.includes(id)) return refuse(answer, `${id} is in the ring of ${seed} already`)
      const position = this.#map.joinWith(history)
      if (position === null) return refuse(answer, 'the map is full')
      this.#tell(seed, MOST_TELLINGS, answer)
    })
  }

  #anySeed(): EndpointId | null {
    const seeds = (this.#house.options.seeds ?? []).filter((seed) => seed !== this.#house.id)
    return seeds.length === 0 ? null : this.#house.random.pick(seeds)
  }

  #tell(to: EndpointId, left: number, answer: Answer): void {
    this.#gossip.with(to, (agreed) => {
      const map = this.#map
      if (agreed || left === 0) map.joining = false
      if (agreed) return answer({ type: 'changed', node: this.#house.id })
      // It is recorded and goes on spreading from here.
      if (left === 0) return refuse(answer, 'it is recorded, but no member has heard of it yet', true)
      this.#tell(this.#house.random.pick(map.peers), left - 1, answer)
    })
  }
}
