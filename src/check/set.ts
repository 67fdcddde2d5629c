import type { HistoryEvent } from '../history/types.ts'
import { type Addition, type Collection, collectionsOf, type SetRead } from './collections.ts'
import { countedOperations, linesOfOperations, someOf } from './elements.ts'
import type { Checker, Verdict } from './types.ts'
import { percent } from './words.ts'

/** Elements are added, each set is read at the end: what was acknowledged is there, and nothing that nobody added. */
export const set: Checker = {
  name: 'set',
  wantsReads: 'every-key',
  help: 'elements added, and one last read: none missing that was acknowledged, none there that nobody added',
  check: checkSet,
}

interface Outcome {
  readonly collection: Collection
  readonly last: SetRead | null
  readonly acknowledged: number
  readonly lost: readonly Addition[]
  readonly unexpected: readonly string[]
  /** Of unknown outcome, and there. */
  readonly recovered: number
}

function checkSet(history: readonly HistoryEvent[]): Verdict {
  const { operations, counts } = countedOperations(history)
  const outcomes = collectionsOf(operations).map(outcomeOf)
  const all = totals(outcomes)
  const lost = outcomes.find((outcome) => outcome.lost.length > 0)
  if (lost !== undefined) {
    const names = someOf(lost.lost.map(({ element }) => element))
    const rate = `${all.lost} of ${all.acknowledged} acknowledged elements lost, ${percent(all.lost, all.acknowledged)}`
    const why = `${named(lost)}the last read misses ${names}, whose add was acknowledged before it; ${rate}`
    return {
      verdict: 'invalid',
      why,
      witness: linesOfOperations([lost.lost[0]?.operation, lost.last?.operation]),
      ...keyOf(lost),
      ...counts,
    }
  }
  const strange = outcomes.find(({ unexpected }) => unexpected.length > 0)
  if (strange !== undefined) {
    const why = `${named(strange)}the last read shows ${someOf(strange.unexpected)}, which nobody added`
    return { verdict: 'invalid', why, witness: linesOfOperations([strange.last?.operation]), ...keyOf(strange), ...counts }
  }
  const unread = outcomes.find(({ last, acknowledged }) => last === null && acknowledged > 0)
  if (all.reads === 0 || unread !== undefined)
    return { verdict: 'unknown', why: `${unread === undefined ? '' : named(unread)}the set was never read`, witness: [], ...counts }
  const recovered = all.recovered === 0 ? '' : `; ${all.recovered} of unknown outcome came through`
  const why = `the last read shows every acknowledged element, ${all.present} in all${recovered}`
  return { verdict: 'valid', why, witness: [], ...counts }
}

function outcomeOf(collection: Collection): Outcome {
  const { additions, reads } = collection
  const last = reads.at(-1) ?? null
  const acknowledged = additions.filter(({ operation }) => operation.outcome === 'ok')
  if (collection.refused !== null || last === null)
    return { collection, last: null, acknowledged: acknowledged.length, lost: [], unexpected: [], recovered: 0 }
  const { elements, operation: read } = last
  const missing = acknowledged.filter(({ element, operation }) => operation.end < read.begin && !elements.has(element))
  const tried = new Set(additions.map(({ element }) => element))
  const known = new Set(acknowledged.map(({ element }) => element))
  return {
    collection,
    last,
    acknowledged: acknowledged.length,
    lost: missing.filter((addition) => !collection.mayBeRemoved(addition)),
    unexpected: [...elements].filter((element) => !tried.has(element)),
    recovered: [...elements].filter((element) => tried.has(element) && !known.has(element)).length,
  }
}

function totals(outcomes: readonly Outcome[]): Record<'acknowledged' | 'lost' | 'recovered' | 'present' | 'reads', number> {
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0)
  return {
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost.length),
    recovered: sum(({ recovered }) => recovered),
    present: sum(({ last }) => last?.elements.size ?? 0),
    reads: sum(({ last }) => (last === null ? 0 : 1)),
  }
}

function named({ collection: { key, refused } }: Outcome): string {
  const name = key === '' ? '' : `${key}: `
  return refused === null ? name : `${name}${refused}, so `
}

function keyOf({ collection: { key } }: Outcome): { readonly key?: string } {
  return key === '' ? {} : { key }
}
