/**
 * The replicated log in memory: entries by index from 1 (0 means none), what of it is durable here, and what is committed.
 *
 * Durability is kept by record position, not by index: an index may be written twice in different terms, and the completion of
 * the first write must not vouch for the second.
 */
import { assert } from '../../machine/assert.ts'
import type { DecodedEntry } from './entry.ts'

/** Two 32-bit lanes of a hash over this entry and, through its predecessor's, over all before it. */
export type Digest = readonly [number, number]

export interface Entry extends DecodedEntry {
  /** Where the entry stands in the `log` stream. */
  readonly position: number
  readonly digest: Digest
}

const EMPTY: Digest = [0x811c9dc5, 0x050c5d1f]

export class RaftLog {
  private readonly entries: Entry[] = []
  private commitIndex = 0
  private durable = 0

  get last(): number {
    return this.entries.length
  }

  get lastTerm(): number {
    return this.entries.at(-1)?.term ?? 0
  }

  get commit(): number {
    return this.commitIndex
  }

  /** The last index up to which every entry is durable on this node. */
  get durableIndex(): number {
    return this.durable
  }

  get(index: number): Entry {
    const entry = this.entries[index - 1]
    assert(entry !== undefined, `the log has no entry ${index}`)
    return entry
  }

  /** 0 for index 0, null beyond the end. */
  termAt(index: number): number | null {
    if (index === 0) return 0
    return this.entries[index - 1]?.term ?? null
  }

  /** The hash chain up to this index: two logs with equal digests there are equal up to there. */
  digestAt(index: number): string {
    const [a, b] = index === 0 ? EMPTY : this.get(index).digest
    return hex(a) + hex(b)
  }

  append(entry: DecodedEntry, position: number): void {
    assert(entry.index === this.last + 1, `entry ${entry.index} leaves a gap after ${this.last}`)
    assert(entry.term >= this.lastTerm, `term ${entry.term} at ${entry.index} falls behind term ${this.lastTerm}`)
    this.entries.push({ ...entry, position, digest: chain(this.entries.at(-1)?.digest ?? EMPTY, entry.bytes) })
  }

  /** Cuts this index and all behind it; answers how many entries went. */
  truncateFrom(index: number): number {
    assert(index > this.commitIndex, `cut at ${index} would remove committed entries (commit ${this.commitIndex})`)
    const removed = this.entries.length - (index - 1)
    this.entries.length = index - 1
    this.durable = Math.min(this.durable, index - 1)
    return removed
  }

  /** Records up to this position of the stream are on disk. */
  storedUpTo(position: number): void {
    for (;;) {
      const next = this.entries[this.durable]
      if (next === undefined || next.position > position) return
      this.durable++
    }
  }

  /** True if it moved. The commit index never goes back. */
  commitTo(index: number): boolean {
    if (index <= this.commitIndex) return false
    assert(index <= this.last, `commit ${index} is beyond the last entry ${this.last}`)
    this.commitIndex = index
    return true
  }

  /** §5.4.1: whether a log that ends so is at least as up-to-date as this one. */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.last)
  }

  /** The largest index, at most `from`, whose term is at most `term`: nothing behind it can match a log of that term. */
  lastOfTermAtMost(from: number, term: number): number {
    let index = Math.min(from, this.last)
    while (index > 0 && this.get(index).term > term) index--
    return index
  }

  /** Entries from `first`, as many as fit the budget, but at least one if there is one. */
  batch(first: number, budget: number): readonly Entry[] {
    const out: Entry[] = []
    let bytes = 0
    for (let index = first; index <= this.last; index++) {
      const entry = this.get(index)
      bytes += entry.bytes.length
      if (out.length > 0 && bytes > budget) break
      out.push(entry)
    }
    return out
  }
}

/** FNV-1a in two lanes with different primes. */
function chain([a, b]: Digest, bytes: Uint8Array): Digest {
  let x = a
  let y = b
  for (const byte of bytes) {
    x = Math.imul(x ^ byte, 0x01000193)
    y = Math.imul(y ^ byte, 0x5bd1e995) ^ (y >>> 15)
  }
  return [x, y]
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0')
}
