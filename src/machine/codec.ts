/**
 * Plain data to bytes and back: MessagePack. Only msgpackr's pure `pack` and `unpack` entries, never its native part.
 * Maps with string keys come back as plain objects; Uint8Array survives.
 */
import { Packr } from 'msgpackr/pack'
import { Unpackr } from 'msgpackr/unpack'

const packr = new Packr({ useRecords: false, copyBuffers: true })
const unpackr = new Unpackr({ useRecords: false, copyBuffers: true })

/** Bytes that own their memory: msgpackr reuses its buffer, so a view into it would change under the log. */
export function encode(value: unknown): Uint8Array {
  return Uint8Array.from(packr.pack(value))
}

/** Throws on anything that is not one whole MessagePack value. */
export function decode(bytes: Uint8Array): unknown {
  return unpackr.unpack(bytes)
}
