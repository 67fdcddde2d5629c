/**
 * What every datagram between endpoints wears. Little-endian:
 *
 *   0 magic u16 · 2 version u8 · 3 kind u8 · 4 crc u32 · 8 run u32 · 12 group u16 · 14 incarnation u32 · 18 sequence u32
 *   22 length of `from` u8 · 23 length of `to` u8 · 24 from, to (ASCII) · payload
 *
 * The CRC32 covers everything but itself. The incarnation keys reassembly only: a message that its sender sent before it
 * crashed is legal, as in every asynchronous network.
 */
import { assert } from '../machine/assert.ts'
import type { EndpointId } from '../machine/contract.ts'

/** CRC-32 (IEEE) of these bytes, going on from `seed`. Injected, so that the pure half needs no host library. */
export type Crc32 = (bytes: Uint8Array, seed?: number) => number

/** macOS refuses more than 9,216 bytes by default. */
export const MAX_DATAGRAM = 8192

export type EnvelopeKind = 'messages' | 'fragment'

export interface EnvelopeHeader {
  readonly kind: EnvelopeKind
  readonly runId: number
  readonly group: number
  readonly from: EndpointId
  readonly to: EndpointId
  readonly incarnation: number
  /** Counts a sender's datagrams, wrapping at 2^32; for people who read traces. */
  readonly sequence: number
}

/** Whom a receiver expects: everything else is dropped by reason. */
export interface Expected {
  readonly runId: number
  readonly group: number
  readonly to: EndpointId
  /** Who sent it, as its source address says. */
  readonly from: EndpointId
}

export type EnvelopeDrop = 'short' | 'version' | 'crc' | 'run' | 'receiver' | 'sender' | 'malformed'

export type Decoded =
  | { readonly ok: true; readonly header: EnvelopeHeader; readonly payload: Uint8Array }
  | { readonly ok: false; readonly reason: EnvelopeDrop }

const MAGIC = 0x4253
const VERSION = 1
const FIXED = 24
const CRC_AT = 4
const AFTER_CRC = 8
const KINDS: readonly EnvelopeKind[] = ['messages', 'fragment']

/** Where the payload of an envelope between these two begins. */
export function payloadOffset(from: EndpointId, to: EndpointId): number {
  return FIXED + from.length + to.length
}

/** An envelope with room for a payload. Fill it from `payloadOffset`, then `seal` it. */
export function openEnvelope(header: EnvelopeHeader, payloadLength: number): Uint8Array {
  const start = payloadOffset(header.from, header.to)
  assert(start + payloadLength <= MAX_DATAGRAM, 'a datagram stays within 8 KiB')
  assert(header.from.length < 256 && header.to.length < 256, 'an endpoint id is short')
  const bytes = new Uint8Array(start + payloadLength)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, MAGIC, true)
  view.setUint8(2, VERSION)
  view.setUint8(3, KINDS.indexOf(header.kind))
  view.setUint32(8, header.runId, true)
  view.setUint16(12, header.group, true)
  view.setUint32(14, header.incarnation, true)
  view.setUint32(18, header.sequence, true)
  view.setUint8(22, header.from.length)
  view.setUint8(23, header.to.length)
  writeAscii(bytes, FIXED, header.from)
  writeAscii(bytes, FIXED + header.from.length, header.to)
  return bytes
}

/** Writes the CRC; the bytes may not change after it. */
export function seal(bytes: Uint8Array, crc32: Crc32): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(CRC_AT, checksum(bytes, crc32), true)
  return bytes
}

/** Answers with the payload (a view) or the first reason to drop it; never throws. */
export function openDatagram(bytes: Uint8Array, expected: Expected, crc32: Crc32): Decoded {
  if (bytes.length < FIXED) return { ok: false, reason: 'short' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== VERSION) return { ok: false, reason: 'version' }
  // Before any field is believed: a flipped bit is counted as that, not as a foreign run.
  if (view.getUint32(CRC_AT, true) !== checksum(bytes, crc32)) return { ok: false, reason: 'crc' }
  const runId = view.getUint32(8, true)
  if (runId !== expected.runId) return { ok: false, reason: 'run' }
  const fromLength = view.getUint8(22)
  const start = FIXED + fromLength + view.getUint8(23)
  const kind = KINDS[view.getUint8(3)]
  if (kind === undefined || bytes.length < start) return { ok: false, reason: 'malformed' }
  const group = view.getUint16(12, true)
  const to = readAscii(bytes, FIXED + fromLength, start)
  if (to !== expected.to || group !== expected.group) return { ok: false, reason: 'receiver' }
  const from = readAscii(bytes, FIXED, FIXED + fromLength)
  if (from !== expected.from) return { ok: false, reason: 'sender' }
  const header = { kind, runId, group, from, to, incarnation: view.getUint32(14, true), sequence: view.getUint32(18, true) }
  return { ok: true, header, payload: bytes.subarray(start) }
}

/** What a head says of its envelope, unchecked: the CRC covers bytes that a head does not have. Null for what is not ours. */
export function readKind(head: Uint8Array): { readonly kind: EnvelopeKind; readonly payloadAt: number } | null {
  if (head.length < FIXED) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const kind = KINDS[view.getUint8(3)]
  if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== VERSION || kind === undefined) return null
  return { kind, payloadAt: FIXED + view.getUint8(22) + view.getUint8(23) }
}

function checksum(bytes: Uint8Array, crc32: Crc32): number {
  return crc32(bytes.subarray(AFTER_CRC), crc32(bytes.subarray(0, CRC_AT)))
}

function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    assert(code > 32 && code < 127, 'an endpoint id is plain ASCII')
    bytes[at + i] = code
  }
}

function readAscii(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0)
  return text
}
