/** What a node writes to its disk, and how it reads it back; and the newest of it, for people. */
import { assert } from '../../machine/assert.ts'
import { decode, encodeBriefly } from '../../machine/codec.ts'
import type { Stream } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { StoredRecord } from './house.ts'
import { readCopy } from './shape.ts'

export function streamOf(record: StoredRecord): Stream {
  return record.kind === 'hint' || record.kind === 'hint-gone' ? 'bulk' : 'log'
}

export function encodeRecord(record: StoredRecord): Uint8Array {
  return encodeBriefly(record)
}

/** The host has checked the bytes, so a record that cannot be read was written wrong: then this node must not serve. */
export function decodeRecord(bytes: Uint8Array, where: string): StoredRecord {
  const record = understood(decode(bytes))
  assert(record !== null, `${where} is not readable`)
  return record
}

function understood(raw: unknown): StoredRecord | null {
  if (typeof raw !== 'object' || raw === null) return null
  const { kind, key, home, sinceMs, history, arriving, copy: rawCopy } = raw as Readonly<Record<string, unknown>>
  if (kind === 'map') return { kind, history, arriving }
  if (typeof key !== 'string') return null
  if (kind === 'drop') return { kind, key }
  const copy = kind === 'hint-gone' ? undefined : readCopy(rawCopy)
  if (kind === 'copy') return copy === undefined ? null : { kind, key, copy }
  if (typeof home !== 'string' || !isNode(home)) return null
  if (kind === 'hint-gone') return { kind, home, key }
  if (kind !== 'hint' || copy === undefined || typeof sinceMs !== 'number') return null
  return { kind, home, key, copy, sinceMs }
}

/** A record as `log S` shows it. */
export interface RecordLine {
  readonly stream: Stream
  /** Counted from 1 in its stream, recovered records included. */
  readonly position: number
  readonly kind: StoredRecord['kind']
  readonly key: string | null
  /** How many versions the copy has; 0 for records without one. */
  readonly versions: number
  readonly home: string | null
}

const MOST_LINES = 200

/** The newest records, both streams in the order they were written. Those of earlier lives are read back from the disk, the log's first. */
export class RecentRecords {
  #lines: RecordLine[] = []

  add(position: number, record: StoredRecord): void {
    this.#lines.push({
      stream: streamOf(record),
      position,
      kind: record.kind,
      key: 'key' in record ? record.key : null,
      versions: 'copy' in record ? record.copy.versions.length : 0,
      home: 'home' in record ? record.home : null,
    })
    if (this.#lines.length >= 2 * MOST_LINES) this.#lines = this.#lines.slice(-MOST_LINES)
  }

  newest(limit: number): readonly RecordLine[] {
    return this.#lines.slice(-Math.max(0, Math.min(limit, MOST_LINES)))
  }
}
