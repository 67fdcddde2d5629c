/**
 * One directed link: what its rules make of each datagram. Pure: the caller brings the time and the random source and does
 * the sending, so the relay, a unit test and a simulator can all run it.
 *
 * A datagram is first `admit`ted (cut, loss, corrupt, duplicate, rate, delay) and, when its time has come, asked to `leave`
 * (cut again, hold, reorder). Every draw happens on admission, so what becomes of the k-th datagram depends on the seed and
 * the rules and not on when timers fired.
 */
import { assert } from '../machine/assert.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import { type LinkCounters, type LinkRules, OPEN_LINK } from './types.ts'

/** What a rate-limited link queues before it drops its tail. */
export const RATE_QUEUE_BYTES = 64 * 1024
/** How long a reordered datagram waits for the next one, milliseconds. */
export const REORDER_WAIT_MS = 50
/** The most one link keeps in flight (delay, rate), and the most it keeps under `hold`; what comes on top is `queue-full`. */
export const FLIGHT_DATAGRAMS = 16_384
export const HOLD_DATAGRAMS = 4_096
const QUEUE_BYTES = 8 * 1024 * 1024

export type DropReason = 'cut' | 'loss' | 'rate' | 'queue-full' | 'unmapped' | 'send-error'

/**
 * A datagram on its way. `travels`: the caller asks it to `leave` at `releaseAtMs`. `passed`: it leaves now.
 * All other fates say why it was dropped. Times are milliseconds on the caller's clock.
 */
export interface Passage {
  /** Set by the link alone; one object goes the whole way, since this is the hottest path of the house. */
  fate: 'travels' | 'passed' | DropReason
  readonly bytes: Uint8Array
  readonly arrivedMs: number
  readonly releaseAtMs: number
  /** Drawn to be overtaken by the next datagram. */
  readonly lags: boolean
}

/** A queue that counts its bytes and refuses what does not fit. */
class Room {
  readonly #most: number
  #datagrams = 0
  #bytes = 0

  constructor(mostDatagrams: number) {
    this.#most = mostDatagrams
  }

