/** Where a key or a token lies on the ring: its MD5 (Dynamo §4.1), of which the first 48 bits are kept, the most that stay exact as a number. */
import { md5 } from './md5.ts'

/** Positions are whole numbers from 0 up to this; after the last comes the first. */
export const RING_SIZE = 2 ** 48

export function positionOf(text: string): number {
  const [first = 0, second = 0] = md5(text)
  return firstByteHighest(first) * 2 ** 16 + (firstByteHighest(second) >>> 16)
}

/** Twelve hexadecimal digits, so that text order is ring order. */
export function showPosition(position: number): string {
  return position.toString(16).padStart(12, '0')
}

/** The first 64 bits of a text's MD5 as hexadecimal digits: names a thing, guards nothing. */
export function fingerprint(text: string): string {
  const [first = 0, second = 0] = md5(text)
  return hex(firstByteHighest(first)) + hex(firstByteHighest(second))
}

function firstByteHighest(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
