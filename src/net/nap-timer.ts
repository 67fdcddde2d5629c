/**
 * One deadline, met to a fraction of a millisecond without spinning. `setTimeout` is late by up to a millisecond and more, a
 * loop on `setImmediate` alone burns a core; so a far deadline sleeps in `setTimeout` and wakes early, and the last stretch is
 * walked in turns of the loop, each of which naps a little: long enough to cost little, short enough to let datagrams in.
 */
const NEAR_MS = 1.2
const NAP_MS = 0.15
/** A nap ends this much early, since waking takes time. */
const WAKE_MS = 0.03
/** A longer timeout would overflow a 32-bit timer. */
const LONGEST_TIMEOUT_MS = 60_000

export class NapTimer {
  readonly #now: () => number
  readonly #due: () => void
  readonly #cell = new Int32Array(new SharedArrayBuffer(4))
  #atMs = Number.POSITIVE_INFINITY
  #timeout: NodeJS.Timeout | null = null
  #immediate: NodeJS.Immediate | null = null

  /** `due` runs at the deadline, which is then forgotten; it may set the next. */
  constructor(now: () => number, due: () => void) {
    this.#now = now
    this.#due = due
  }

  /** Replaces the deadline, in milliseconds of the given clock; Infinity for none. */
  set(atMs: number): void {
    if (atMs === this.#atMs) return
    this.#atMs = atMs
    // A turn of the loop is on its way and will look at the new deadline.
    if (this.#immediate !== null) return
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    this.#timeout = null
    this.#wait()
  }

  #wait(): void {
    if (this.#atMs === Number.POSITIVE_INFINITY) return
    const restMs = this.#atMs - this.#now()
    if (restMs <= NEAR_MS) {
      this.#immediate = setImmediate(this.#turn)
      return
    }
    this.#timeout = setTimeout(this.#woken, Math.min(LONGEST_TIMEOUT_MS, Math.floor(restMs - 1)))
  }

  readonly #woken = (): void => {
    this.#timeout = null
    this.#wait()
  }

  readonly #turn = (): void => {
    this.#immediate = null
    const restMs = this.#atMs - this.#now()
    if (restMs > WAKE_MS && restMs <= NEAR_MS) Atomics.wait(this.#cell, 0, 0, Math.min(NAP_MS, restMs - WAKE_MS))
    if (this.#now() < this.#atMs) {
      this.#wait()
      return
    }
    this.#atMs = Number.POSITIVE_INFINITY
    this.#due()
  }
}
