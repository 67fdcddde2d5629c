/**
 * A stream is append-only batches, one a sync. Little-endian:
 *
 *   0 magic u32 · 4 crc u32 · 8 end of the previous batch u64 · 16 CRC of the previous batch u32 · 20 payload bytes u32
 *   24 records u32 · 28 payload: per record a u32 length and its bytes
 *
 * The CRC32 covers everything after itself. The previous end is the batch's own offset, so a batch can be told from its
 * look-alike inside a record when a reader has lost its way, and the previous CRC chains them.
 */
import type { Crc32 } from './envelope.ts'
import { Slab } from './slab.ts'

export const BATCH_HEADER = 28
const MARK_BYTES = 24

const MAGIC = 0x31_4c_42_53
const MAGIC_FIRST_BYTE = MAGIC & 0xff
const LENGTH_BYTES = 4

export interface Batch {
  readonly bytes: Uint8Array
  readonly crc: number
}

export type BatchRead =
  | { readonly ok: true; readonly end: number; readonly crc: number; readonly previousCrc: number; readonly records: readonly Uint8Array[] }
  | { readonly ok: false; readonly reason: string }

/** One batch that begins at `offset`, after a batch with `previousCrc` (0 for the first). */
export function encodeBatch(records: readonly Uint8Array[], offset: number, previousCrc: number, crc32: Crc32, slab = new Slab()): Batch {
  const payload = records.reduce((sum, record) => sum + LENGTH_BYTES + record.length, 0)
  const bytes = slab.take(BATCH_HEADER + payload)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setUint32(0, MAGIC, true)
  setLength(view, 8, offset)
  view.setUint32(16, previousCrc, true)
  view.setUint32(20, payload, true)
  view.setUint32(24, records.length, true)
  let at = BATCH_HEADER
  for (const record of records) {
    view.setUint32(at, record.length, true)
    bytes.set(record, at + LENGTH_BYTES)
    at += LENGTH_BYTES + record.length
  }
  const crc = crc32(bytes.subarray(8))
  view.setUint32(4, crc, true)
  return { bytes, crc }
}

/** Records are views into `bytes`. */
export function readBatch(bytes: Uint8Array, offset: number, crc32: Crc32): BatchRead {
  if (offset + BATCH_HEADER > bytes.length) return { ok: false, reason: 'the header is cut short' }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.length - offset)
  if (view.getUint32(0, true) !== MAGIC) return { ok: false, reason: 'no batch begins here' }
  if (view.getBigUint64(8, true) !== BigInt(offset)) return { ok: false, reason: 'the batch belongs to another offset' }
  const length = view.getUint32(20, true)
  const end = BATCH_HEADER + length
  if (offset + end > bytes.length) return { ok: false, reason: 'the batch is cut short' }
  const crc = view.getUint32(4, true)
  if (crc32(bytes.subarray(offset + 8, offset + end)) !== crc) return { ok: false, reason: 'the checksum does not match' }
  const records = readRecords(bytes.subarray(offset + BATCH_HEADER, offset + end), view.getUint32(24, true))
  if (records === null) return { ok: false, reason: 'the records do not fill the batch' }
  return { ok: true, end: offset + end, crc, previousCrc: view.getUint32(16, true), records }
}

/** Whether an intact batch begins anywhere from `from` on. */
export function findBatch(bytes: Uint8Array, from: number, crc32: Crc32): number | null {
  for (let at = bytes.indexOf(MAGIC_FIRST_BYTE, from); at !== -1; at = bytes.indexOf(MAGIC_FIRST_BYTE, at + 1)) {
    if (readBatch(bytes, at, crc32).ok) return at
  }
  return null
}

/** The side file: how much of the stream is certainly on disk. Twice and with a CRC, so that half of one is never believed. */
export function encodeMark(length: number, crc32: Crc32, slab = new Slab()): Uint8Array {
  const bytes = slab.take(MARK_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  setLength(view, 0, length)
  setLength(view, 8, length)
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true)
  return bytes
}

/** The length, or null for bytes that are no mark. */
export function decodeMark(bytes: Uint8Array, crc32: Crc32): number | null {
  if (bytes.length !== MARK_BYTES) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getBigUint64(0, true)
  if (length !== view.getBigUint64(8, true) || length > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return view.getUint32(16, true) === crc32(bytes.subarray(0, 16)) ? Number(length) : null
}

/** 64 bits, without the two numbers of arbitrary size that each would otherwise take. */
function setLength(view: DataView, at: number, length: number): void {
  view.setUint32(at, length % 2 ** 32, true)
  view.setUint32(at + 4, Math.floor(length / 2 ** 32), true)
}

function readRecords(payload: Uint8Array, count: number): Uint8Array[] | null {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const records: Uint8Array[] = []
  let at = 0
  while (at + LENGTH_BYTES <= payload.length && records.length < count) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true)
    if (end > payload.length) return null
    records.push(payload.subarray(at + LENGTH_BYTES, end))
    at = end
  }
  return at === payload.length && records.length === count ? records : null
}
