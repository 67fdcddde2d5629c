/**
 * One clock for all siblings of a key (Riak before 2.0): a write replaces all of them or none, for the clock cannot say which of them
 * its context held. Two clients that never read in between make siblings without end.
 */
import type { Causality, Copy, Version, Versioning, Write } from '../versions.ts'
import { cutOwn, cutSet, nextNumber } from './capped.ts'
import { add, covers, has, lastOf, NOTHING, raise, union } from './causality.ts'
import {
  digest,
  EMPTY,
  handed,
  inOrder,
  type MakeVersioning,
  madeBefore,
  survivors,
  type VersioningOptions,
  withoutEquals,
} from './copy.ts'
import { contextOf } from './dotted.ts'

export const merged: MakeVersioning = (options): Versioning => ({
  empty: EMPTY,
  write: (copy, write) => writeTo(copy, write, options),
  merge: (a, b) => {
    const kept = survivors(a, b)
    const versions = options.equalDominates ? withoutEquals(kept, (x, y) => x.dot.n === y.dot.n) : kept
    return { seen: cutSet(union(a.seen, b.seen), options.clockCap), versions: inOrder(versions) }
  },
  contextOf,
  digest,
})

function writeTo(copy: Copy, { context, value, op, actor, wallMs }: Write, options: VersioningOptions): ReturnType<Versioning['write']> {
  const held = context ?? NOTHING
  const before = madeBefore(copy, op)
  if (before !== undefined) return { copy, context: handed(add(held, before.dot), [before.dot]) }
  const known = cutSet(union(copy.seen, held), options.clockCap)
  const n = options.pruneOwnDot ? lastOf(known, actor) + 1 : nextNumber(known, actor, options.clockCap)
  const version: Version = { dot: { actor, n }, clock: {}, value, op, wallMs }
  // A version whose event was cut from the clock is no part of `seen` any more, but may still be here.
  const readAll = covers(held, copy.seen) && copy.versions.every(({ dot }) => has(held, dot))
  return {
    copy: { seen: after(known, version, options), versions: inOrder(readAll ? [version] : [...copy.versions, version]) },
    context: handed(add(held, version.dot), [version.dot]),
  }
}

/** The clock may skip numbers: an actor has seen all of its own events. */
function after(known: Causality, { dot }: Version, { clockCap, pruneOwnDot }: VersioningOptions): Causality {
  const seen = raise(known, dot)
  return pruneOwnDot ? { clock: cutOwn(seen.clock, dot.actor, clockCap), dots: seen.dots } : cutSet(seen, clockCap)
}
