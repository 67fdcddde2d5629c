/** Where a key or a token lies on the ring: its MD5 (Dynamo §4.1), of which the first 48 bits are kept, the most that stay exact as a number. */
import { md5 } from '@noble/hashes/legacy.js'

/** Positions are whole numbers from 0 up to this; after the last comes the first. */
export const RING_SIZE = 2 ** 48

const utf8 = new TextEncoder()

export function positionOf(text: string): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = md5(utf8.encode(text))
  return a * 2 ** 40 + b * 2 ** 32 + c * 2 ** 24 + d * 2 ** 16 + e * 2 ** 8 + f
}

/** Twelve hexadecimal digits, so that text order is ring order. */
export function showPosition(position: number): string {
  return position.toString(16).padStart(12, '0')
}

/** The first 64 bits of a text's MD5 as hexadecimal digits: names a thing, guards nothing. */
export function fingerprint(text: string): string {
  let digits = ''
  for (const byte of md5(utf8.encode(text)).subarray(0, 8)) digits += byte.toString(16).padStart(2, '0')
  return digits
}
