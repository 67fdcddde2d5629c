/**
 * MD5 of a text as UTF-8 (RFC 1321). It names places and maps and guards nothing. Every put asks four machines where its key lies, so
 * it makes no object: the answer stands in `words` until the next call.
 */

const BLOCK = 64
/** After the text come one byte 0x80 and, at the end of the last block, eight of length. */
const TAIL = 9
/** Longer texts (the history of a large cluster) get memory of their own. */
const SHORT_BYTES = 1_024

const utf8 = new TextEncoder()
const shared = new Uint8Array(SHORT_BYTES + BLOCK)
const words = new Int32Array(4)

/** How far each step turns, four steps a round again and again. */
const TURNS = Uint8Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21)
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))

/** The sixteen bytes as four words, each with its first byte lowest. */
export function md5(text: string): Int32Array {
  // A unit of text takes three bytes at most.
  const bytes = 3 * text.length <= SHORT_BYTES ? shared : new Uint8Array(3 * text.length + 2 * BLOCK)
  const { written } = utf8.encodeInto(text, bytes)
  const end = Math.ceil((written + TAIL) / BLOCK) * BLOCK
  bytes.fill(0, written, end)
  bytes[written] = 0x80
  for (let i = 0, rest = written * 8; i < 8; i++, rest = Math.floor(rest / 256)) bytes[end - 8 + i] = rest % 256
  words[0] = 0x67452301
  words[1] = 0xefcdab89
  words[2] = 0x98badcfe
  words[3] = 0x10325476
  for (let at = 0; at < end; at += BLOCK) mixIn(bytes, at)
  return words
}

function mixIn(bytes: Uint8Array, at: number): void {
  let a = words[0] ?? 0
  let b = words[1] ?? 0
  let c = words[2] ?? 0
  let d = words[3] ?? 0
  for (let step = 0; step < 64; step++) {
    const round = step >> 4
    let mixed: number
    let word: number
    if (round === 0) {
      mixed = (b & c) | (~b & d)
      word = step
    } else if (round === 1) {
      mixed = (d & b) | (~d & c)
      word = 5 * step + 1
    } else if (round === 2) {
      mixed = b ^ c ^ d
      word = 3 * step + 5
    } else {
      mixed = c ^ (b | ~d)
      word = 7 * step
    }
    const sum = (a + mixed + (SINES[step] ?? 0) + wordAt(bytes, at + 4 * (word & 15))) | 0
    const turn = TURNS[4 * round + (step & 3)] ?? 0
    a = d
    d = c
    c = b
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0
  }
  words[0] = (words[0] ?? 0) + a
  words[1] = (words[1] ?? 0) + b
  words[2] = (words[2] ?? 0) + c
  words[3] = (words[3] ?? 0) + d
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}
