/** Which entries of a log went, from one look at its newest entries to the next. */
import type { LogStrip } from '../modes/face.ts'

/**
 * From the first to the last index that had another term before, or is no more; null: none. Only what both looks saw can be told: what lies
 * before the newer one's beginning is not looked at.
 */
export function overwrittenBetween(before: LogStrip | null, now: LogStrip | null): { readonly from: number; readonly to: number } | null {
  if (before === null || now === null) return null
  const first = Math.max(before.from, now.from)
  const [had, has] = [termsOf(before), termsOf(now)]
  let from: number | null = null
  let to = 0
  for (let index = first; index <= before.last; index++) {
    const [was, is] = [had[index - before.from], has[index - now.from]]
    if (was === undefined || was === is) continue
    from ??= index
    to = index
  }
  return from === null ? null : { from, to }
}

/** No strip is longer, whoever made it. */
const MOST_TERMS = 1_024

function termsOf({ runs }: LogStrip): readonly number[] {
  const terms: number[] = []
  for (const [term, count] of runs) for (let i = 0; i < count && terms.length < MOST_TERMS; i++) terms.push(term)
  return terms
}

/** How long it is shown. Nanoseconds. */
const SHOWN_NS = 2_000_000_000

export function isFresh({ atNs }: { readonly atNs: number }, nowNs: number): boolean {
  return nowNs - atNs <= SHOWN_NS
}
