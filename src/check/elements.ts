import { BadHistory } from '../history/bad-history.ts'
import { type Operation, pairOperations } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import type { Verdict } from './types.ts'
import { linesInOrder, showValue } from './words.ts'

/** Pairs, and the counts that every verdict carries. */
export function countedOperations(history: readonly HistoryEvent[]): {
  operations: Operation[]
  counts: Pick<Verdict, 'operations' | 'open'>
} {
  const operations = pairOperations(history)
  return { operations, counts: { operations: operations.length, open: operations.filter(({ outcome }) => outcome === 'info').length } }
}

/** Elements as text, so that equal ones meet whatever their type. */
export function elementOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What a read of a collection answered. */
export function elementsOf(read: Operation): string[] {
  const value = read.completion?.value
  if (!Array.isArray(value)) throw new BadHistory(Math.min(read.end, read.begin) + 1, 'a read of a set must answer a list')
  return value.map(elementOf)
}

export function numberOf(value: unknown, operation: Operation): number {
  if (typeof value !== 'number') throw new BadHistory(operation.begin + 1, `a value of ${operation.f} must be a number`)
  return value
}

/** `1, 2 and 7 more`. */
export function someOf(elements: readonly string[]): string {
  const shown = elements.slice(0, 5).map(showValue).join(', ')
  return elements.length > 5 ? `${shown} and ${elements.length - 5} more` : shown
}

export function linesOfOperations(operations: readonly (Operation | null | undefined)[]): HistoryEvent[] {
  return linesInOrder(operations.filter((operation) => operation != null))
}
