import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../../../src/machine/random.ts'
import { md5 } from '../../../../src/modes/dynamo/ring/md5.ts'

function hexOf(text: string): string {
  return Buffer.from(new Uint8Array(md5(text).buffer)).toString('hex')
}

function truly(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

describe('md5', () => {
  it('is that of the system for every length around the ends of its blocks', () => {
    for (let length = 0; length < 200; length++) expect(hexOf('x'.repeat(length)), `${length} bytes`).toBe(truly('x'.repeat(length)))
  })

  it('is that of the system for texts of any character and for long ones', () => {
    const random = seeded('md5')
    for (let i = 0; i < 200; i++) {
      const text = Array.from({ length: random.between(1, 700) }, () => String.fromCodePoint(random.between(0x20, 0xd7ff))).join('')
      expect(hexOf(text)).toBe(truly(text))
    }
    expect(hexOf('n1 '.repeat(100_000))).toBe(truly('n1 '.repeat(100_000)))
    expect(hexOf('\u{1f9e0}')).toBe(truly('\u{1f9e0}'))
  })

  it('keeps nothing of a longer text before', () => {
    hexOf('a much longer text that fills more than one block of sixty-four bytes, and then some more')
    expect(hexOf('short')).toBe(truly('short'))
  })
})
