/**
 * What every datagram between endpoints wears. Little-endian:
 *
 *   0 magic u16 · 2 version u8 · 3 kind u8 · 4 crc u32 · 8 run u32 · 12 group u16 · 14 incarnation u32 · 18 sequence u32
 *   22 length of `from` u8 · 23 length of `to` u8 · 24 from, to (ASCII) · payload
 *
 * The CRC32 covers everything but itself; the first four bytes are its seed. The incarnation keys reassembly only: a message that its
 * sender sent before it crashed is legal, as in every asynchronous network.
 */
import { assert } from '../machine/assert.ts'
import type { EndpointId } from '../machine/contract.ts'
import { Slab } from './slab.ts'

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
export function openEnvelope(header: EnvelopeHeader, payloadLength: number, slab = new Slab()): Uint8Array {
  const start = payloadOffset(header.from, header.to)
  assert(start + payloadLength <= MAX_DATAGRAM, 'a datagram stays within 8 KiB')
  assert(header.from.length < 256 && header.to.length < 256, 'an endpoint id is short')
  const bytes = slab.take(start + payloadLength)
  setU16(bytes, 0, MAGIC)
  bytes[2] = VERSION
  bytes[3] = KINDS.indexOf(header.kind)
  setU32(bytes, 8, header.runId)
  setU16(bytes, 12, header.group)
  setU32(bytes, 14, header.incarnation)
  setU32(bytes, 18, header.sequence)
  bytes[22] = header.from.length
  bytes[23] = header.to.length
  writeAscii(bytes, FIXED, header.from)
  writeAscii(bytes, FIXED + header.from.length, header.to)
  return bytes
}

/** Writes the CRC; the bytes may not change after it. */
export function seal(bytes: Uint8Array, crc32: Crc32): Uint8Array {
  setU32(bytes, CRC_AT, checksum(bytes, crc32))
  return bytes
}

/** Answers with the payload (a view) or the first reason to drop it; never throws. */
export function openDatagram(bytes: Uint8Array, expected: Expected, crc32: Crc32): Decoded {
  if (bytes.length < FIXED) return { ok: false, reason: 'short' }
  if (u16(bytes, 0) !== MAGIC || bytes[2] !== VERSION) return { ok: false, reason: 'version' }
  // Before any field is believed: a flipped bit is counted as that, not as a foreign run.
  if (u32(bytes, CRC_AT) !== checksum(bytes, crc32)) return { ok: false, reason: 'crc' }
  const runId = u32(bytes, 8)
  if (runId !== expected.runId) return { ok: false, reason: 'run' }
  const fromLength = bytes[22] ?? 0
  const start = FIXED + fromLength + (bytes[23] ?? 0)
  const kind = KINDS[bytes[3] ?? KINDS.length]
  if (kind === undefined || bytes.length < start) return { ok: false, reason: 'malformed' }
  const group = u16(bytes, 12)
  const { from, to } = expected
  if (!isAscii(bytes, FIXED + fromLength, start, to) || group !== expected.group) return { ok: false, reason: 'receiver' }
  if (!isAscii(bytes, FIXED, FIXED + fromLength, from)) return { ok: false, reason: 'sender' }
  const header = { kind, runId, group, from, to, incarnation: u32(bytes, 14), sequence: u32(bytes, 18) }
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
  return crc32(bytes.subarray(AFTER_CRC), u32(bytes, 0))
}

// A DataView for each datagram would cost more than the fields.

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0
}

function setU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
}

function setU32(bytes: Uint8Array, at: number, value: number): void {
  setU16(bytes, at, value)
  setU16(bytes, at + 2, value >>> 16)
}

function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    assert(code > 32 && code < 127, 'an endpoint id is plain ASCII')
    bytes[at + i] = code
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false
  return true
}
