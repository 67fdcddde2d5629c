/**
 * The channel to the lab is a node's lifeline. A stopped node does not see it break, so each node that does kills its
 * siblings before itself.
 */
import { processState } from './process-identity.ts'

interface Sibling {
  readonly pid: number
  /** As it was when the lab named it; null where the system does not tell. */
  readonly start: string | null
}

export class Lifeline {
  #siblings: Sibling[] = []

  /** From now on this process ends when the lab does. */
  hold(): void {
    process.on('disconnect', () => this.#end())
    if (process.connected !== true) this.#end()
  }

  setSiblings(pids: readonly number[]): void {
    this.#siblings = pids.flatMap((pid) => {
      const state = pid === process.pid ? { alive: false as const } : processState(pid)
      return state.alive ? [{ pid, start: state.start }] : []
    })
  }

  #end(): void {
    for (const { pid, start } of this.#siblings) {
      const state = processState(pid)
      // Another process may have its number by now.
      if (!state.alive || state.start !== start) continue
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It went by itself between the two lines.
      }
    }
    process.exit(0)
  }
}
