/** Judges the history so far, or the cluster itself (live-checks.ts). A history in which nothing was acknowledged, or only its beginning kept, proves nothing: `unknown`. */
import { checkers } from '../check/registry.ts'
import type { Checker, Scene, Verdict } from '../check/types.ts'
import type { EventColumns } from '../history/event-columns.ts'
import { isNode } from '../machine/ids.ts'
import { checkInThread } from './check-thread.ts'
import { type Checked, closingReaders, isClosingRead } from './checked.ts'
import { judgeLive, liveCheck } from './live-checks.ts'
import type { Run } from './run.ts'
import { unreadKeys, writtenKeys } from './unread-keys.ts'
import { UsageError } from './usage-error.ts'

const LIMITS = { timeMs: 30_000, configurations: 2_000_000 } as const

/** Rejects with UsageError for a checker that does not exist. */
export async function runCheck(run: Run, name: string): Promise<Verdict> {
  const live = liveCheck(run, name)
  const checked =
    live === undefined ? await judgeHistory(run, find(run, name)) : { atNs: run.clock.nowNs(), verdict: await judgeLive(run, live) }
  const { verdict } = checked
  run.checked.set(name, checked)
  run.events.emit('check', undefined, { name, verdict })
  return verdict
}

async function judgeHistory(run: Run, checker: Checker): Promise<Checked> {
  const { name } = checker
  // What nobody looked at cannot be judged, so every key is looked at.
  if (checker.wantsReads === 'every-key') await finalReads(run, writtenKeys(run.history.settle()))
  if (checker.wantsReads === 'unread-keys') await finalReads(run, unreadKeys(run.history.settle()))
  const atNs = run.clock.nowNs()
  const history = run.history.settle()
  const acknowledged = history.count('ok') > 0
  const scene = checker.wantsScene === true ? { scene: await sceneOf(run) } : {}
  const judged = acknowledged ? await checkInThread({ path: run.history.path, checker: name, limits: LIMITS, ...scene }) : empty(name)
  return { atNs, verdict: run.history.recorder.full ? ofBeginning(judged) : withReads(judged, history) }
}

/** Whoever typed two commands and is told of three operations wonders whose the third was. */
function withReads(verdict: Verdict, history: EventColumns): Verdict {
  let reads = 0
  for (let at = 0; at < history.length; at++) if (history.typeAt(at) === 'invoke' && isClosingRead(history, at)) reads += 1
  if (verdict.verdict !== 'valid' || reads === 0) return verdict
  const asked = verdict.operations - reads
  const own = `${asked} operation${asked === 1 ? '' : 's'} and ${reads} closing read${reads === 1 ? '' : 's'}`
  return { ...verdict, why: `${verdict.why} (${own})` }
}

/** Delays of the links between nodes, of the last stretch in which none of their rules changed. */
async function sceneOf({ shim, settings }: Run): Promise<Scene> {
  const links = Object.entries(await shim.delays()).filter(([link]) => link.split('>').every(isNode))
  const newest = links.flatMap(([, stretches]) => stretches.at(-1) ?? [])
  const sinceMs = newest.reduce((latest, stretch) => Math.max(latest, stretch.sinceMs), 0)
  return { settings, delays: { sinceMs, samplesMs: newest.flatMap(({ delaysMs }) => delaysMs) } }
}

function find({ mode }: Run, name: string): Checker {
  const checker = checkers.get(name)
  if (checker !== undefined) return checker
  const names = [...(mode.liveChecks ?? []).map((spec) => spec.name), ...checkers.keys()]
  throw new UsageError(`there is no checker ${name}; there are ${names.join(' ')}`)
}

/** A violation in the beginning of a run stands whatever followed; that the beginning was right says nothing of the rest. */
function ofBeginning(verdict: Verdict): Verdict {
  if (verdict.verdict !== 'valid') return verdict
  return {
    ...verdict,
    verdict: 'unknown',
    why: `the history was full before the run ended, and what followed was not recorded; until then: ${verdict.why}`,
  }
}

function empty(name: string): Verdict {
  return { verdict: 'unknown', why: `no operation was acknowledged, so ${name} says nothing`, witness: [], operations: 0, open: 0 }
}

const FINAL_READ_TIMEOUT_MS = 5_000

/**
 * Reads these keys once more, so that a loss that nobody looked at is looked at. The readers are clients
 * of their own and the reads stand in the history. A reader that gets no answer goes home: a store that stopped answering costs
 * one timeout, not one for each key.
 */
async function finalReads(run: Run, keys: readonly string[]): Promise<void> {
  const waiting = [...keys]
  const timeoutMs = FINAL_READ_TIMEOUT_MS * run.options.patience
  const reader = async (client: string): Promise<void> => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      const { outcome } = await run.operate(client, { f: 'get', key, value: null, timeoutMs })
      if (outcome !== 'ok') return
    }
  }
  await Promise.all(closingReaders.slice(0, waiting.length).map(reader))
}
