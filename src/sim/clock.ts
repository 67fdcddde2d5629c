/**
 * A node's own clocks, bent out of true time: the monotonic one runs a little fast or slow from an arbitrary origin, the wall
 * clock also jumps. A pause does not stop them (Linux CLOCK_MONOTONIC runs on during SIGSTOP).
 */
import { MS } from '../machine/time.ts'

export class BentClock {
  #baseTrueUs = 0
  #baseLocalUs: number
  #rate: number
  #wallOffsetMs = 1_700_000_000_000

  constructor(originUs: number, rate: number) {
    this.#baseLocalUs = originUs
    this.#rate = rate
  }

  /** Integer microseconds on the node's clock. */
  localUs(trueUs: number): number {
    return Math.floor(this.#baseLocalUs + (trueUs - this.#baseTrueUs) * this.#rate)
  }

  /** The first true microsecond at which the node's clock shows `localUs` or more. */
  trueUs(localUs: number): number {
    let at = Math.max(0, Math.floor(this.#baseTrueUs + (localUs - this.#baseLocalUs) / this.#rate))
    while (this.localUs(at) < localUs) at++
    return at
  }

  wallMs(trueUs: number): number {
    return this.#wallOffsetMs + Math.floor(this.localUs(trueUs) / MS)
  }

  /** From now on the clock runs at this rate; it never jumps. */
  drift(trueUs: number, rate: number): void {
    const local = this.localUs(trueUs)
    this.#baseTrueUs = trueUs
    this.#baseLocalUs = local
    this.#rate = rate
  }

  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms
  }
}
