/** What a node's records add up to: term, vote and log, rebuilt from the bytes that it stored rather than from what it says. */
import { crc32 } from 'node:zlib'
import { decodeRecord, type LogRecord } from '../modes/raft/entry.ts'
import { Violation } from './monitor.ts'

export interface ModelEntry {
  readonly term: number
  /** A hash over this entry and all before it. */
  readonly digest: number
}

export function readRecord(node: string, bytes: Uint8Array): LogRecord {
  const record = decodeRecord(bytes)
  if (record === null) throw new Violation('records', `${node} stored bytes that are no record`)
  return record
}

export class LogModel {
  term = 0
  vote: string | null = null
  readonly entries: ModelEntry[] = []

  get last(): number {
    return this.entries.length
  }

  /** 0 for index 0, null beyond the end. */
  digestAt(index: number): number | null {
    return index === 0 ? 0 : (this.entries[index - 1]?.digest ?? null)
  }

  termAt(index: number): number | null {
    return index === 0 ? 0 : (this.entries[index - 1]?.term ?? null)
  }

  apply(node: string, record: LogRecord): void {
    if (record.kind === 'hard') {
      if (record.term < this.term) throw new Violation('monotonic term', `${node} stored term ${record.term} after term ${this.term}`)
      if (record.term === this.term && this.vote !== null && record.vote !== this.vote) {
        throw new Violation('one vote a term', `${node} stored a vote for ${record.vote} in term ${record.term} after one for ${this.vote}`)
      }
      this.term = record.term
      this.vote = record.vote
    } else if (record.kind === 'entry') {
      const { index, term, bytes } = record.entry
      if (index > this.last + 1) throw new Violation('no gap', `${node} stored entry ${index} after entry ${this.last}`)
      if (term > this.term) throw new Violation('persist order', `${node} stored an entry of term ${term} before that term itself`)
      this.entries.length = index - 1
      this.entries.push({ term, digest: crc32(bytes, this.digestAt(index - 1) ?? 0) })
    }
  }

  copyFrom(other: LogModel): void {
    this.term = other.term
    this.vote = other.vote
    this.entries.splice(0, this.entries.length, ...other.entries)
  }
}
