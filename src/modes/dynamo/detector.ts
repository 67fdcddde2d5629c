/**
 * Who answers this node (§4.8.3). A peer is up until a question to it has waited for `detector-timeout` and nothing of it was answered
 * meanwhile; only an answer brings it back. The view is this node's own: others may see otherwise, and nobody is told.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Answer, Body, Detector, House } from './house.ts'
import { PeerNews } from './peer-news.ts'

/** With `detector=swim`: how many others are asked before a peer counts as down. */
const PROBES = 3
/** So often, at least, a silent peer is pinged within a detector timeout before it counts as down. */
const PINGS = 3
/** Looks are no further apart, so that a shorter timeout, set meanwhile, counts soon. */
const LONGEST_STEP_US = 500_000

/** A peer that comes and goes is told of so often a minute one by one, then only at powers of ten. */
const TOLD_A_MINUTE = 4
const MINUTE_US = 60_000_000

/** Peers that are down are pinged so many a detector timeout, all together. */
const RETRIES = 4

interface Watch {
  /** Since when a question waits with nothing answered; null: none does. */
  sinceUs: number | null
  /** Whether it is due to be looked at again. One timer a peer, however many questions. */
  isTimed: boolean
  down: boolean
  /** Which answer was the last: a probe that was begun before it decides nothing. */
  answers: number
  /** How often it went or came since then. */
  turns: number
  turnsSinceUs: number
}

export class LocalDetector implements Detector {
  readonly #house: House
  readonly #watches = new Map<EndpointId, Watch>()
  readonly #news: PeerNews
  /** How many of them are down. */
  #downs = 0

  constructor(house: House) {
    this.#house = house
    this.#news = new PeerNews(house)
    house.serve('ping', (_from, _body, answer) => answer({ type: 'pong' }))
    house.serve('ping-for-me', (from, body, answer) => this.#pingForOther(from, body, answer))
  }

  get down(): readonly EndpointId[] {
    return [...this.#watches].filter(([, watch]) => watch.down).map(([peer]) => peer)
  }

  get allUp(): boolean {
    return this.#downs === 0
  }

  isUp(peer: EndpointId): boolean {
    return this.#watches.get(peer)?.down !== true
  }

  asked(peer: EndpointId): void {
    if (!isNode(peer)) return
    const watch = this.#watch(peer)
    if (watch.sinceUs !== null || watch.down) return
    watch.sinceUs = this.#house.nowUs
    if (!watch.isTimed) this.#lookAgain(peer, watch, this.#stepUs)
  }

  heard(peer: EndpointId): void {
    const watch = this.#watches.get(peer)
    if (watch === undefined) return
    watch.sinceUs = null
    watch.answers++
    this.#acquit(peer, watch, 'it answered')
  }

  /** This node itself stood still: that nobody was heard meanwhile says nothing about them. */
  stalled(): void {
    for (const watch of this.#watches.values()) if (watch.sinceUs !== null) watch.sinceUs = this.#house.nowUs
  }

  #watch(peer: EndpointId): Watch {
    const known = this.#watches.get(peer)
    if (known !== undefined) return known
    const watch: Watch = { sinceUs: null, isTimed: false, down: false, answers: 0, turns: 0, turnsSinceUs: 0 }
    this.#watches.set(peer, watch)
    return watch
  }

  get #stepUs(): number {
    return Math.min(this.#house.options.detectorUs / (PINGS + 1), LONGEST_STEP_US)
  }

  #lookAgain(peer: EndpointId, watch: Watch, delayUs: number): void {
    watch.isTimed = true
    this.#house.after(delayUs, () => {
      watch.isTimed = false
      this.#look(peer, watch)
    })
  }

  /** While a question waits the peer is pinged a few times, for what waits may be lost, or wait for a slow disk. */
  #look(peer: EndpointId, watch: Watch): void {
    const { nowUs, options } = this.#house
    if (watch.sinceUs === null || watch.down) return
    const waitedUs = nowUs - watch.sinceUs
    if (waitedUs >= options.detectorUs) {
      this.#silent(peer, watch)
      return
    }
    const step = this.#stepUs
    this.#lookAgain(peer, watch, Math.min(step - (waitedUs % step), options.detectorUs - waitedUs))
    if (waitedUs >= step) this.#house.ask(peer, { type: 'ping' }, options.detectorUs, () => {})
  }

  #silent(peer: EndpointId, watch: Watch): void {
    watch.sinceUs = null
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
    this.#downs++
    this.#tell('peer-down', peer, watch, why)
    this.#retryLater(peer, watch)
  }

  #acquit(peer: EndpointId, watch: Watch, why: string): void {
    if (!watch.down) return
    watch.down = false
    this.#downs--
    this.#tell('peer-up', peer, watch, why)
  }

  /** Programs hear of each change. People not of one who has left the ring, and only now and then of one who comes and goes. */
  #tell(type: 'peer-down' | 'peer-up', peer: EndpointId, watch: Watch, why: string): void {
    const { nowUs, membership } = this.#house
    if (watch.turns === 0 || nowUs - watch.turnsSinceUs > MINUTE_US) {
      watch.turns = 0
      watch.turnsSinceUs = nowUs
    }
    const nth = ++watch.turns
    this.#house.count(type)
    this.#house.emit(type, { peer, why })
    if (!membership.peers.includes(peer) || (nth > TOLD_A_MINUTE && !/^10+$/.test(String(nth)))) return
    const often = nth > TOLD_A_MINUTE ? `${why}; it changed ${nth} times within a minute` : why
    this.#news.add(peer, { type: type === 'peer-down' ? 'peers-down' : 'peers-up', why: often })
  }

  /** One ping a timeout, or less often while many are down, until it is heard or belongs to the ring no more. */
  #retryLater(peer: EndpointId, watch: Watch): void {
    const house = this.#house
    // Were everybody pinged at one pace, a hundred nodes that lost sight of each other for a moment would drown in their pings.
    const pace = Math.max(1, this.down.length / RETRIES)
    house.after(house.options.detectorUs * pace, () => {
      if (!watch.down) return
      if (!house.membership.peers.includes(peer)) {
        this.#watches.delete(peer)
        // What others still say of it finds nothing to bring back.
        watch.down = false
        this.#downs--
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
