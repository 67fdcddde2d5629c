/** What a Dynamo node handed to its disk, and what of that is synced: its copies and hints as any later life of it will find them. */
import { decode } from '../machine/codec.ts'
import type { EndpointId, Stream } from '../machine/contract.ts'
import type { StoredRecord } from '../modes/dynamo/house.ts'
import { readChanges } from '../modes/dynamo/map-history.ts'
import type { Change } from '../modes/dynamo/ring/ring.ts'
import type { Copy, Version } from '../modes/dynamo/versions.ts'
import { Violation } from './monitor.ts'

/** Copies by key, hints by key and home. */
class Shelf {
  readonly copies = new Map<string, Copy>()
  readonly hints = new Map<string, Map<EndpointId, Copy>>()

  apply(record: StoredRecord): void {
    switch (record.kind) {
      case 'copy':
        this.copies.set(record.key, record.copy)
        return
      case 'drop':
        this.copies.delete(record.key)
        return
      case 'hint': {
        const ofKey = this.hints.get(record.key) ?? new Map<EndpointId, Copy>()
        this.hints.set(record.key, ofKey)
        ofKey.set(record.home, record.copy)
        return
      }
      case 'hint-gone': {
        const ofKey = this.hints.get(record.key)
        ofKey?.delete(record.home)
        if (ofKey?.size === 0) this.hints.delete(record.key)
        return
      }
      case 'map':
        return
    }
  }

  clear(): void {
    this.copies.clear()
    this.hints.clear()
  }

  /** Everything kept of the key: its own copy and all hints. */
  of(key: string): readonly Copy[] {
    const copy = this.copies.get(key)
    const hints = this.hints.get(key)
    return [...(copy === undefined ? [] : [copy]), ...(hints === undefined ? [] : hints.values())]
  }
}

interface Written {
  readonly position: number
  readonly record: StoredRecord
}

export class Records {
  readonly node: EndpointId
  /** Everything it wrote, synced or not: what the node itself goes by. */
  readonly written = new Shelf()
  /** What is synced: what a power cut leaves at least. */
  readonly synced = new Shelf()
  /** What its newest map says; null if it never wrote one. */
  history: readonly Change[] | null = null
  /** Keys of which it wrote something in its last turn. */
  readonly changed = new Set<string>()
  #turnUs = -1
  /** When it last lost its disk, in the monitor's eras; 0: never. */
  wipedEra = 0
  readonly #positions: Record<Stream, number> = { log: 0, bulk: 0 }
  readonly #durable: Record<Stream, number> = { log: 0, bulk: 0 }
  readonly #pending: Record<Stream, Written[]> = { log: [], bulk: [] }

  constructor(node: EndpointId) {
    this.node = node
  }

  /** A life begins with these. Throws Violation when something synced is missing. */
  start(stream: Stream, stored: readonly Uint8Array[], lostDisk: boolean): void {
    if (!lostDisk && stored.length < this.#durable[stream])
      throw new Violation('recovery', `${this.node} found ${stored.length} ${stream} records, but ${this.#durable[stream]} were synced`)
    if (stream === 'log') {
      this.written.copies.clear()
      this.synced.copies.clear()
    } else {
      this.written.hints.clear()
      this.synced.hints.clear()
    }
    for (const bytes of stored) {
      const record = readRecord(bytes)
      this.#map(record)
      this.written.apply(record)
      this.synced.apply(record)
    }
    this.#positions[stream] = stored.length
    this.#durable[stream] = stored.length
    this.#pending[stream] = []
  }

  /** A turn may take several steps, all at one time. */
  turnAt(nowUs: number): void {
    if (nowUs !== this.#turnUs) this.changed.clear()
    this.#turnUs = nowUs
  }

  write(stream: Stream, record: StoredRecord): void {
    if ('key' in record) this.changed.add(record.key)
    this.#pending[stream].push({ position: ++this.#positions[stream], record })
    this.#map(record)
    this.written.apply(record)
  }

  sync(stream: Stream, upTo: number): void {
    let count = 0
    for (const { position, record } of this.#pending[stream]) {
      if (position > upTo) break
      this.synced.apply(record)
      count++
    }
    this.#pending[stream] = this.#pending[stream].slice(count)
    this.#durable[stream] = upTo
  }

  /** Every version on its disk or on its way there. */
  everything(): readonly (readonly [key: string, version: Version])[] {
    const keys = [this.synced, this.written].flatMap(({ copies, hints }) => [...copies.keys(), ...hints.keys()])
    return [...new Set(keys)].flatMap((key) =>
      [...this.synced.of(key), ...this.written.of(key)].flatMap(({ versions }) => versions.map((version) => [key, version] as const)),
    )
  }

  /** The disk is gone. */
  wipe(era: number): void {
    this.wipedEra = era
    this.history = null
    this.written.clear()
    this.synced.clear()
    for (const stream of ['log', 'bulk'] as const) {
      this.#pending[stream] = []
      this.#positions[stream] = 0
      this.#durable[stream] = 0
    }
  }

  #map(record: StoredRecord): void {
    if (record.kind === 'map') this.history = readChanges(record.history)
  }
}

export function readRecord(bytes: Uint8Array): StoredRecord {
  return decode(bytes) as StoredRecord
}

export function opsOf(copy: Copy): readonly string[] {
  return copy.versions.map(({ op }) => op)
}
