/** How long the event loop stood still: a node that does not turn looks like one that is cut off, and a run must know the difference. */

/** A stall above this is worth an event. */
export const STALL_MS = 50

export class StallProbe {
  readonly #everyMs: number
  readonly #timer: NodeJS.Timeout
  readonly #onStall: (ms: number) => void
  #last = performance.now()
  #longest = 0

  constructor(everyMs: number, onStall: (ms: number) => void) {
    this.#everyMs = everyMs
    this.#onStall = onStall
    this.#timer = setInterval(() => this.#look(), everyMs)
  }

  /** The longest since the last call, whole milliseconds. */
  take(): number {
    this.#look()
    const longest = this.#longest
    this.#longest = 0
    return Math.round(longest)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    const stall = now - this.#last - this.#everyMs
    this.#last = now
    this.#longest = Math.max(this.#longest, stall)
    if (stall > STALL_MS) this.#onStall(Math.round(stall))
  }
}
