/** Copies as background work sends them: pairs of key and copy, in messages of bounded size. */
import type { Copy } from './versions.ts'

export type Item = readonly [key: string, copy: Copy]

/** A message of background work holds no more than this, but for one copy that is larger alone. */
export const MOST_BYTES = 48 * 1024
export const MOST_ITEMS = 200

/** What an item takes on the wire, roughly; never too little. */
export function sizeOf(key: string, copy: Copy): number {
  let bytes = 3 * key.length + 32 + clockSize(copy.seen.clock) + 24 * copy.seen.dots.length
  for (const { value, clock, op } of copy.versions) bytes += 64 + 3 * (value?.length ?? 0) + op.length + clockSize(clock)
  return bytes
}

function clockSize(clock: Readonly<Record<string, number>>): number {
  return 20 * Object.keys(clock).length
}

/** As many of the items, from the first, as one message takes; at least one. */
export function fitting(items: readonly Item[]): readonly Item[] {
  let bytes = 0
  let count = 0
  for (const [key, copy] of items) {
    bytes += sizeOf(key, copy)
    if (count > 0 && (bytes > MOST_BYTES || count >= MOST_ITEMS)) break
    count++
  }
  return items.slice(0, count)
}

/** From a message: what can be read of it, and how many could not. Null: it is no list. */
export function readItems(raw: unknown, readCopy: (raw: unknown) => Copy | null): { readonly items: readonly Item[]; readonly bad: number } | null {
  if (!Array.isArray(raw) || raw.length > MOST_ITEMS) return null
  const items: Item[] = []
  for (const one of raw as readonly unknown[]) {
    if (!Array.isArray(one)) continue
    const [key, rawCopy] = one as readonly unknown[]
    const copy = readCopy(rawCopy)
    if (typeof key === 'string' && copy !== null) items.push([key, copy])
  }
  return { items, bad: raw.length - items.length }
}
