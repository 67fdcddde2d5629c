/** Runs a checker on the history so far. A history in which nothing was acknowledged proves nothing: `unknown`. */
import { checkers } from '../check/registry.ts'
import type { Checker, Verdict } from '../check/types.ts'
import { Refusal } from './answer.ts'
import type { Run } from './run.ts'

const LIMITS = { timeMs: 30_000, configurations: 2_000_000 } as const

export async function runCheck(run: Run, name: string, patience = run.options.patience): Promise<Verdict> {
  const checker = find(name)
  // What nobody looked at cannot be judged, so every key is looked at, unless nobody would answer.
  if (checker.wantsReads && run.health.observed.state !== 'unhealthy') await finalReads(run, patience)
  await run.settleHistory()
  const history = run.recorder.events()
  const verdict = history.some((event) => event.type === 'ok') ? checker.check(history, LIMITS) : empty(name)
  run.events.emit('check', undefined, { name, verdict })
  return verdict
}

function find(name: string): Checker {
  const checker = checkers.get(name)
  if (checker === undefined) throw new Refusal(`there is no checker ${name}; there are ${[...checkers.keys()].join(' ')}`)
  return checker
}

function empty(name: string): Verdict {
  return { verdict: 'unknown', why: `no operation was acknowledged, so ${name} says nothing`, witness: [], operations: 0, open: 0 }
}

const FINAL_READ_TIMEOUT_MS = 5_000
const FINAL_READERS = 8

/**
 * Reads every key that was ever written once more, so that a loss that nobody looked at is looked at. The readers are clients
 * of their own and the reads stand in the history.
 */
async function finalReads(run: Run, patience: number): Promise<void> {
  await run.settleHistory()
  const keys = new Set<string>()
  for (const event of run.recorder.events()) {
    if (event.type === 'invoke' && event.f !== 'get' && event.key !== null) keys.add(event.key)
  }
  const waiting = [...keys]
  const reader = async (index: number): Promise<void> => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      await run.operate(`c${90 + index}`, { f: 'get', key, value: null, timeoutMs: FINAL_READ_TIMEOUT_MS * patience })
    }
  }
  await Promise.all(Array.from({ length: Math.min(FINAL_READERS, waiting.length) }, (_, index) => reader(index)))
}
