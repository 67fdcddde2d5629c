import type { Operation } from '../history/operations.ts'
import { countedOperations, elementOf, linesOfOperations, someOf } from './elements.ts'
import type { Checker } from './types.ts'

/** What goes in comes out, once; order does not matter. Needs the queue drained at the end. */
export const queue: Checker = {
  name: 'queue',
  help: 'enqueue and dequeue: what was acknowledged comes out, once, and nothing else does',
  check(history) {
    const { operations, counts } = countedOperations(history)
    const tried = tally(
      operations.filter(({ f, outcome }) => f === 'enqueue' && outcome !== 'fail'),
      ({ invoke }) => invoke.value,
    )
    const acknowledged = tally(
      operations.filter(({ f, outcome }) => f === 'enqueue' && outcome === 'ok'),
      ({ invoke }) => invoke.value,
    )
    const taken = tally(
      operations.filter(({ f, outcome }) => f === 'dequeue' && outcome === 'ok'),
      ({ completion }) => completion?.value,
    )
    const invalid = (what: string, elements: readonly string[], shown: readonly (Operation | undefined)[]) =>
      ({ verdict: 'invalid', why: `${someOf(elements)} ${what}`, witness: linesOfOperations(shown), ...counts }) as const
    const of = (table: ReadonlyMap<string, Operation[]>, element: string) => table.get(element) ?? []
    const strange = [...taken.keys()].filter((element) => !tried.has(element))
    if (strange.length > 0) return invalid('came out, but nobody put it in', strange, of(taken, strange[0] ?? ''))
    const lost = [...acknowledged].filter(([element, ins]) => of(taken, element).length < ins.length).map(([element]) => element)
    if (lost.length > 0) return invalid('was acknowledged, but never came out', lost, of(acknowledged, lost[0] ?? ''))
    const twice = [...taken].filter(([element, outs]) => outs.length > of(tried, element).length).map(([element]) => element)
    if (twice.length > 0) return invalid('came out more often than it was put in', twice, of(taken, twice[0] ?? ''))
    if (taken.size === 0) return { verdict: 'unknown', why: 'nothing ever came out', witness: [], ...counts }
    return { verdict: 'valid', why: `${taken.size} elements came out, each as often as it was put in`, witness: [], ...counts }
  },
}

function tally(operations: readonly Operation[], value: (operation: Operation) => unknown): Map<string, Operation[]> {
  const table = new Map<string, Operation[]>()
  for (const operation of operations) {
    const element = elementOf(value(operation))
    const same = table.get(element)
    if (same === undefined) table.set(element, [operation])
    else same.push(operation)
  }
  return table
}
