/**
 * Who answers this node (§4.8.3). A peer is up until a question to it has waited for `detector-timeout` and nothing of it was answered
 * meanwhile; only an answer brings it back. The view is this node's own: others may see otherwise, and nobody is told.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Answer, Body, Detector, House } from './house.ts'

/** With `detector=swim`: how many others are asked before a peer counts as down. */
const PROBES = 3

interface Watch {
  /** Calls off the conviction that a question which waits will lead to; null: nothing waits. */
  callOff: (() => void) | null
  down: boolean
  /** Which answer was the last: a probe that was begun before it decides nothing. */
  answers: number
}

export class LocalDetector implements Detector {
  readonly #house: House
  readonly #watches = new Map<EndpointId, Watch>()

  constructor(house: House) {
    this.#house = house
    house.serve('ping', (_from, _body, answer) => answer({ type: 'pong' }))
    house.serve('ping-for-me', (from, body, answer) => this.#pingForOther(from, body, answer))
  }

  get down(): readonly EndpointId[] {
    return [...this.#watches].filter(([, watch]) => watch.down).map(([peer]) => peer)
  }

  isUp(peer: EndpointId): boolean {
    return this.#watches.get(peer)?.down !== true
  }

  asked(peer: EndpointId): void {
    if (!isNode(peer)) return
    const watch = this.#watch(peer)
    if (watch.callOff !== null || watch.down) return
    this.#begin(peer, watch)
  }

  heard(peer: EndpointId): void {
    const watch = this.#watches.get(peer)
    if (watch === undefined) return
    watch.callOff?.()
    watch.callOff = null
    watch.answers++
    this.#acquit(peer, watch, 'it answered')
  }

  /** This node itself stood still: that nobody was heard meanwhile says nothing about them. */
  stalled(): void {
    for (const [peer, watch] of this.#watches) {
      if (watch.callOff === null) continue
      watch.callOff()
      this.#begin(peer, watch)
    }
  }

  #watch(peer: EndpointId): Watch {
    const known = this.#watches.get(peer)
    if (known !== undefined) return known
    const watch: Watch = { callOff: null, down: false, answers: 0 }
    this.#watches.set(peer, watch)
    return watch
  }

  /** A question waits. Half-way the peer is pinged, for what waits may be lost, or wait for a slow disk. */
  #begin(peer: EndpointId, watch: Watch): void {
    const house = this.#house
    const { detectorUs } = house.options
    watch.callOff = house.after(detectorUs / 2, () => {
      watch.callOff = house.after(detectorUs / 2, () => this.#silent(peer, watch))
      house.ask(peer, { type: 'ping' }, detectorUs, () => {})
    })
  }

  #silent(peer: EndpointId, watch: Watch): void {
    watch.callOff = null
    if (this.#house.options.detector === 'local') {
      this.#convict(peer, watch, 'no answer')
      return
    }
    const { answers } = watch
    this.#askOthers(peer, (asked, heard) => {
      if (watch.answers !== answers) return
      if (heard) this.#house.count('indirect-acks')
      else this.#convict(peer, watch, asked === 0 ? 'no answer, and nobody to ask' : `no answer, nor to ${asked} others`)
    })
  }

  #convict(peer: EndpointId, watch: Watch, why: string): void {
    if (watch.down) return
    watch.down = true
    this.#house.emit('peer-down', { peer, why })
    this.#retryLater(peer, watch)
  }

  #acquit(peer: EndpointId, watch: Watch, why: string): void {
    if (!watch.down) return
    watch.down = false
    this.#house.emit('peer-up', { peer, why })
  }

  /** One ping a timeout, until it is heard or belongs to the ring no more. */
  #retryLater(peer: EndpointId, watch: Watch): void {
    const house = this.#house
    house.after(house.options.detectorUs, () => {
      if (!watch.down) return
      if (!house.membership.peers.includes(peer)) {
        this.#watches.delete(peer)
        return
      }
      house.ask(peer, { type: 'ping' }, house.options.detectorUs, (pong) => {
        if (pong !== null || house.options.detector === 'local') return
        this.#askOthers(peer, (_asked, heard) => {
          if (heard) this.#acquit(peer, watch, 'others hear it')
        })
      })
      this.#retryLater(peer, watch)
    })
  }

  /** SWIM: it may be only our link. If somebody else hears the peer, its silence was the network's. */
  #askOthers(peer: EndpointId, done: (asked: number, heard: boolean) => void): void {
    const house = this.#house
    const others = house.random.shuffle(house.membership.peers.filter((other) => other !== peer && this.isUp(other))).slice(0, PROBES)
    if (others.length === 0) {
      done(0, false)
      return
    }
    let open = others.length
    let heard = false
    for (const other of others) {
      house.ask(other, { type: 'ping-for-me', peer }, 2 * house.options.detectorUs, (answer) => {
        open--
        heard ||= answer?.type === 'pong'
        if (open === 0) done(others.length, heard)
      })
    }
  }

  #pingForOther(from: EndpointId, body: Body, answer: Answer): void {
    const house = this.#house
    const { peer } = body
    if (!isNode(from) || typeof peer !== 'string' || peer === from || !house.membership.peers.includes(peer)) {
      house.drop('bad-peer')
      return
    }
    house.ask(peer, { type: 'ping' }, house.options.detectorUs, (pong) => answer({ type: pong === null ? 'silence' : 'pong' }))
  }
}
