import { BadHistory } from '../history/bad-history.ts'
import type { Operation } from '../history/operations.ts'
import { countedOperations, linesOfOperations } from './elements.ts'
import type { Checker } from './types.ts'

/** Money moves and is never made: each read of all accounts has the accounts and the total of the first, and none in debt. */
export const bank: Checker = {
  name: 'bank',
  help: 'transfer and read of all accounts: the total never changes, no account is in debt',
  check(history) {
    const { operations, counts } = countedOperations(history)
    const reads = operations.filter(({ f, outcome }) => f === 'read' && outcome === 'ok').toSorted((a, b) => a.end - b.end)
    const first = reads[0]
    if (first === undefined) return { verdict: 'unknown', why: 'the accounts were never read', witness: [], ...counts }
    const expected = balancesOf(first)
    const total = sum(expected)
    for (const read of reads) {
      const why = problem(balancesOf(read), expected, total)
      if (why !== null) return { verdict: 'invalid', why, witness: linesOfOperations([first, read]), ...counts }
    }
    return { verdict: 'valid', why: `${reads.length} reads all total ${total}`, witness: [], ...counts }
  },
}

function problem(balances: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>, total: number): string | null {
  if (balances.size !== expected.size || [...expected.keys()].some((name) => !balances.has(name)))
    return 'a read shows other accounts than the first'
  const debtor = [...balances].find(([, balance]) => balance < 0)
  if (debtor !== undefined) return `a read shows account ${debtor[0]} at ${debtor[1]}`
  const found = sum(balances)
  return found === total ? null : `a read totals ${found}, the first one ${total}`
}

function balancesOf(read: Operation): Map<string, number> {
  const value = read.completion?.value
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadHistory(read.begin + 1, 'a read of a bank must answer {account: balance}')
  return new Map(
    Object.entries(value).map(([name, balance]) => {
      if (typeof balance !== 'number') throw new BadHistory(read.begin + 1, `the balance of account ${name} must be a number`)
      return [name, balance]
    }),
  )
}

function sum(balances: ReadonlyMap<string, number>): number {
  return [...balances.values()].reduce((total, balance) => total + balance, 0)
}
