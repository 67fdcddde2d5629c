/**
 * The network between endpoints: each directed link loses, doubles, corrupts and delays datagrams by its own draws, and can be
 * cut or held. Delays are independent, so jitter reorders; a few datagrams are late by far more, since stale messages find bugs.
 */
import type { EndpointId } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'

export interface NetworkProfile {
  readonly loss: number
  readonly duplicate: number
  readonly corrupt: number
  readonly minDelayUs: number
  readonly jitterUs: number
  /** The chance that a datagram is late by up to `lateUs` more. */
  readonly late: number
  readonly lateUs: number
  /** The chance that the second copy of a doubled datagram is late. */
  readonly lateCopies: number
}

/** A network with nothing wrong with it. */
export const CALM: NetworkProfile = { loss: 0, duplicate: 0, corrupt: 0, minDelayUs: 100, jitterUs: 200, late: 0, lateUs: 0, lateCopies: 0 }

export interface Delivery {
  readonly atUs: number
  readonly bytes: Uint8Array
}

/** How many datagrams one held link keeps; the rest are lost. */
const HELD_PER_LINK = 64

export class SimNetwork {
  readonly #random: Random
  #profile: NetworkProfile
  readonly #cut = new Map<string, number>()
  readonly #heldLinks = new Set<string>()
  readonly #held: { readonly from: EndpointId; readonly to: EndpointId; readonly bytes: Uint8Array }[] = []
  readonly #heldCount = new Map<string, number>()

  constructor(random: Random, profile: NetworkProfile) {
    this.#random = random
    this.#profile = profile
  }

  /** The copies that will arrive, and when; empty if lost, cut or held. */
  send(nowUs: number, from: EndpointId, to: EndpointId, bytes: Uint8Array): Delivery[] {
    if (this.isCut(from, to)) return []
    const p = this.#profile
    if (p.loss > 0 && this.#random.chance(p.loss)) return []
    const link = `${from}>${to}`
    if (this.#heldLinks.has(link)) {
      const count = this.#heldCount.get(link) ?? 0
      if (count < HELD_PER_LINK) {
        this.#heldCount.set(link, count + 1)
        this.#held.push({ from, to, bytes })
      }
      return []
    }
    const copies = p.duplicate > 0 && this.#random.chance(p.duplicate) ? 2 : 1
    const out: Delivery[] = []
    for (let i = 0; i < copies; i++)
      out.push({ atUs: nowUs + this.#delayUs(i === 0 ? p.late : Math.max(p.late, p.lateCopies)), bytes: this.#maybeCorrupt(bytes) })
    return out
  }

  isCut(from: EndpointId, to: EndpointId): boolean {
    return (this.#cut.get(`${from}>${to}`) ?? 0) > 0
  }

  /** Cuts add up: a link is open when every fault that cut it is over. */
  cut(from: EndpointId, to: EndpointId): void {
    const link = `${from}>${to}`
    this.#cut.set(link, (this.#cut.get(link) ?? 0) + 1)
  }

  join(from: EndpointId, to: EndpointId): void {
    const link = `${from}>${to}`
    this.#cut.set(link, Math.max(0, (this.#cut.get(link) ?? 0) - 1))
  }

  hold(from: EndpointId, to: EndpointId): void {
    this.#heldLinks.add(`${from}>${to}`)
  }

  /** Opens every held link; returns what they kept, in order. */
  release(): { readonly from: EndpointId; readonly to: EndpointId; readonly bytes: Uint8Array }[] {
    this.#heldLinks.clear()
    this.#heldCount.clear()
    return this.#held.splice(0)
  }

  shape(profile: NetworkProfile): void {
    this.#profile = profile
  }

  /** Every cut and hold is over and every link is calm. Returns what was held. */
  heal(): { readonly from: EndpointId; readonly to: EndpointId; readonly bytes: Uint8Array }[] {
    this.#cut.clear()
    this.#profile = CALM
    return this.release()
  }

  #delayUs(lateness: number): number {
    const p = this.#profile
    const late = lateness > 0 && this.#random.chance(lateness) ? this.#random.between(0, p.lateUs) : 0
    return p.minDelayUs + this.#random.between(0, p.jitterUs) + late
  }

  #maybeCorrupt(bytes: Uint8Array): Uint8Array {
    if (this.#profile.corrupt === 0 || bytes.length === 0 || !this.#random.chance(this.#profile.corrupt)) return bytes
    const bad = Uint8Array.from(bytes)
    const at = this.#random.between(0, bad.length - 1)
    bad[at] = (bad[at] ?? 0) ^ (1 << this.#random.between(0, 7))
    return bad
  }
}
