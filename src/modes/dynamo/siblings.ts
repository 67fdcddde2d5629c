/** How many siblings a person would count: two events of one write (a retry that was minted twice) are one of them. */
import type { Copy, Version } from './versions.ts'

export function siblingsOf({ versions }: Copy): number {
  return versions.length < 2 ? versions.length : new Set(versions.map(({ op }) => op)).size
}

/** One version of each write, the newest last. */
export function distinct(versions: readonly Version[]): readonly Version[] {
  return versions.length < 2 ? versions : [...new Map(versions.map((version) => [version.op, version])).values()]
}
