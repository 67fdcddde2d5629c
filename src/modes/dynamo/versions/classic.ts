/**
 * The paper's clock per version (§4.4): a counter for each node that coordinated. Its hole is left open: the coordinator counts on
 * from the highest it knows, so of two writes with one context through one node the second's clock covers the first, which neither
 * client meant.
 */
import type { Causality, Clock, Copy, Version, Versioning, Write } from '../versions.ts'
import { cut, cutOwn, cutSet, leastOf, nextNumber } from './capped.ts'
import { at, NOTHING, raise, union } from './causality.ts'
import { digest, EMPTY, inOrder, type MakeVersioning, madeBefore, sameVersion, type VersioningOptions, withoutEquals } from './copy.ts'

export const classic: MakeVersioning = (options): Versioning => ({
  empty: EMPTY,
  write: (copy, write) => writeTo(copy, write, options),
  merge: (a, b) => {
    const all = [...a.versions, ...b.versions.filter((version) => !a.versions.some((other) => sameVersion(other, version)))]
    const kept = newest(all, options.clockCap)
    const versions = options.equalDominates ? withoutEquals(kept, (x, y) => x.dot.n === y.dot.n) : kept
    return { seen: cutSet(union(a.seen, b.seen), options.clockCap), versions: inOrder(versions) }
  },
  contextOf: ({ versions }) => clockOnly(versions.map(({ clock }) => clock)),
  digest,
})

function writeTo(copy: Copy, { context, value, op, actor, wallMs }: Write, options: VersioningOptions): ReturnType<Versioning['write']> {
  const { clockCap, pruneOwnDot } = options
  const held = clockOnly([context?.clock ?? {}])
  const before = madeBefore(copy, op)
  if (before !== undefined) return { copy, context: raise(held, before.dot) }
  // `seen` serves only to count on: it remembers the counters of versions long gone.
  const known = cutSet(union(copy.seen, held), clockCap)
  const dot = { actor, n: pruneOwnDot ? at(known.clock, actor) + 1 : nextNumber(known, actor, clockCap) }
  const holds = raise(held, dot)
  const clock = pruneOwnDot ? cutOwn(holds.clock, actor, clockCap) : cut(holds.clock, clockCap)
  const version: Version = { dot, clock, value, op, wallMs }
  const kept = copy.versions.filter((other) => !isWithin(other.clock, holds.clock))
  const seen = raise(known, dot)
  return {
    copy: {
      seen: pruneOwnDot ? { clock: cutOwn(seen.clock, actor, clockCap), dots: [] } : cutSet(seen, clockCap),
      versions: inOrder([...kept, version]),
    },
    context: holds,
  }
}

/** Those that no other version descends from. Equal clocks replace nothing (V4): a descendant is no ancestor of its ancestor. */
function newest(versions: readonly Version[], cap: number): Version[] {
  return versions.filter((old) => !versions.some((young) => isAncestor(old, young, cap) && !isAncestor(young, old, cap)))
}

/**
 * By the clocks (§4.4), but for entries that a full clock must have cut: only the very event of the ancestor has to be known. Where
 * that was cut as well, a version long replaced comes back as a sibling.
 */
function isAncestor(old: Version, { clock }: Version, cap: number): boolean {
  if (isWithin(old.clock, clock)) return true
  const least = leastOf(clock, cap)
  return at(clock, old.dot.actor) >= old.dot.n && Object.entries(old.clock).every(([actor, n]) => n <= Math.max(at(clock, actor), least))
}

function isWithin(inner: Clock, clock: Clock): boolean {
  return Object.entries(inner).every(([actor, n]) => n <= at(clock, actor))
}

function clockOnly(clocks: readonly Clock[]): Causality {
  return clocks.reduce((all, clock) => union(all, { clock, dots: [] }), NOTHING)
}
