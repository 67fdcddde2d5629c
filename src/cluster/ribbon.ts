/** Health over time, the picture a lab is known by. Times are nanoseconds since the run began. */
import type { HealthState } from '../modes/mode.ts'
import { FLICKER_NS, type MeasuredStretch, pushStretch, type Stretch, stretchesSince } from '../stream/ribbon.ts'

export class Ribbon {
  #stretches: readonly Stretch[] = []

  /** Every change ever kept, oldest first. */
  get all(): readonly Stretch[] {
    return this.#stretches
  }

  /** As `pushStretch`. */
  push(state: HealthState, fromNs: number): void {
    this.#stretches = pushStretch(this.#stretches, state, fromNs)
  }

  /** As `stretchesSince`. */
  since(sinceNs: number, nowNs: number, flickerNs = FLICKER_NS): MeasuredStretch[] {
    return stretchesSince(this.#stretches, sinceNs, nowNs, flickerNs)
  }
}
