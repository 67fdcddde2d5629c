/**
 * How long datagrams were really under way over one directed link: a uniform sample of bounded size for each stretch of time in
 * which the link's rules stood still. A store that promises freshness in the mean is judged against these. Pure.
 */
import type { Random } from '../machine/random.ts'

/** One stretch of a directed link under one set of rules. */
export interface DelaySample {
  /** Milliseconds since the run began; the stretch lasts until the next one begins. */
  readonly sinceMs: number
  /** Datagrams that passed in it. */
  readonly passed: number
  /** From arrival at the shim until they left it, for as many of them as are kept, in no order. */
  readonly delaysMs: readonly number[]
}

/** Enough for a percentile: the 99th rests on five. */
export const KEPT_DELAYS = 512
/** Stretches kept; the oldest go first. */
export const KEPT_STRETCHES = 8

interface Stretch {
  readonly sinceMs: number
  passed: number
  readonly delaysMs: number[]
}

export class DelayLog {
  readonly #random: Random
  readonly #stretches: Stretch[]

  /** The random source is its own: which delays are kept must not decide what becomes of a datagram. */
  constructor(random: Random) {
    this.#random = random
    this.#stretches = [{ sinceMs: 0, passed: 0, delaysMs: [] }]
  }

  /** Other rules from now on. */
  turn(nowMs: number): void {
    if (this.#stretches.at(-1)?.passed === 0) this.#stretches.pop()
    this.#stretches.push({ sinceMs: nowMs, passed: 0, delaysMs: [] })
    if (this.#stretches.length > KEPT_STRETCHES) this.#stretches.shift()
  }

  /** Vitter's algorithm R: each of the datagrams so far is as likely to be kept. */
  add(delayMs: number): void {
    const stretch = this.#stretches[this.#stretches.length - 1]
    if (stretch === undefined) return
    stretch.passed++
    if (stretch.delaysMs.length < KEPT_DELAYS) {
      stretch.delaysMs.push(delayMs)
      return
    }
    const at = Math.floor(this.#random.next() * stretch.passed)
    if (at < KEPT_DELAYS) stretch.delaysMs[at] = delayMs
  }

  /** Oldest first; stretches in which nothing passed are left out. */
  samples(): DelaySample[] {
    return this.#stretches.filter(({ passed }) => passed > 0).map((stretch) => ({ ...stretch, delaysMs: [...stretch.delaysMs] }))
  }
}