  enter(bytes: number): boolean {
    if (this.#datagrams >= this.#most || this.#bytes + bytes > QUEUE_BYTES) return false
    this.#datagrams++
    this.#bytes += bytes
    return true
  }

  leave(bytes: number): void {
    this.#datagrams--
    this.#bytes -= bytes
    assert(this.#datagrams >= 0 && this.#bytes >= 0, 'no datagram leaves a queue it never entered')
  }
}

export class Link {
  readonly from: EndpointId
  readonly to: EndpointId
  readonly #random: Random
  #rules: LinkRules = OPEN_LINK
  /** What a rate-limited link had still to send at `#backlogAtMs`. In bytes, so that a change of speed keeps it. */
  #backlogBytes = 0
  #backlogAtMs = 0
  readonly #flight = new Room(FLIGHT_DATAGRAMS)
  readonly #holdRoom = new Room(HOLD_DATAGRAMS)
  #held: Passage[] = []
  #laggard: Passage | null = null
  #laggardUntilMs = 0
  #passed = 0
  #bytes = 0
  #corrupted = 0
  #duplicated = 0
  #reordered = 0
  #heldCount = 0
  readonly #dropped = new Map<DropReason, number>()

  constructor(from: EndpointId, to: EndpointId, random: Random) {
    this.from = from
    this.to = to
    this.#random = random
  }

  get rules(): LinkRules {
    return this.#rules
  }

  /** Throws AssertionFailed on values that are no rules. What travels keeps the release time it was given. */
  setRules(rules: LinkRules, nowMs: number): void {
    assertRules(rules)
    this.#drain(nowMs)
    if (rules.rate === 0) this.#backlogBytes = 0
    this.#rules = rules
  }

  /** One datagram arrives: what passes at once (nothing delays it), travels, or is dropped, in order. May let a laggard out as well. */
  admit(arrived: Uint8Array, nowMs: number): Passage[] {
    const rules = this.#rules
    if (rules.cut) return [this.#drop('cut', arrived, nowMs)]
    if (rules.loss > 0 && this.#random.chance(rules.loss)) return [this.#drop('loss', arrived, nowMs)]
    const bytes = rules.corrupt > 0 && arrived.length > 0 && this.#random.chance(rules.corrupt) ? this.#corrupt(arrived) : arrived
    const copies = rules.duplicate > 0 && this.#random.chance(rules.duplicate)
    const first = this.#travel(bytes, nowMs)
    if (!copies) return first
    this.#duplicated++
    return [...first, ...this.#travel(bytes, nowMs)]
  }

  /** A travelling datagram's time has come: what passes or is dropped now, in order; nothing if it is held or waits to be overtaken. */
  leave(passage: Passage, nowMs: number): Passage[] {
    this.#flight.leave(passage.bytes.length)
    return this.#depart(passage, nowMs)
  }

  /** When `expire` has something to do; Infinity for never. */
  get laggardUntilMs(): number {
    return this.#laggard === null ? Number.POSITIVE_INFINITY : this.#laggardUntilMs
  }

  /** Nothing overtook the laggard in time: it goes on its own. */
  expire(nowMs: number): Passage[] {
    const laggard = this.#laggard
    if (laggard === null || nowMs < this.#laggardUntilMs) return []
    this.#laggard = null
    return this.#gate(laggard)
  }

  /** Lifts the hold and lets out what it kept, in order; a cut link drops it. */
  release(): Passage[] {
    this.#rules = { ...this.#rules, hold: false }
    const held = this.#held
    this.#held = []
    for (const passage of held) this.#holdRoom.leave(passage.bytes.length)
    return held.flatMap((passage) => this.#gate(passage))
  }

  get heldNow(): number {
    return this.#held.length
  }

  /** The caller has sent it. */
  countPassed(bytes: number): void {
    this.#passed++
    this.#bytes += bytes
  }

  countDrop(reason: DropReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1)
  }

  counters(): LinkCounters {
    return {
      passed: this.#passed,
      bytes: this.#bytes,
      corrupted: this.#corrupted,
      duplicated: this.#duplicated,
      reordered: this.#reordered,
      held: this.#heldCount,
      dropped: Object.fromEntries(this.#dropped),
    }
  }

  /** Out of the last stage: it may wait to be overtaken, or overtake who waits. */
  #depart(passage: Passage, nowMs: number): Passage[] {
    if (passage.lags && this.#laggard === null && !this.#rules.cut && !this.#rules.hold) {
      this.#laggard = passage
      this.#laggardUntilMs = nowMs + REORDER_WAIT_MS
      return []
    }
    const out = this.#gate(passage)
    const laggard = this.#laggard
    if (laggard === null || out[0]?.fate !== 'passed') return out
    this.#laggard = null
    this.#reordered++
    return [...out, ...this.#gate(laggard)]
  }

  /** The last test before the wire: cut, then hold. */
  #gate(passage: Passage): Passage[] {
    if (this.#rules.cut) return [this.#drop('cut', passage.bytes, passage.arrivedMs)]
    if (!this.#rules.hold) {
      passage.fate = 'passed'
      return [passage]
    }
    if (!this.#holdRoom.enter(passage.bytes.length)) return [this.#drop('queue-full', passage.bytes, passage.arrivedMs)]
    this.#heldCount++
    this.#held.push(passage)
    return []
  }

  #travel(bytes: Uint8Array, nowMs: number): Passage[] {
    const rules = this.#rules
    const lags = rules.reorder > 0 && this.#random.chance(rules.reorder)
    const waitMs = this.#drawWait(rules)
    const passage: Passage = { fate: 'travels', bytes, arrivedMs: nowMs, releaseAtMs: nowMs + waitMs, lags }
    if (rules.rate === 0) {
      if (waitMs === 0) return this.#depart(passage, nowMs)
    } else {
      this.#drain(nowMs)
      if (this.#backlogBytes + bytes.length > RATE_QUEUE_BYTES) return [this.#drop('rate', bytes, nowMs)]
    }
    if (!this.#flight.enter(bytes.length)) return [this.#drop('queue-full', bytes, nowMs)]
    if (rules.rate === 0) return [passage]
    this.#backlogBytes += bytes.length
    return [{ ...passage, releaseAtMs: passage.releaseAtMs + (this.#backlogBytes / rules.rate) * 1000 }]
  }

  /** Never before now: a jitter wider than the delay piles up at zero. Whole milliseconds, unless the shape would suffer. */
  #drawWait({ delayMs, jitterMs, shape }: LinkRules): number {
    const jitter = jitterMs > 0 ? (2 * this.#random.next() - 1) * jitterMs : 0
    if (shape === 'uniform') return Math.max(0, Math.round(delayMs + jitter))
    const drawnMs = delayMs > 0 ? -Math.log(1 - this.#random.next()) * delayMs : 0
    return Math.max(0, drawnMs + jitter)
  }

  #drain(nowMs: number): void {
    const sentBytes = ((nowMs - this.#backlogAtMs) / 1000) * this.#rules.rate
    this.#backlogBytes = Math.max(0, this.#backlogBytes - sentBytes)
    this.#backlogAtMs = nowMs
  }

  #drop(reason: DropReason, bytes: Uint8Array, arrivedMs: number): Passage {
    this.countDrop(reason)
    return { fate: reason, bytes, arrivedMs, releaseAtMs: arrivedMs, lags: false }
  }

  /** Flips one to three bits of a copy, evenly spaced so that no two are the same bit and undo each other. */
  #corrupt(arrived: Uint8Array): Uint8Array {
    this.#corrupted++
    const bytes = Uint8Array.from(arrived)
    const bits = bytes.length * 8
    const stride = this.#random.between(1, Math.floor(bits / 3))
    const first = this.#random.between(0, bits - 1)
    const count = this.#random.between(1, 3)
    for (let i = 0; i < count; i++) {
      const bit = (first + i * stride) % bits
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    }
    return bytes
  }
}

function assertRules(rules: LinkRules): void {
  for (const name of ['loss', 'corrupt', 'duplicate', 'reorder'] as const) {
    assert(rules[name] >= 0 && rules[name] <= 1, `${name} is a probability, not ${rules[name]}`)
  }
  assert(['uniform', 'exp'].includes(rules.shape), `${rules.shape} is no shape of delays`)
  for (const name of ['rate', 'delayMs', 'jitterMs'] as const) {
    assert(rules[name] >= 0 && Number.isFinite(rules[name]), `${name} is a finite number from 0, not ${rules[name]}`)
  }
}
