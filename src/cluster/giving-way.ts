/**
 * Nodes give way to the lab. All their datagrams pass the lab's one shim, and it is the lab that looks at the clock: where each of many busy
 * processes weighs as much, the lab stands still for parts of a second, every answer comes too late, and what it says of the cluster is about
 * itself. Of a hundred nodes that take each other for dead for that reason each is busier still.
 */
import { writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** Together nodes weigh so many times what the lab weighs: from the start, and from the moment on at which it stood still. */
const WEIGHT = 12
const WEIGHT_AFTER = 1
/** One step of niceness is a quarter of weight, on Linux; elsewhere something like it. */
const STEP = 1.25
const LEAST_POLITE = 19
/** Linux lets a user change one session's niceness in a tenth of a second: whoever comes sooner is told to try again. */
const AGAIN_MS = 110
const MOST_TRIES = 600

/** How nice each of so many node processes is, 0 to 19, where all of them may weigh `weight`. */
export function nicenessOf(nodes: number, weight: number): number {
  return Math.min(LEAST_POLITE, Math.max(0, Math.round(Math.log(nodes / weight) / Math.log(STEP))))
}

/** As far as the system lets us: a node that does not give way runs all the same. */
export class GivingWay {
  readonly #nodes: number
  #niceness: number
  #last: Promise<void> = Promise.resolve()

  constructor(nodes: number) {
    this.#nodes = nodes
    this.#niceness = nicenessOf(nodes, WEIGHT)
  }

  /** The lab stood still: from now on these, which live, and those to come give way further. */
  further(pids: readonly number[]): void {
    const niceness = nicenessOf(this.#nodes, WEIGHT_AFTER)
    if (niceness === this.#niceness) return
    this.#niceness = niceness
    for (const pid of pids) this.add(pid)
  }

  /** A process that leads a session of its own and is up: while they start, all are in a hurry. */
  add(pid: number): void {
    const niceness = this.#niceness
    if (niceness === 0) return
    try {
      setPriority(pid, niceness)
    } catch {
      // It ended already, or this system says no.
    }
    // Where sessions are scheduled as groups, the niceness of a process counts only within its own.
    if (process.platform === 'linux') this.#last = this.#last.then(() => lowerSession(pid, niceness))
  }
}

async function lowerSession(pid: number, niceness: number): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      await writeFile(`/proc/${pid}/autogroup`, String(niceness))
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
      await pause(AGAIN_MS, undefined, { ref: false })
    }
  }
}
