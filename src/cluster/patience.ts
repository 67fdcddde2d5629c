/**
 * How long an answer is waited for, in time that this process itself ran. After a stall Node fires timers before it reads what came meanwhile:
 * whoever counted by the clock would take a node for silent whose answer is waiting in the pipe.
 */

/** A timer that fires this much late was held up by a stall. Milliseconds. */
const LATE_MS = 50
/** A machine that never runs for long in one piece must not make anybody wait for ever. */
const MOST_STALLS = 20

/** Runs `giveUp` after `ms`, counted anew after each stall. The function returned calls it off. */
export function patience(ms: number, giveUp: () => void): () => void {
  let stalls = 0
  let timer: NodeJS.Timeout | null = null
  const wait = (): void => {
    const dueMs = performance.now() + ms
    timer = setTimeout(() => {
      if (performance.now() - dueMs > LATE_MS && stalls++ < MOST_STALLS) wait()
      else giveUp()
    }, ms)
  }
  wait()
  return () => clearTimeout(timer ?? undefined)
}
