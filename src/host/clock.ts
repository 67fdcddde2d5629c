/** A node's two clocks, as the lab bends them: monotonic time that drifts but never goes back, wall time that jumps. */
import { type ClockFault, STEADY_CLOCK } from './ipc.ts'

/** What an endpoint needs to know of time. */
export interface Clock {
  /** Monotonic integer microseconds. */
  nowUs(): number
  wallMs(): number
  /** Real milliseconds until `nowUs` reads this; negative when it has passed. */
  realMsUntil(us: number): number
}

export interface TimeSource {
  /** Monotonic milliseconds with a fraction. */
  monotonicMs(): number
  wallMs(): number
}

const SYSTEM: TimeSource = { monotonicMs: () => performance.now(), wallMs: () => Date.now() }
/** A clock that stood still could not be told from a dead node; it always runs a little. */
const SLOWEST = 0.01

export class BentClock implements Clock {
  readonly #source: TimeSource
  #anchorMs: number
  #anchorUs = 0
  #rate = 1
  #skewMs = 0
  #lastUs = 0

  constructor(fault: ClockFault = STEADY_CLOCK, source: TimeSource = SYSTEM) {
    this.#source = source
    this.#anchorMs = source.monotonicMs()
    this.bend(fault)
  }

  /** From now on, time runs so. What it already read stays behind it. */
  bend(fault: ClockFault): void {
    const realMs = this.#source.monotonicMs()
    this.#anchorUs = this.#bent(realMs)
    this.#anchorMs = realMs
    this.#rate = Math.max(SLOWEST, 1 + fault.drift)
    this.#skewMs = fault.skewMs
  }

  nowUs(): number {
    this.#lastUs = Math.max(this.#lastUs, Math.floor(this.#bent(this.#source.monotonicMs())))
    return this.#lastUs
  }

  wallMs(): number {
    return Math.floor(this.#source.wallMs() + this.#skewMs)
  }

  realMsUntil(us: number): number {
    return (us - this.#bent(this.#source.monotonicMs())) / (1000 * this.#rate)
  }

  #bent(realMs: number): number {
    return this.#anchorUs + (realMs - this.#anchorMs) * 1000 * this.#rate
  }
}
