/** One stream on its way to the disk: one write in flight, and everything that comes meanwhile joins the next (natural group commit). */
import { assert } from '../machine/assert.ts'
import type { Stream } from '../machine/contract.ts'
import type { Crc32 } from './envelope.ts'
import { Fifo } from './fifo.ts'
import { encodeBatch, encodeMark } from './log-format.ts'
import { Slab } from './slab.ts'
import type { DiskWrite, RecoveredStream } from './types.ts'

/** A batch closes once it holds this much, so that one write never stalls the loop. */
const MAX_BATCH_BYTES = 1024 * 1024
/** A machine that stores faster than its disk for this long has lost its own bounds. */
const MAX_QUEUED_BYTES = 256 * 1024 * 1024

export class DiskStream {
  readonly #stream: Stream
  readonly #crc32: Crc32
  readonly #queued = new Fifo<Uint8Array>()
  readonly #slab = new Slab()
  #queuedBytes = 0
  #length: number
  #lastCrc: number
  #appended: number
  #durable: number
  #inFlight: DiskWrite | null = null

  constructor(stream: Stream, recovered: RecoveredStream, crc32: Crc32) {
    this.#stream = stream
    this.#crc32 = crc32
    this.#length = recovered.length
    this.#lastCrc = recovered.lastCrc
    this.#appended = recovered.records.length
    this.#durable = recovered.records.length
  }

  /** The position of the last record the machine stored, durable or not. */
  get appended(): number {
    return this.#appended
  }

  /** The position of the last durable record. */
  get durable(): number {
    return this.#durable
  }

  append(record: Uint8Array): void {
    this.#queued.push(record)
    this.#queuedBytes += record.length
    this.#appended++
    assert(this.#queuedBytes <= MAX_QUEUED_BYTES, `records wait for the ${this.#stream} disk within their bound`)
  }

  /** The next batch, unless one is in flight or nothing waits. */
  next(): DiskWrite | null {
    if (this.#inFlight !== null || this.#queued.length === 0) return null
    const records: Uint8Array[] = []
    let size = 0
    for (let first = this.#queued.peek(); first !== undefined; first = this.#queued.peek()) {
      if (records.length > 0 && size + first.length > MAX_BATCH_BYTES) break
      records.push(first)
      size += first.length
      this.#queued.shift()
    }
    this.#queuedBytes -= size
    const offset = this.#length
    const batch = encodeBatch(records, offset, this.#lastCrc, this.#crc32, this.#slab)
    this.#length += batch.bytes.length
    this.#lastCrc = batch.crc
    const upTo = this.#appended - this.#queued.length
    this.#inFlight = { stream: this.#stream, offset, bytes: batch.bytes, upTo, mark: encodeMark(this.#length, this.#crc32, this.#slab) }
    return this.#inFlight
  }

  /** The write in flight is durable. */
  stored(upTo: number): void {
    assert(this.#inFlight?.upTo === upTo, `the host reports the ${this.#stream} write that is in flight`)
    this.#inFlight = null
    this.#durable = upTo
  }
}
