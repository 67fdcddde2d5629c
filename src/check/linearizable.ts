import { pairOperations } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import type { Violation } from './clusters.ts'
import { Deadline } from './deadline.ts'
import { type KvOperation, type KvSemantics, LAB_KV, stepsByKey, type Value } from './kv-steps.ts'
import { dropUnnoticed } from './prune.ts'
import { type SearchResult, type Stuck, search } from './search.ts'
import type { Checker, CheckLimits, Verdict } from './types.ts'
import { beginTime, claimOf, endTime, linesOf, nameOf, oneOf } from './words.ts'
import { zones } from './zones.ts'

/** The store behaves as one copy of each key on which every operation takes effect at once, between question and answer. */
export const linearizable: Checker = {
  name: 'linearizable',
  wantsReads: 'unread-keys',
  help: 'every answer fits one order of all operations on its key, each between its question and its answer',
  check: (history, limits) => checkLinearizable(history, limits, LAB_KV),
}

/** Linearizability is local: each key is judged alone, the quick ones first. Throws BadHistory. */
export function checkLinearizable(history: readonly HistoryEvent[], limits: CheckLimits, semantics: KvSemantics): Verdict {
  const operations = pairOperations(history)
  const counts = { operations: operations.length, open: operations.filter(({ outcome }) => outcome === 'info').length }
  if (operations.length === 0) return { verdict: 'unknown', why: 'nothing was asked, so nothing can be judged', witness: [], ...counts }
  const keys = stepsByKey(operations, semantics)
  const deadline = new Deadline(limits)
  const hard: { readonly key: string; readonly steps: readonly KvOperation[] }[] = []
  for (const [key, all] of keys) {
    const steps = dropUnnoticed(all)
    const violation = siblings(steps) ?? zones(steps, semantics.initial)
    if (violation === undefined) hard.push({ key, steps })
    else if (violation !== null) return { ...counts, ...invalid(key, violation) }
  }
  hard.sort((a, b) => a.steps.length - b.steps.length)
  let unknown: Verdict | null = null
  for (const { key, steps } of hard) {
    const result = search(steps, semantics.initial, deadline)
    if (result.verdict === 'invalid') return { ...counts, ...invalid(key, explainStuck(result.stuck, semantics.initial)) }
    if (result.verdict === 'unknown') unknown ??= { ...counts, ...undecided(key, result) }
  }
  return unknown ?? { verdict: 'valid', why: summary(counts, keys.size), witness: [], ...counts }
}

function invalid(key: string, { why, witness }: Violation): Pick<Verdict, 'verdict' | 'why' | 'witness' | 'key'> {
  const named = key === '' ? why : `${key}: ${why}`
  return { verdict: 'invalid', why: named, witness: linesOf(witness), key }
}

function undecided(
  key: string,
  result: SearchResult & { readonly verdict: 'unknown' },
): Pick<Verdict, 'verdict' | 'why' | 'witness' | 'key'> {
  const why = `${result.why}; the first ${result.reached} of ${result.returns} answers fit`
  return { verdict: 'unknown', why: key === '' ? why : `${key}: ${why}`, witness: [], key }
}

/** A single copy holds one value: an answer with several needs nothing else to show that there were several copies. */
function siblings(steps: readonly KvOperation[]): Violation | null {
  const read = steps.find(({ step }) => step.kind === 'see-many')
  if (read?.step.kind !== 'see-many') return null
  const { values } = read.step
  const why = `${nameOf(read)} ${claimOf(read)} at ${endTime(read)}: ${values.length} values at once, where one copy of the key holds one`
  return { why, witness: [read] }
}

function explainStuck({ operation, possible }: Stuck, initial: Value): Violation {
  const writers = possible.flatMap(({ writer }) => (writer === null ? [] : [writer]))
  const could = possible.length === 0 ? [initial] : possible.map(({ value }) => value)
  const why =
    `${nameOf(operation)} ${claimOf(operation)}, but whatever the order before it, the value it met between ${beginTime(operation)} and ` +
    `${endTime(operation)} could only be ${oneOf(could)}`
  return { why, witness: [...writers, operation] }
}

function summary({ operations, open }: { readonly operations: number; readonly open: number }, keys: number): string {
  const unknown = open === 0 ? '' : `, ${open} of unknown outcome`
  return `${operations} operations on ${keys} ${keys === 1 ? 'key' : 'keys'} fit one order${unknown}`
}
