/**
 * Plain data to bytes and back: MessagePack. Only msgpackr's pure `pack` and `unpack` entries, never its native part.
 * Maps with string keys come back as plain objects; Uint8Array survives.
 */
import { Packr } from 'msgpackr/pack'
import { Unpackr } from 'msgpackr/unpack'

const packr = new Packr({ useRecords: false, copyBuffers: true })
const unpackr = new Unpackr({ useRecords: false, copyBuffers: true })

/** Bytes that own their memory, to be kept for long. */
export function encode(value: unknown): Uint8Array {
  return new Uint8Array(packr.pack(value))
}

/**
 * Bytes that will soon be copied elsewhere, a message into its datagram or a record into its batch: a view into a piece of memory that
 * many of them share. They do not change, but while one of them is kept all of them are. A buffer for each would cost more than encoding.
 */
export function encodeBriefly(value: unknown): Uint8Array {
  return packr.pack(value)
}

/** The value between these two places. Throws on anything that is not one whole MessagePack value. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): unknown {
  return unpackr.unpack(bytes, { start, end })
}
