import { countedOperations, linesOfOperations, numberOf } from './elements.ts'
import type { Checker } from './types.ts'

/**
 * A counter that only grows: a read lies between the adds acknowledged before it was asked and the adds asked before it was
 * answered. Unknown if something was subtracted: then these bounds prove nothing.
 */
export const counter: Checker = {
  name: 'counter',
  help: 'add (never negative) and read: no read below the acknowledged adds or above the attempted ones',
  check(history) {
    const { operations, counts } = countedOperations(history)
    const adds = operations.filter(({ f, outcome }) => f === 'add' && outcome !== 'fail')
    const amounts = adds.map((add) => ({ add, amount: numberOf(add.invoke.value, add) }))
    if (amounts.some(({ amount }) => amount < 0))
      return { verdict: 'unknown', why: 'the counter was also decreased', witness: [], ...counts }
    const reads = operations.filter(({ f, outcome }) => f === 'read' && outcome === 'ok')
    if (reads.length === 0) return { verdict: 'unknown', why: 'the counter was never read', witness: [], ...counts }
    const low = runningSum(amounts.map(({ add, amount }) => ({ at: add.end, amount })))
    const high = runningSum(amounts.map(({ add, amount }) => ({ at: add.begin, amount })))
    for (const read of reads) {
      const value = numberOf(read.completion?.value, read)
      const least = low(read.begin)
      const most = high(read.end)
      if (value >= least && value <= most) continue
      const why = `a read answered ${value}, where the adds allow ${least} to ${most}`
      return { verdict: 'invalid', why, witness: linesOfOperations([read]), ...counts }
    }
    return { verdict: 'valid', why: `${reads.length} reads lie within what ${adds.length} adds allow`, witness: [], ...counts }
  },
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
