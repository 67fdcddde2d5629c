/**
 * The replicated log in memory: entries by index from 1 (0 means none), what of it is durable here, and what is committed.
 *
 * Durability is kept by record position, not by index: an index may be written twice in different terms, and the completion of
 * the first write must not vouch for the second.
 */
import { assert } from '../../machine/assert.ts'
import { Column } from './column.ts'
import { type Command, type DecodedEntry, decodeRecord } from './entry.ts'
import { RecordShelf } from './record-shelf.ts'

/** Two 32-bit lanes of a hash over an entry and, through its predecessor's, over all before it. */
type Digest = readonly [number, number]

const EMPTY: Digest = [0x811c9dc5, 0x050c5d1f]

/** Columns rather than objects, and commands only until they are applied: a log holds millions of small entries. */
export class RaftLog {
  private readonly terms = new Column()
  /** Where each entry stands in the `log` stream. */
  private readonly positions = new Column()
  private readonly records = new RecordShelf()
  private readonly commands: (Command | null)[] = []
  private readonly digests: readonly [Column, Column] = [new Column(), new Column()]
  private commitIndex = 0
  private durable = 0

  get last(): number {
    return this.terms.length
  }

  get lastTerm(): number {
    return this.terms.at(this.last - 1) ?? 0
  }

  get commit(): number {
    return this.commitIndex
  }

  /** The last index up to which every entry is durable on this node. */
  get durableIndex(): number {
    return this.durable
  }

  /** The record of an entry, as stored and as followers get it. */
  bytesAt(index: number): Uint8Array {
    const bytes = this.records.at(index - 1)
    assert(bytes !== undefined, `the log has no entry ${index}`)
    return bytes
  }

  commandAt(index: number): Command {
    const known = this.commands[index - 1]
    if (known !== undefined && known !== null) return known
    const record = decodeRecord(this.bytesAt(index))
    assert(record?.kind === 'entry', `entry ${index} is readable`)
    return record.entry.command
  }

  /** The command was applied and will hardly be asked for again: its bytes are enough. */
  forgetCommand(index: number): void {
    this.commands[index - 1] = null
  }

  /** 0 for index 0, null beyond the end. */
  termAt(index: number): number | null {
    if (index === 0) return 0
    return this.terms.at(index - 1) ?? null
  }

  /** The hash chain up to this index: two logs with equal digests there are equal up to there. */
  digestAt(index: number): string {
    const [a, b] = this.digest(index)
    return hex(a) + hex(b)
  }

  append(entry: DecodedEntry, position: number): void {
    assert(entry.index === this.last + 1, `entry ${entry.index} leaves a gap after ${this.last}`)
    assert(entry.term >= this.lastTerm, `term ${entry.term} at ${entry.index} falls behind term ${this.lastTerm}`)
    const [a, b] = chain(this.digest(this.last), entry.bytes)
    this.digests[0].push(a)
    this.digests[1].push(b)
    this.terms.push(entry.term)
    this.positions.push(position)
    this.records.push(entry.bytes)
    this.commands.push(entry.command)
  }

  /** Cuts this index and all behind it; answers how many entries went. */
  truncateFrom(index: number): number {
    assert(index > this.commitIndex, `cut at ${index} would remove committed entries (commit ${this.commitIndex})`)
    const removed = this.last - (index - 1)
    for (const column of [this.terms, this.positions, this.records, ...this.digests]) column.cut(index - 1)
    this.commands.length = index - 1
    this.durable = Math.min(this.durable, index - 1)
    return removed
  }

  /** Records up to this position of the stream are on disk. */
  storedUpTo(position: number): void {
    for (;;) {
      const next = this.positions.at(this.durable)
      if (next === undefined || next > position) return
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
    while (index > 0 && (this.terms.at(index - 1) ?? 0) > term) index--
    return index
  }

  /** Records of entries from `first`, as many as fit the budget, but at least one if there is one. */
  batch(first: number, budget: number): readonly Uint8Array[] {
    const out: Uint8Array[] = []
    let total = 0
    for (let index = first; index <= this.last; index++) {
      const bytes = this.bytesAt(index)
      total += bytes.length
      if (out.length > 0 && total > budget) break
      out.push(bytes)
    }
    return out
  }

  private digest(index: number): Digest {
    if (index === 0) return EMPTY
    const [a, b] = [this.digests[0].at(index - 1), this.digests[1].at(index - 1)]
    assert(a !== undefined && b !== undefined, `the log has no entry ${index}`)
    return [a, b]
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
