import type { Operation } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import { type Addition, type Collection, collectionsOf, type SetRead } from './collections.ts'
import { countedOperations, linesOfOperations, someOf } from './elements.ts'
import type { Checker, Verdict } from './types.ts'
import { percent } from './words.ts'

interface Element {
  readonly addition: Addition
  /** Where the element was first known to be there, and when: its acknowledgement, or the first read that shows it. */
  known: number
  knownNs: number
  lastPresent: Operation | null
  lastAbsent: Operation | null
}

/**
 * Elements are added while the set is read all the time. Lost: the last read without the element began after the element was
 * known and after the last read with it. Stale reads alone are no violation, but they are told, with how long it took until an
 * element stayed. Unknown if no element was seen to stay.
 */
export const setFull: Checker = {
  name: 'set-full',
  wantsReads: 'every-key',
  help: 'elements added, and many reads: once known, none is missing for good, none is there twice, none that nobody added',
  check: checkSetFull,
}

const WORST = 8

function checkSetFull(history: readonly HistoryEvent[]): Verdict {
  const { operations, counts } = countedOperations(history)
  const collections = collectionsOf(operations).filter(({ refused }) => refused === null)
  const all: Element[] = []
  const lost: { readonly collection: Collection; readonly element: Element }[] = []
  for (const collection of collections) {
    const strange = firstStrange(collection)
    if (strange !== null)
      return { verdict: 'invalid', why: prefixed(collection, strange.why), witness: linesOfOperations([strange.read]), ...counts }
    const elements = timelines(collection)
    all.push(...elements)
    for (const element of elements) if (isLost(element) && !collection.mayBeRemoved(element.addition)) lost.push({ collection, element })
  }
  const [first] = lost
  if (first !== undefined) {
    const { addition, lastPresent, lastAbsent } = first.element
    const names = someOf(lost.map(({ element }) => element.addition.element))
    const rate = `${lost.length} of ${all.length} elements lost, ${percent(lost.length, all.length)}`
    const why = prefixed(first.collection, `${names} ${lost.length === 1 ? 'was' : 'were'} there and then for good not; ${rate}`)
    return { verdict: 'invalid', why, witness: linesOfOperations([addition.operation, lastPresent, lastAbsent]), ...counts }
  }
  const stable = all.filter(isStable)
  if (stable.length === 0) return { verdict: 'unknown', why: 'no element was read after it was known', witness: [], ...counts }
  return { verdict: 'valid', why: summary(all, stable), witness: [], rows: latencies(stable), ...counts }
}

function prefixed({ key }: Collection, why: string): string {
  return key === '' ? why : `${key}: ${why}`
}

/** A read that can never be, whatever came before and after. */
function firstStrange({ additions, reads }: Collection): { readonly why: string; readonly read: Operation } | null {
  const added = new Set<string>()
  const addedAgain = new Set<string>()
  for (const { element } of additions) (added.has(element) ? addedAgain : added).add(element)
  for (const { operation, elements, twice } of reads) {
    if (twice !== null && !addedAgain.has(twice)) return { why: `a read shows ${someOf([twice])} more than once`, read: operation }
    const strange = [...elements].filter((element) => !added.has(element))
    if (strange.length > 0) return { why: `a read shows ${someOf(strange)}, which nobody added`, read: operation }
  }
  return null
}

/** Each look at a read costs what the read shows: an element that it lacks has met its last absence, and is not looked for again. */
function timelines({ additions, reads }: Collection): Element[] {
  const elements = new Map<string, Element>()
  for (const addition of additions) {
    const { outcome, end, completion } = addition.operation
    const acknowledged = outcome === 'ok' && completion !== null
    const element = elements.get(addition.element)
    if (element === undefined || (acknowledged && end < element.known)) {
      const known = acknowledged ? end : Number.POSITIVE_INFINITY
      elements.set(addition.element, { addition, known, knownNs: completion?.time ?? 0, lastPresent: null, lastAbsent: null })
    }
  }
  const unmet = new Set(elements.values())
  for (const { operation, elements: shown } of reads.toReversed()) {
    for (const element of unmet) {
      if (shown.has(element.addition.element)) continue
      element.lastAbsent = operation
      unmet.delete(element)
    }
    for (const name of shown) noteSeen(elements.get(name), operation)
  }
  return [...elements.values()]
}

function noteSeen(element: Element | undefined, read: SetRead['operation']): void {
  if (element === undefined) return
  element.lastPresent ??= read
  if (read.end >= element.known) return
  element.known = read.end
  element.knownNs = read.completion?.time ?? element.knownNs
}

function isLost({ known, lastPresent, lastAbsent }: Element): boolean {
  return lastAbsent !== null && lastAbsent.begin > known && lastAbsent.begin > (lastPresent?.begin ?? -1)
}

function isStable({ lastPresent, lastAbsent }: Element): boolean {
  return lastPresent !== null && lastPresent.begin > (lastAbsent?.begin ?? -1)
}

function summary(all: readonly Element[], stable: readonly Element[]): string {
  const stale = stable.filter((element) => latencyMs(element) > 0).length
  const unseen = all.filter(({ lastPresent, lastAbsent }) => lastPresent === null && lastAbsent === null).length
  const words = [`${stable.length} of ${all.length} elements were seen to stay, none was lost`]
  if (stale > 0) words.push(`${stale} ${stale === 1 ? 'was' : 'were'} missed by a read after they were known`)
  if (unseen > 0) words.push(`${unseen} never looked for`)
  return words.join('; ')
}

/** From when it was known until the last read that missed it was asked: 0 where none did. */
function latencyMs({ known, knownNs, lastAbsent }: Element): number {
  return lastAbsent === null || lastAbsent.begin < known ? 0 : (lastAbsent.invoke.time - knownNs) / 1e6
}

function latencies(stable: readonly Element[]): string[][] {
  const sorted = stable.toSorted((a, b) => latencyMs(a) - latencyMs(b))
  const at = (share: number) =>
    sorted
      .slice(Math.min(sorted.length - 1, Math.floor(share * sorted.length)))
      .slice(0, 1)
      .map(latencyMs)[0] ?? 0
  const quantiles = [0, 0.5, 0.95, 0.99, 1].map((share): string[] => [`stays after, quantile ${share}`, `${at(share).toFixed(1)} ms`])
  const worst = sorted.filter((element) => latencyMs(element) > 0).slice(-WORST)
  return [
    ...quantiles,
    ...worst.reverse().map((element): string[] => [`missed longest: ${element.addition.element}`, `${latencyMs(element).toFixed(1)} ms`]),
  ]
}
