/**
 * Dotted version vectors, kept as one causal container: the events seen, and the values whose events nobody has replaced. A context
 * names exactly the events its holder saw, so a write replaces those and no other, however many go through one coordinator.
 */
import type { Copy, Version, Versioning, Write } from '../versions.ts'
import { add, has, lastOf, NOTHING, union } from './causality.ts'
import { digest, EMPTY, handed, inOrder, type MakeVersioning, madeBefore, survivors, withoutEquals } from './copy.ts'

export const dotted: MakeVersioning = ({ equalDominates }): Versioning => ({
  empty: EMPTY,
  write,
  merge: (a, b) => {
    const kept = survivors(a, b)
    const versions = equalDominates ? withoutEquals(kept, (x, y) => x.dot.n === y.dot.n) : kept
    return { seen: union(a.seen, b.seen), versions: inOrder(versions) }
  },
  contextOf,
  digest,
})

function write(copy: Copy, { context, value, op, actor, wallMs }: Write): ReturnType<Versioning['write']> {
  const held = context ?? NOTHING
  const before = madeBefore(copy, op)
  if (before !== undefined) return { copy, context: handed(add(held, before.dot), [before.dot]) }
  const known = union(copy.seen, held)
  const version: Version = { dot: { actor, n: lastOf(known, actor) + 1 }, clock: {}, value, op, wallMs }
  const kept = copy.versions.filter(({ dot }) => !has(held, dot))
  return {
    copy: { seen: add(known, version.dot), versions: inOrder([...kept, version]) },
    context: handed(add(held, version.dot), [version.dot]),
  }
}

export function contextOf({ seen, versions }: Copy): ReturnType<Versioning['contextOf']> {
  const read = versions.map(({ dot }) => dot)
  return handed(seen, read)
}
