import Big from 'big.js'
import { parseDecimal } from '../machine/decimal.ts'
import type { Violation } from './clusters.ts'
import type { KvOperation } from './kv-steps.ts'
import { beginTime, claimOf, endTime, nameOf } from './words.ts'

/**
 * Losses that only a value made by many operations can show: an acknowledged append whose text is nowhere in the last read,
 * a counter that is below the acknowledged adds. Null wherever something else may have replaced the value.
 */
export function accumulatedLoss(writes: readonly KvOperation[], steps: readonly KvOperation[], last: KvOperation): Violation | null {
  return lostAppend(writes, steps, last) ?? lostAdds(writes, steps, last)
}

function lostAppend(writes: readonly KvOperation[], steps: readonly KvOperation[], last: KvOperation): Violation | null {
  if (last.step.kind !== 'see') return null
  const shown = last.step.value ?? ''
  const replacedUntil = steps.reduce((latest, { step, end, begin }) => {
    const replaces = step.kind === 'write' || step.kind === 'swap' || (step.kind === 'change' && step.by !== 'append')
    return replaces && begin < last.end ? Math.max(latest, end) : latest
  }, -1)
  for (const lost of writes) {
    if (lost.step.kind !== 'change' || lost.step.by !== 'append') continue
    if (lost.begin < replacedUntil || lost.end > last.begin || shown.includes(lost.step.operand)) continue
    const why =
      `${nameOf(lost)} was acknowledged at ${endTime(lost)} and nothing replaced the value since, but ${nameOf(last)}, ` +
      `begun at ${beginTime(last)}, ${claimOf(last)} without it`
    return { why, witness: [lost, last] }
  }
  return null
}

/** A key that only ever knew adds of one sign: the last read is at least (at most) the sum of those acknowledged before it. */
function lostAdds(writes: readonly KvOperation[], steps: readonly KvOperation[], last: KvOperation): Violation | null {
  if (last.step.kind !== 'see') return null
  const shown = parseDecimal(last.step.value ?? '0')
  if (shown === null) return null
  let signs = 0
  for (const { step } of steps) {
    if (step.kind === 'see' || step.kind === 'see-not') continue
    if (step.kind !== 'change' || step.by !== 'add') return null
    const amount = parseDecimal(step.operand)
    if (amount === null) return null
    signs |= amount.gt(0) ? 1 : amount.lt(0) ? 2 : 0
  }
  if (signs !== 1 && signs !== 2) return null
  const counted = writes.filter(({ end }) => end < last.begin)
  const sum = counted.reduce((total, { step }) => total.plus((step.kind === 'change' ? parseDecimal(step.operand) : null) ?? 0), new Big(0))
  if (signs === 1 ? shown.gte(sum) : shown.lte(sum)) return null
  const latest = counted.at(-1)
  const why =
    `${counted.length} acknowledged adds make ${sum.toFixed()}, but ${nameOf(last)}, begun at ${beginTime(last)} after all of them, ` +
    `${claimOf(last)}`
  return { why, witness: latest === undefined ? [last] : [latest, last] }
}
