/**
 * Whether these bytes are one whole MessagePack value of plain data, by its lengths alone. Asked before decoding: a decoder
 * believes an array's claimed length and takes that much memory at once, so a few hostile bytes would cost megabytes.
 */
export function isPlainValue(bytes: Uint8Array): boolean {
  return endOfValue(bytes, 0) === bytes.length
}

/** Where the value ends that begins at `start`; null where it is no plain data or goes on behind the last byte. */
export function endOfValue(bytes: Uint8Array, start: number): number | null {
  let at = start
  // Values still to come. Each takes a byte at least, so whoever claims more than is left is lying.
  let left = 1
  while (left > 0) {
    if (left > bytes.length - at) return null
    const head = bytes[at] ?? 0
    at++
    left--
    if (head < 0x80 || head >= 0xe0) continue
    if (head < 0x90) left += 2 * (head & 0x0f)
    else if (head < 0xa0) left += head & 0x0f
    else if (head < 0xc0) at += head & 0x1f
    else {
      const { width, unit } = LAYOUT[head - 0xc0] ?? NOTHING
      if (unit === 'never' || at + width > bytes.length) return null
      const length = bigEndian(bytes, at, width)
      if (unit === 'undefined' && bytes[at] !== 0) return null
      at += width
      if (unit === 'bytes') at += length
      else if (unit === 'values') left += length
      else if (unit === 'pairs') left += 2 * length
    }
  }
  return at <= bytes.length ? at : null
}

interface Layout {
  /** Bytes that follow the head: a number itself, or the length of what comes. */
  readonly width: number
  readonly unit: 'number' | 'bytes' | 'values' | 'pairs' | 'undefined' | 'never'
}

const NOTHING: Layout = { width: 0, unit: 'number' }
const NEVER: Layout = { width: 0, unit: 'never' }
const number = (width: number): Layout => ({ width, unit: 'number' })
const lengths = (unit: Layout['unit'], ...widths: number[]): Layout[] => widths.map((width) => ({ width, unit }))

/** Heads 0xc0 to 0xdf (MessagePack specification, "Formats"). Extensions are not plain data, but for fixext1, msgpackr's undefined. */
const LAYOUT: readonly Layout[] = [
  NOTHING,
  NEVER,
  NOTHING,
  NOTHING,
  ...lengths('bytes', 1, 2, 4),
  NEVER,
  NEVER,
  NEVER,
  number(4),
  number(8),
  ...[1, 2, 4, 8].map(number),
  ...[1, 2, 4, 8].map(number),
  { width: 2, unit: 'undefined' },
  NEVER,
  NEVER,
  NEVER,
  NEVER,
  ...lengths('bytes', 1, 2, 4),
  ...lengths('values', 2, 4),
  ...lengths('pairs', 2, 4),
]

function bigEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}
