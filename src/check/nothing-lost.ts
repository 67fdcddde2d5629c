import { type Operation, pairOperations } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import { accumulatedLoss } from './accumulated.ts'
import type { Violation } from './clusters.ts'
import { type KvOperation, LAB_KV, stepsByKey, type Value } from './kv-steps.ts'
import { hasLineage } from './lineage.ts'
import type { Checker, CheckLimits, Verdict } from './types.ts'
import { judgeVersions } from './versions.ts'
import { beginTime, claimOf, endTime, linesOf, nameOf, neverRead } from './words.ts'

/**
 * No acknowledged write is missing from the end of the history. The last read of each key is the witness: whatever it shows
 * must come from the write itself, or from one that may have followed it. Weaker than `linearizable`: a stale read in
 * between, or a write applied twice, loses nothing.
 *
 * Needs a read of each key after its last acknowledged write (the lab reads every key before it checks); keys without one
 * make the verdict unknown.
 *
 * Where the store keeps several versions of a key, what may follow what is not guessed from times: a write is replaced by one
 * whose client held it (`versions.ts`).
 */
export const nothingLost: Checker = {
  name: 'nothing-lost',
  wantsReads: 'every-key',
  help: 'the last read of each key shows every acknowledged write, or one that may have replaced it',
  check: checkNothingLost,
}

function checkNothingLost(history: readonly HistoryEvent[], _limits: CheckLimits): Verdict {
  if (hasLineage(history)) return judgeVersions(history, 'losses')
  const operations = pairOperations(history)
  const counts = { operations: operations.length, open: countOpen(operations) }
  const keys = stepsByKey(operations, LAB_KV)
  let acknowledged = 0
  const unread: string[] = []
  for (const [key, steps] of keys) {
    const writes = steps.filter((operation) => !operation.open && changes(operation))
    acknowledged += writes.length
    const last = lastRead(steps)
    if (last !== null) {
      const loss = missing(writes, steps, last) ?? accumulatedLoss(writes, steps, last)
      if (loss !== null) return { verdict: 'invalid', why: `${key}: ${loss.why}`, witness: linesOf(loss.witness), key, ...counts }
    }
    if (writes.some(({ end }) => last === null || end > last.begin)) unread.push(key)
  }
  if (acknowledged === 0) return { verdict: 'unknown', why: 'no write was acknowledged, so none could be lost', witness: [], ...counts }
  if (unread.length > 0) return { verdict: 'unknown', why: neverRead(unread), witness: [], ...counts }
  return {
    verdict: 'valid',
    why: `${acknowledged} acknowledged writes on ${keys.size} ${keys.size === 1 ? 'key' : 'keys'} were all there or replaced`,
    witness: [],
    ...counts,
  }
}

function countOpen(operations: readonly Operation[]): number {
  return operations.filter(({ outcome }) => outcome === 'info').length
}

function changes({ step }: KvOperation): boolean {
  return step.kind === 'write' || step.kind === 'swap' || step.kind === 'change'
}

/** The read that was asked last. */
function lastRead(steps: readonly KvOperation[]): KvOperation | null {
  let last: KvOperation | null = null
  for (const operation of steps)
    if (operation.step.kind === 'see' && operation.operation.f !== 'cas' && operation.begin > (last?.begin ?? -1)) last = operation
  return last
}

/** A write is missing if everybody who can have made the value read was answered before the write was asked. */
function missing(writes: readonly KvOperation[], steps: readonly KvOperation[], last: KvOperation): Violation | null {
  if (last.step.kind !== 'see') return null
  const { value } = last.step
  const makers = steps.filter((operation) => operation.begin < last.end && changes(operation) && canMake(operation, value))
  const latestEnd = makers.reduce((latest, { end }) => Math.max(latest, end), -1)
  if (makers.length === 0 && value !== LAB_KV.initial) return null
  const lost = writes
    .filter(({ begin, end }) => begin > latestEnd && end < last.begin)
    .reduce<KvOperation | null>((latest, write) => (latest === null || write.end > latest.end ? write : latest), null)
  if (lost === null) return null
  const source = makers.find(({ end }) => end === latestEnd)
  const before = source === undefined ? 'the state before any write' : `what ${nameOf(source)} had made by ${endTime(source)}, before it`
  const why =
    `${nameOf(lost)} was acknowledged at ${endTime(lost)}, but ${nameOf(last)}, begun at ${beginTime(last)} and last of all, ` +
    `${claimOf(last)}: ${before}`
  return { why, witness: source === undefined ? [lost, last] : [source, lost, last] }
}

/** Sound: says yes wherever it cannot say no. */
function canMake({ step }: KvOperation, value: Value): boolean {
  switch (step.kind) {
    case 'write':
      return step.value === value
    case 'swap':
      return step.to === value
    case 'change':
      if (value === null) return false
      if (step.by === 'append') return step.result === undefined ? value.endsWith(step.operand) : step.result === value
      return step.result === undefined || step.result === value
    default:
      return false
  }
}
