/** Copies as background work sends them: pairs of key and copy, in messages of bounded size. */
import { utf8Length } from '../limits.ts'
import { readCopy, readCount, readKey, readList, readPair } from './shape.ts'
import type { Copy } from './versions.ts'

export type Item = readonly [key: string, copy: Copy]

/** A message of background work holds no more than this, but for one copy that is larger alone. */
export const MOST_BYTES = 48 * 1024
export const MOST_ITEMS = 200

/**
 * A client may not make a copy larger than this. Sides that cannot hear each other may each make one, and what all of them made must
 * still travel as one message (1 MiB, node/fragments.ts) when they meet, or nobody can read or mend the key any more: six such copies,
 * one for each of five nodes that are all cut apart and one to spare, take 6 x 160 KiB = 960 KiB, which leaves the envelope 64 KiB.
 * A value has 64 KiB at most, so two of the largest are siblings and a third is refused.
 */
export const MOST_COPY_BYTES = 160 * 1024

/** What the copy takes on the wire, closely; never too little. */
export function bytesOf(key: string, copy: Copy): number {
  const texts = copy.versions.reduce((sum, { value }) => sum + utf8Length(value ?? '') - 3 * (value?.length ?? 0), 0)
  return sizeOf(key, copy) + texts
}

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

export interface ReadItems {
  readonly items: readonly Item[]
  /** Places in the list of what could not be read: one bad item must not hold up the others. */
  readonly bad: readonly number[]
}

/** From a message. Undefined: it is no list. */
export function readItems(raw: unknown): ReadItems | undefined {
  if (!Array.isArray(raw) || raw.length > MOST_ITEMS) return undefined
  const items: Item[] = []
  const bad: number[] = []
  for (const [i, one] of (raw as readonly unknown[]).entries()) {
    const item = readPair(one, readKey, readCopy)
    if (item === undefined) bad.push(i)
    else items.push(item)
  }
  return { items, bad }
}

/** Places that a peer says it could not read. Undefined: it says nothing of the kind. */
export function readPlaces(raw: unknown): ReadonlySet<number> | undefined {
  const places = readList(raw, readCount, MOST_ITEMS)
  return places === undefined ? undefined : new Set(places)
}
