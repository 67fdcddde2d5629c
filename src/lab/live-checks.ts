/** Checks of a mode that ask the cluster itself: looked at again and again, since a store that is eventually right needs its time. */
import type { Verdict } from '../check/types.ts'
import type { LiveCheckSpec } from '../modes/mode.ts'
import { portOf } from './cluster-port.ts'
import type { Run } from './run.ts'
import { pause } from './scope.ts'

/** A look asks every node, so not as often as one may ask for a status. */
export const LIVE_POLL_MS = 200

export function liveCheck({ mode }: Run, name: string): LiveCheckSpec | undefined {
  return mode.liveChecks?.find((spec) => spec.name === name)
}

/** How long it may take until it is so, once every fault is gone. Milliseconds. */
export function allowedMs({ settings, cluster, options }: Run, spec: LiveCheckSpec): number {
  return spec.withinMs(settings, cluster.ids.length) * options.patience
}

/**
 * `valid` as soon as it is so, `invalid` if it does not come in its time. While faults are in force or a load writes it need not be so:
 * then one look decides, and `unknown` is all that it can say against it.
 */
export async function judgeLive(run: Run, spec: LiveCheckSpec): Promise<Verdict> {
  const ms = allowedMs(run, spec)
  const endNs = run.clock.nowNs() + ms * 1e6
  for (;;) {
    const { holds, why } = await spec.look(portOf(run))
    if (holds) return verdict('valid', why)
    const excuse = unrest(run)
    if (excuse !== null) return verdict('unknown', `${why}; it need not be so while ${excuse}`)
    if (run.clock.nowNs() >= endNs || run.ending.aborted) return verdict('invalid', `${why}; still so after ${(ms / 1000).toFixed(1)} s`)
    await pause(LIVE_POLL_MS, run.ending)
  }
}

function unrest(run: Run): string | null {
  if (run.load.running) return 'a load is running'
  if (run.chaos !== null) return 'chaos is running'
  const faults = run.faults()
  return faults.length === 0 ? null : `faults are in force: ${faults.join(', ')}`
}

function verdict(word: Verdict['verdict'], why: string): Verdict {
  return { verdict: word, why, witness: [], operations: 0, open: 0 }
}
