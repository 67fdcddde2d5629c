/**
 * Dotted version vectors, kept as one causal container: the events seen, and the values whose events nobody has replaced. A context
 * names exactly the events its holder saw, so a write replaces those and no other, however many go through one coordinator.
 */
import type { Copy, Version, Versioning, Write } from '../versions.ts'
import { add, has, lastOf, NOTHING, union } from './causality.ts'
import { digest, EMPTY, handed, inOrder, type MakeVersioning, madeBefore, sameVersion, survivors, withoutEquals } from './copy.ts'

export const dotted: MakeVersioning = ({ equalDominates }): Versioning => ({
  empty: EMPTY,
  write,
  merge: (a, b) => {
    const kept = withoutTwins(survivors(a, b), a, b)
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
  const replaced = copy.versions.filter(({ dot }) => has(held, dot)).map((one) => one.op)
  const kept = copy.versions.filter((one) => !replaced.includes(one.op))
  return {
    copy: { seen: add(known, version.dot), versions: inOrder([...kept, version]) },
    context: handed(add(held, version.dot), [version.dot]),
  }
}

/**
 * A write that two coordinators minted (a retry) has two events. Its client may know but one of them; who replaced that one has
 * replaced the write, so the other goes too as soon as they meet.
 */
function withoutTwins(kept: Version[], a: Copy, b: Copy): Version[] {
  const isGone = (version: Version): boolean => !kept.some((one) => sameVersion(one, version))
  const hasGoneTwin = ({ op }: Version): boolean => {
    for (const { versions } of [a, b]) if (versions.some((version) => version.op === op && isGone(version))) return true
    return false
  }
  return kept.some(hasGoneTwin) ? kept.filter((version) => !hasGoneTwin(version)) : kept
}

export function contextOf({ seen, versions }: Copy): ReturnType<Versioning['contextOf']> {
  const read = versions.map(({ dot }) => dot)
  return handed(seen, read)
}
