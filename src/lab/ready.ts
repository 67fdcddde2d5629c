import type { Lab } from './lab.ts'
import { pause } from './scope.ts'

/** A lab begins when its cluster answers, so that its first second is the same on a slow machine; or, bug or not, after this. */
const READY_MS = 5_000

export async function untilReady({ run }: Lab, signal: AbortSignal): Promise<void> {
  const endNs = run.clock.nowNs() + READY_MS * run.options.patience * 1e6
  while (!run.health.healthy && run.clock.nowNs() < endNs && !signal.aborted) await pause(20, signal)
}
