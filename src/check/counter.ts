import type { HistoryEvent } from '../history/types.ts'
import { type Counter, countersOf } from './counters.ts'
import { countedOperations, linesOfOperations } from './elements.ts'
import type { Checker, Verdict } from './types.ts'

/**
 * A counter that only grows: a read lies between the adds acknowledged before it was asked and the adds asked before it was
 * answered. Unknown if something was subtracted: then these bounds prove nothing. In the lab's own store each key is a counter,
 * and a put by a client that had read the number is an add of the difference: what else a store can do that knows no add.
 */
export const counter: Checker = {
  name: 'counter',
  wantsReads: 'every-key',
  help: 'add (never negative) and read, or get, add one, put: no read below the acknowledged adds or above the attempted ones',
  check: checkCounter,
}

function checkCounter(history: readonly HistoryEvent[]): Verdict {
  const { operations, counts } = countedOperations(history)
  const counters = countersOf(operations)
  let reads = 0
  let adds = 0
  for (const one of counters) {
    if (one.additions.some(({ amount }) => amount < 0))
      return { verdict: 'unknown', why: `${named(one)}the counter was also decreased`, witness: [], ...counts }
    const bad = outOfBounds(one)
    if (bad !== null) {
      const why = `${named(one)}a read answered ${bad.value}, where the adds allow ${bad.least} to ${bad.most}`
      return { verdict: 'invalid', why, witness: linesOfOperations([bad.read]), ...(one.key === '' ? {} : { key: one.key }), ...counts }
    }
    reads += one.reads.length
    adds += one.additions.length
  }
  if (reads === 0) return { verdict: 'unknown', why: 'the counter was never read', witness: [], ...counts }
  return { verdict: 'valid', why: `${reads} reads lie within what ${adds} adds allow`, witness: [], ...counts }
}

function named({ key }: Counter): string {
  return key === '' ? '' : `${key}: `
}

function outOfBounds({ additions, reads }: Counter) {
  const low = runningSum(additions.map(({ operation, amount }) => ({ at: operation.end, amount })))
  const high = runningSum(additions.map(({ operation, amount }) => ({ at: operation.begin, amount })))
  for (const { operation: read, value } of reads) {
    const least = low(read.begin)
    const most = high(read.end)
    if (value < least || value > most) return { read, value, least, most }
  }
  return null
}

/** The sum of what stands before a position, by binary search. */
function runningSum(items: readonly { readonly at: number; readonly amount: number }[]): (position: number) => number {
  const sorted = items.toSorted((a, b) => a.at - b.at)
  const sums = [0]
  for (const { amount } of sorted) sums.push((sums.at(-1) ?? 0) + amount)
  return (position) => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sorted[middle]?.at ?? 0) < position) low = middle + 1
      else high = middle
    }
    return sums[low] ?? 0
  }
}
