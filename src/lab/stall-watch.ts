/** A late timer means that the machine, not the store, was slow. */
import { performance } from 'node:perf_hooks'

const EVERY_MS = 25
const STALL_MS = 50

/** Tells of each stall of this thread, in milliseconds, once it is over. Answers how to stop. */
export function watchStalls(onStall: (ms: number) => void): () => void {
  let expectedMs = performance.now() + EVERY_MS
  const timer = setInterval(() => {
    const nowMs = performance.now()
    if (nowMs - expectedMs > STALL_MS) onStall(nowMs - expectedMs)
    expectedMs = nowMs + EVERY_MS
  }, EVERY_MS)
  return () => clearInterval(timer)
}
