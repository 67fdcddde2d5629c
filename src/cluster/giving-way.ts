/**
 * Nodes give way to the lab, all of them together weighing what it weighs alone. All their datagrams pass the lab's one shim, and it is the
 * lab that looks at the clock: where each of five busy processes weighs as much, on a busy machine the lab stands still for parts of a second,
 * every answer comes too late, and what it says of the cluster is about itself. Of a hundred nodes that take each other for dead for that
 * reason each is busier still.
 */
import { writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** One step of niceness is a quarter of weight, on Linux; elsewhere something like it. */
const STEP = 1.25
const LEAST_POLITE = 19
/** Linux lets a user change one session's niceness in a tenth of a second: whoever comes sooner is told to try again. */
const AGAIN_MS = 110
const MOST_TRIES = 600

/** How nice each of so many node processes is: 0 to 19. */
export function nicenessOf(nodes: number): number {
  return Math.min(LEAST_POLITE, Math.round(Math.log(nodes) / Math.log(STEP)))
}

/** As far as the system lets us: a node that does not give way runs all the same. */
export class GivingWay {
  readonly #niceness: number
  #last: Promise<void> = Promise.resolve()

  constructor(nodes: number) {
    this.#niceness = nicenessOf(nodes)
  }

  /** A process that leads a session of its own and is up: while they start, all are in a hurry. */
  add(pid: number): void {
    if (this.#niceness === 0) return
    try {
      setPriority(pid, this.#niceness)
    } catch {
      // It ended already, or this system says no.
    }
    // Where sessions are scheduled as groups, the niceness of a process counts only within its own.
    if (process.platform === 'linux') this.#last = this.#last.then(() => this.#lowerSession(pid))
  }

  async #lowerSession(pid: number): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      try {
        await writeFile(`/proc/${pid}/autogroup`, String(this.#niceness))
        return
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
        await pause(AGAIN_MS, undefined, { ref: false })
      }
    }
  }
}
