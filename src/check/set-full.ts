import type { Operation } from '../history/operations.ts'
import { countedOperations, elementOf, elementsOf, linesOfOperations, someOf } from './elements.ts'
import type { Checker } from './types.ts'

interface Element {
  readonly name: string
  readonly add: Operation
  /** Where the element was first known to be there: its acknowledgement, or the first read that shows it. */
  known: number
  lastPresent: Operation | null
  lastAbsent: Operation | null
}

/**
 * Elements are added while the set is read all the time. Lost: the last read without the element began after the element was
 * known and after the last read with it. Stale reads alone are no violation. Unknown if no element was seen to stay.
 */
export const setFull: Checker = {
  name: 'set-full',
  help: 'add and many reads: once known, no element is missing for good, none is there twice, none that nobody added',
  check(history) {
    const { operations, counts } = countedOperations(history)
    const elements = new Map<string, Element>()
    for (const add of operations.filter(({ f }) => f === 'add')) {
      const name = elementOf(add.invoke.value)
      const known = add.outcome === 'ok' ? add.end : Number.POSITIVE_INFINITY
      if (!elements.has(name)) elements.set(name, { name, add, known, lastPresent: null, lastAbsent: null })
    }
    const reads = operations.filter(({ f, outcome }) => f === 'read' && outcome === 'ok')
    for (const read of reads.toSorted((a, b) => a.end - b.end)) {
      const strange = look(read, elements)
      if (strange !== null) return { verdict: 'invalid', why: strange, witness: linesOfOperations([read]), ...counts }
    }
    const lost = [...elements.values()].filter(isLost)
    const first = lost[0]
    if (first !== undefined) {
      const why = `${someOf(lost.map(({ name }) => name))} ${lost.length === 1 ? 'was' : 'were'} there and then for good not`
      return { verdict: 'invalid', why, witness: linesOfOperations([first.add, first.lastPresent, first.lastAbsent]), ...counts }
    }
    const stable = [...elements.values()].filter(isStable)
    if (stable.length === 0) return { verdict: 'unknown', why: 'no element was read after it was known', witness: [], ...counts }
    return {
      verdict: 'valid',
      why: `${stable.length} of ${elements.size} elements were seen to stay, none was lost`,
      witness: [],
      ...counts,
    }
  },
}

/** Notes who is there and who is not; says what can never be. */
function look(read: Operation, elements: ReadonlyMap<string, Element>): string | null {
  const shown = elementsOf(read)
  const present = new Set(shown)
  if (present.size < shown.length) return `a read shows ${someOf(shown.filter((name, at) => shown.indexOf(name) !== at))} more than once`
  const strange = shown.filter((name) => !elements.has(name))
  if (strange.length > 0) return `a read shows ${someOf(strange)}, which nobody added`
  for (const element of elements.values()) {
    if (present.has(element.name)) {
      element.known = Math.min(element.known, read.end)
      if (read.begin > (element.lastPresent?.begin ?? -1)) element.lastPresent = read
    } else if (read.begin > (element.lastAbsent?.begin ?? -1)) element.lastAbsent = read
  }
  return null
}

function isLost({ known, lastPresent, lastAbsent }: Element): boolean {
  return lastAbsent !== null && lastAbsent.begin > known && lastAbsent.begin > (lastPresent?.begin ?? -1)
}

function isStable({ lastPresent, lastAbsent }: Element): boolean {
  return lastPresent !== null && lastPresent.begin > (lastAbsent?.begin ?? -1)
}
