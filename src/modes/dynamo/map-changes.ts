/** The requests that read or change the map: `map`, `join`, `leave` (§4.8.1: explicit only). */
import { assert } from '../../machine/assert.ts'
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Gossip } from './gossip.ts'
import type { Answer, House } from './house.ts'
import { readHistory, union } from './map-history.ts'
import type { NodeMap } from './membership.ts'
import { membersOf } from './ring/history.ts'

const SEED_PATIENCE_US = 1_000_000
/** A join that its seed did not acknowledge is told to so many others before its client hears that nobody knows. */
const MOST_TELLINGS = 5
/** How often a leaver looks whether it has handed everything over, and how often who asked for it asks. */
const LOOK_US = 50_000
const ASK_AGAIN_US = 250_000
/** Clients that wait for one leave; more are not answered. */
const MOST_WAITING = 64
/** Silences in a row after which a leaver that was being followed counts as dead. */
const MOST_SILENCES = 3

export function serveChanges(house: House, map: NodeMap, gossip: Gossip): void {
  house.serve('map', (_from, _body, answer) => answer({ type: 'map', history: map.history }, map.position))
  const joins = new Joins(house, map, gossip)
  house.serve('join', (_from, { seed }, answer) => joins.join(seed, answer))
  const leaves = new Leaves(house, map, gossip)
  house.serve('leave', (from, { node }, answer) => leaves.leave(from, node, answer))
}

function refuse(answer: Answer, why: string, maybe = false): void {
  answer({ type: 'refused', code: 'no-change', why, maybe })
}

/** This node comes into the ring: what its seed knows first, then its own change. */
class Joins {
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
      const history = said === null ? null : readHistory(said.history)
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

/** A node goes: by itself, or, when it is dead, by the word of another. */
class Leaves {
  readonly #house: House
  readonly #map: NodeMap
  readonly #gossip: Gossip
  #waiting: Answer[] = []
  /** Its own leave is known to a member: it needs this node no more to be remembered. */
  #isTold = true

  constructor(house: House, map: NodeMap, gossip: Gossip) {
    this.#house = house
    this.#map = map
    this.#gossip = gossip
  }

  leave(from: EndpointId, node: unknown, answer: Answer): void {
    const { id } = this.#house
    const { members } = this.#map.ring
    if (typeof node !== 'string') {
      refuse(answer, 'which node is to leave?')
      return
    }
    if (isNode(from) && node === id && !members.includes(id)) {
      this.#tellOther(answer)
      return
    }
    if (node === id && this.#waiting.length > 0) {
      this.#wait(answer)
      return
    }
    if (!members.includes(node)) {
      refuse(answer, `${node} is not in the ring`)
      return
    }
    if (members.length === 1) {
      refuse(answer, `${node} is the last node of the ring`)
      return
    }
    if (node !== id) {
      this.#map.isMember ? this.#ofOther(node, answer) : refuse(answer, `${id} is not in the ring itself`)
      return
    }
    if (!this.#record(id, answer)) return
    this.#isTold = false
    this.#tell()
    if (isNode(from)) this.#tellOther(answer)
    else this.#wait(answer)
  }

  /** Another node asks for somebody: it is answered at once, and asks again. */
  #tellOther(answer: Answer): void {
    answer({ type: 'leaving', left: this.#isEmpty }, this.#map.position)
  }

  get #isEmpty(): boolean {
    return this.#isTold && this.#house.transfers.outgoing === 0 && this.#house.hints.count() === 0
  }

  #wait(answer: Answer): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#house.drop('too-many-wait-for-leave')
      return
    }
    this.#waiting.push(answer)
    if (this.#waiting.length === 1) this.#look()
  }

  #look(): void {
    this.#house.after(LOOK_US, () => {
      const cameBack = this.#map.ring.members.includes(this.#house.id)
      if (!cameBack && !this.#isEmpty) return this.#look()
      const waiting = this.#waiting
      this.#waiting = []
      for (const answer of waiting) {
        if (cameBack) refuse(answer, `${this.#house.id} joined again meanwhile`, true)
        else answer({ type: 'changed', node: this.#house.id }, this.#map.position)
      }
    })
  }

  /** False: it was refused. */
  #record(node: EndpointId, answer: Answer): boolean {
    const position = this.#map.change('leave', node)
    if (position === null) refuse(answer, 'the map is full')
    else if (node !== this.#house.id) this.#gossip.spread()
    return position !== null
  }

  #tell(): void {
    const { random, detector, membership } = this.#house
    const up = membership.peers.filter((peer) => detector.isUp(peer))
    const to = up.length > 0 ? up : membership.peers
    if (to.length === 0 || membership.ring.members.includes(this.#house.id)) {
      this.#isTold = true
      return
    }
    this.#gossip.with(random.pick(to), (agreed) => {
      if (agreed) this.#isTold = true
      else this.#house.after(LOOK_US, () => this.#tell())
    })
  }

  /** It is asked to leave itself, and followed until it keeps nothing; only for one that does not answer another may speak. */
  #ofOther(node: EndpointId, answer: Answer, silences = 0): void {
    const house = this.#house
    house.ask(node, { type: 'leave', node }, house.options.detectorUs, (said) => {
      if (said?.type === 'refused') return refuse(answer, typeof said.why === 'string' ? said.why : `${node} refused`)
      if (said?.type === 'leaving') {
        if (said.left === true) return this.#confirm(node, answer)
        house.after(ASK_AGAIN_US, () => this.#ofOther(node, answer))
        return
      }
      if (silences + 1 < MOST_SILENCES) return this.#ofOther(node, answer, silences + 1)
      this.#confirm(node, answer)
    })
  }

  /** Recorded here too, whether the node did it itself or could not. */
  #confirm(node: EndpointId, answer: Answer): void {
    const { members } = this.#map.ring
    assert(node !== this.#house.id, 'a node leaves by itself')
    if (members.length === 1) {
      refuse(answer, `${node} is the last node of the ring`)
      return
    }
    if (members.includes(node) && !this.#record(node, answer)) return
    answer({ type: 'changed', node }, this.#map.position)
  }
}
