/** One monotonic clock for a whole run: every thread of the process reads the same counter, so their times compare. */
export class RunClock {
  /** What `process.hrtime.bigint()` said when the run began; hand it to worker threads, so that they share this clock. */
  readonly startNs: bigint
  readonly #read: () => bigint

  constructor(startNs?: bigint, read: () => bigint = process.hrtime.bigint) {
    this.#read = read
    this.startNs = startNs ?? read()
  }

  /** Nanoseconds since the run began. Exact as a number for 104 days. */
  nowNs(): number {
    return Number(this.#read() - this.startNs)
  }
}
