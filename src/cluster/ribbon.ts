/** Health over time, the picture a lab is known by. Times are nanoseconds since the run began. */
import type { HealthState } from '../modes/mode.ts'

export interface Stretch {
  readonly state: HealthState
  readonly fromNs: number
}

export interface MeasuredStretch extends Stretch {
  readonly toNs: number
}

/** A state shorter than this is a flicker, not a chapter. */
const FLICKER_NS = 1_000_000_000
/** Changes kept; the oldest go first. */
const MAX_STRETCHES = 10_000

export class Ribbon {
  #stretches: Stretch[] = []

  /** Every change ever kept, oldest first. */
  get all(): readonly Stretch[] {
    return this.#stretches
  }

  /** `fromNs` may lie in the past, when a state shows only after a while: it takes the place of what was thought since. */
  push(state: HealthState, fromNs: number): void {
    if (this.#stretches.at(-1)?.state === state) return
    while ((this.#stretches.at(-1)?.fromNs ?? 0) > fromNs) this.#stretches.pop()
    if (this.#stretches.at(-1)?.state === state) return
    this.#stretches.push({ state, fromNs })
    if (this.#stretches.length > MAX_STRETCHES) this.#stretches.shift()
  }

  /** What happened from then to now, without flickers: the time of one belongs to the state before it. */
  since(sinceNs: number, nowNs: number, flickerNs = FLICKER_NS): MeasuredStretch[] {
    const kept: MeasuredStretch[] = []
    for (const [i, { state, fromNs }] of this.#stretches.entries()) {
      const from = Math.max(fromNs, sinceNs)
      const to = this.#stretches[i + 1]?.fromNs ?? nowNs
      if (to <= from || to - from < flickerNs) continue
      const last = kept.at(-1)
      if (last?.state === state) kept[kept.length - 1] = { ...last, toNs: to }
      else kept.push({ state, fromNs: from, toNs: to })
    }
    return kept.map((stretch, i) => ({ ...stretch, toNs: kept[i + 1]?.fromNs ?? Math.max(stretch.toNs, nowNs) }))
  }
}
