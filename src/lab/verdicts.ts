/** Runs a checker on the history so far. A history in which nothing was acknowledged proves nothing: `unknown`. */
import { checkers } from '../check/registry.ts'
import type { Checker, Verdict } from '../check/types.ts'
import { checkInThread } from './check-thread.ts'
import type { Run } from './run.ts'
import { UsageError } from './usage-error.ts'

const LIMITS = { timeMs: 30_000, configurations: 2_000_000 } as const

/** Rejects with UsageError for a checker that does not exist. */
export async function runCheck(run: Run, name: string): Promise<Verdict> {
  const checker = find(name)
  // What nobody looked at cannot be judged, so every key is looked at, unless nobody would answer. Seen from outside alone a
  // cluster is unhealthy too in its first moment, before the first answer.
  const hopeless = run.health.observed.state === 'unhealthy' && run.health.predicted.state === 'unhealthy'
  if (checker.wantsReads && !hopeless) await finalReads(run)
  const acknowledged = run.history.settle().some((event) => event.type === 'ok')
  const verdict = acknowledged ? await checkInThread({ path: run.history.path, checker: name, limits: LIMITS }) : empty(name)
  run.events.emit('check', undefined, { name, verdict })
  return verdict
}

function find(name: string): Checker {
  const checker = checkers.get(name)
  if (checker === undefined) throw new UsageError(`there is no checker ${name}; there are ${[...checkers.keys()].join(' ')}`)
  return checker
}

function empty(name: string): Verdict {
  return { verdict: 'unknown', why: `no operation was acknowledged, so ${name} says nothing`, witness: [], operations: 0, open: 0 }
}

const FINAL_READ_TIMEOUT_MS = 5_000
const FINAL_READERS = 8
/** A store that stopped answering must not cost every key's timeout. */
const FINAL_READS_MS = 20_000

/**
 * Reads every key that was ever written once more, so that a loss that nobody looked at is looked at. The readers are clients
 * of their own and the reads stand in the history.
 */
async function finalReads(run: Run): Promise<void> {
  const keys = new Set<string>()
  for (const event of run.history.events()) {
    if (event.type === 'invoke' && event.f !== 'get' && event.key !== null) keys.add(event.key)
  }
  const waiting = [...keys]
  const timeoutMs = FINAL_READ_TIMEOUT_MS * run.options.patience
  const endNs = run.clock.nowNs() + FINAL_READS_MS * run.options.patience * 1e6
  const reader = async (index: number): Promise<void> => {
    for (let key = waiting.shift(); key !== undefined && run.clock.nowNs() < endNs; key = waiting.shift()) {
      await run.operate(`c${90 + index}`, { f: 'get', key, value: null, timeoutMs })
    }
  }
  await Promise.all(Array.from({ length: Math.min(FINAL_READERS, waiting.length) }, (_, index) => reader(index)))
}
