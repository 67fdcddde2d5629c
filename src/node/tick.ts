/**
 * A process that was stopped wakes with its timers overdue and its socket full, and the timers come first. One that acted on
 * them at once would start an election though the leader's heartbeats already wait. So a late tick drains first.
 */

/** A tick later than this waits until the socket is empty, microseconds. */
const LATE_US = 50_000
/** Turns of the event loop spent on draining, at most: each brings 32 datagrams, a full buffer of small ones about 320. */
export const MAX_DRAIN_TURNS = 1024

export function isLate(nowUs: number, deadlineUs: number): boolean {
  return nowUs - deadlineUs > LATE_US
}

/** How a host decides, once a turn of its event loop, whether to step the core or to read on. */
export class DrainRule {
  #turns = 0

  /** `brought`: whether anything came in since the last decision. */
  decide(nowUs: number, deadlineUs: number, brought: boolean): 'drain' | 'turn' {
    const first = this.#turns === 0
    if (isLate(nowUs, deadlineUs) && (first || brought) && this.#turns < MAX_DRAIN_TURNS) {
      this.#turns++
      return 'drain'
    }
    this.#turns = 0
    return 'turn'
  }
}
