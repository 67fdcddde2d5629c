import { countedOperations, elementOf, elementsOf, linesOfOperations, someOf } from './elements.ts'
import type { Checker } from './types.ts'

/** Elements are added, the set is read at the end: what was acknowledged is there, and nothing that nobody added. */
export const set: Checker = {
  name: 'set',
  help: 'add and one last read: no acknowledged element missing, none that nobody added',
  check(history) {
    const { operations, counts } = countedOperations(history)
    const adds = operations.filter(({ f }) => f === 'add')
    const last = operations.findLast(({ f, outcome }) => f === 'read' && outcome === 'ok')
    if (last === undefined) return { verdict: 'unknown', why: 'the set was never read', witness: [], ...counts }
    const present = new Set(elementsOf(last))
    const tried = new Set(adds.filter(({ outcome }) => outcome !== 'fail').map(({ invoke }) => elementOf(invoke.value)))
    const lost = adds.filter(({ outcome, invoke, end }) => outcome === 'ok' && end < last.begin && !present.has(elementOf(invoke.value)))
    const unexpected = [...present].filter((element) => !tried.has(element))
    if (lost.length > 0) {
      const why = `the last read misses ${someOf(lost.map(({ invoke }) => elementOf(invoke.value)))}, whose add was acknowledged before it`
      return { verdict: 'invalid', why, witness: linesOfOperations([lost[0], last]), ...counts }
    }
    if (unexpected.length > 0) {
      return {
        verdict: 'invalid',
        why: `the last read shows ${someOf(unexpected)}, which nobody added`,
        witness: linesOfOperations([last]),
        ...counts,
      }
    }
    return { verdict: 'valid', why: `the last read shows every acknowledged element, ${present.size} in all`, witness: [], ...counts }
  },
}
