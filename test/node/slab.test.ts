import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDatagram, openEnvelope, payloadOffset, seal } from '../../src/node/envelope.ts'
import { Slab } from '../../src/node/slab.ts'

test('no byte is handed out twice, and each comes zeroed, whatever was written beside it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 60 }), (lengths) => {
      const slab = new Slab()
      const pieces = lengths.map((length, i) => {
        const piece = slab.take(length)
        expect(piece).toEqual(new Uint8Array(length))
        return piece.fill((i % 255) + 1)
      })
      for (const [i, piece] of pieces.entries()) expect(piece.every((byte) => byte === (i % 255) + 1)).toBe(true)
    }),
  )
})

test('a datagram with any one bit flipped is dropped, also in what seeds its checksum', () => {
  const slab = new Slab()
  slab.take(100)
  const expected = { runId: 7, group: 0, from: 'n1', to: 'n2' }
  const bytes = openEnvelope({ kind: 'messages', ...expected, incarnation: 1, sequence: 9 }, 12, slab)
  bytes.fill(5, payloadOffset('n1', 'n2'))
  seal(bytes, crc32)
  expect(openDatagram(bytes, expected, crc32).ok).toBe(true)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice()
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(openDatagram(flipped, expected, crc32).ok, `bit ${bit}`).toBe(false)
  }
})
