import type { CheckLimits } from './types.ts'

/** One budget for a whole check: the keys of a history share its time, each has the configurations to itself. */
export class Deadline {
  readonly #limits: CheckLimits
  readonly #endMs: number
  readonly #nowMs: () => number

  constructor(limits: CheckLimits, nowMs: () => number = () => performance.now()) {
    this.#limits = limits
    this.#nowMs = nowMs
    this.#endMs = nowMs() + limits.timeMs
  }

  /** Why the check must stop, or null. */
  exceeded(configurations = 0): string | null {
    if (configurations > this.#limits.configurations) return `more than ${this.#limits.configurations} configurations to consider`
    if (this.#nowMs() >= this.#endMs) return `no answer within ${this.#limits.timeMs} ms`
    return null
  }
}
