/** Deletes as copies: what holds nothing but tombstones, and whether it is old enough to go. */
import type { Copy } from './versions.ts'

export function isDeleted({ versions }: Copy): boolean {
  return versions.length > 0 && versions.every(({ value }) => value === null)
}

/**
 * So old that it may be reaped: then it is no difference to anybody who has nothing of the key. Otherwise those who still have it
 * would give it back for ever to those who reaped it.
 */
export function isReapable(copy: Copy, wallMs: number, graceUs: number): boolean {
  return isDeleted(copy) && copy.versions.every((version) => wallMs - version.wallMs >= graceUs / 1000)
}
