/** Counts by name, for people and for the bounds of a run. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
  }

  get record(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}

export interface CoreCounters {
  readonly datagramsIn: number
  readonly datagramsOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  /**
   * By reason. In: `short version crc run receiver sender malformed inbox-full fragment` (a message whose fragments did not
   * come together). Out: `too-large outbox-full gate-full`.
   */
  readonly dropped: Readonly<Record<string, number>>
  readonly messagesOut: Readonly<Record<string, number>>
}
