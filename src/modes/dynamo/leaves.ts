/** A node goes: by itself, or, when it is dead, by the word of another. It is done when it keeps nothing and nobody needs it. */
import { assert } from '../../machine/assert.ts'
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Gossip } from './gossip.ts'
import type { Answer, House } from './house.ts'
import type { NodeMap } from './membership.ts'
import { refuse } from './refusal.ts'

/** How often a leaver looks whether it has handed everything over, and how often who asked for it asks. */
const LOOK_US = 50_000
const ASK_AGAIN_US = 250_000
/** Clients that wait for one leave; more are not answered. */
const MOST_WAITING = 64
/** Silences in a row after which a leaver that was being followed counts as dead. */
const MOST_SILENCES = 3
const GOODBYE_US = 100_000
const GOODBYE_PATIENCE_US = 500_000
/** Who still waits for something from here after so long can get it elsewhere. */
const LONGEST_GOODBYE_US = 15_000_000

export class Leaves {
  readonly #house: House
  readonly #map: NodeMap
  readonly #gossip: Gossip
  #waiting: Answer[] = []
  /** Whoever answers knows of its own leave, and needs it no more. */
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
    this.#gossip.spread()
    this.#sayGoodbye(this.#house.nowUs + LONGEST_GOODBYE_US)
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

  /** Until every member that answers knows, and none of them waits for something from here. */
  #sayGoodbye(untilUs: number): void {
    const house = this.#house
    const { membership, detector, id } = house
    const up = membership.peers.filter((peer) => detector.isUp(peer))
    let open = up.length
    let known = 0
    let waiting = 0
    const ended = (): void => {
      this.#isTold = membership.ring.members.includes(id) || (known > 0 && (waiting === 0 || house.nowUs > untilUs))
      if (!this.#isTold) house.after(GOODBYE_US, () => this.#sayGoodbye(untilUs))
    }
    if (open === 0) ended()
    for (const peer of up) {
      house.ask(peer, { type: 'goodbye' }, GOODBYE_PATIENCE_US, (said) => {
        if (said?.known === true) known++
        if (said?.known === false) this.#gossip.with(peer)
        if (said !== null && (said.known !== true || said.waits === true)) waiting++
        if (--open === 0) ended()
      })
    }
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
