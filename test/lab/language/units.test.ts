import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as units from '../../../src/lab/language/units.ts'

describe('quantities', () => {
  it.each([
    ['250ms', 250],
    ['3s', 3000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['0.001ms', 0.001],
    ['3', null],
    ['-3s', null],
    ['3 s', null],
    ['3h', null],
    ['1e3ms', null],
    ['1441m', null],
    ['', null],
  ])('duration %s', (text, ms) => expect(units.parseDuration(text)).toBe(ms))

  it.each([
    ['300-600', [300, 600]],
    ['300-600ms', [300, 600]],
    ['300ms-600ms', [300, 600]],
    ['1-2s', [1000, 2000]],
    ['200ms-1s', [200, 1000]],
    ['200-200', [200, 200]],
    ['600-300', null],
    ['300', null],
  ])('range %s', (text, range) =>
    expect(units.parseDurationRange(text)).toEqual(range === null ? null : { lowMs: range[0], highMs: range[1] }),
  )

  it.each([
    ['10%', 0.1],
    ['0.5%', 0.005],
    ['100%', 1],
    ['101%', null],
    ['10', null],
    ['-1%', null],
  ])('percentage %s', (text, fraction) => expect(units.parsePercent(text)).toBe(fraction))

  it.each([
    ['64kb', 65_536],
    ['1mb', 1_048_576],
    ['512b', 512],
    ['4096', 4096],
    ['1.5kb', 1536],
    ['0.3b', null],
    ['64k', null],
  ])('size %s', (text, bytes) => expect(units.parseSize(text)).toBe(bytes))

  it.each([
    ['1mbit', 125_000],
    ['500kbit', 62_500],
    ['0', 0],
    ['1mb', null],
  ])('bit rate %s to bytes a second', (text, bytes) => expect(units.parseBitRate(text)).toBe(bytes))

  it.each([
    ['200/s', 200],
    ['0.5/s', 0.5],
    ['max', 0],
    ['200', null],
  ])('operation rate %s', (text, rate) => expect(units.parseOpsRate(text)).toBe(rate))

  it.each([
    ['+60s', 60_000],
    ['-250ms', -250],
    ['60s', null],
  ])('clock jump %s', (text, ms) => expect(units.parseSkew(text)).toBe(ms))

  it.each([
    ['+007.50', '7.5'],
    ['-0', '0'],
    ['-0.10', '-0.1'],
    ['1.1234567', null],
    ['1e3', null],
    ['.5', null],
    ['0x10', null],
    [`${'9'.repeat(30)}.000001`, `${'9'.repeat(30)}.000001`],
    ['9'.repeat(31), null],
  ])('decimal %s', (text, normal) => expect(units.parseDecimal(text)).toBe(normal))

  it('decimals compare exactly where floats would not', () => {
    expect(0.1 + 0.2 > 0.3).toBe(true)
    expect(units.compareDecimals('0.3', '0.30')).toBe(0)
    expect(units.compareDecimals('9007199254740993', '9007199254740992')).toBe(1)
    expect(units.compareDecimals('-2', '1.5')).toBe(-1)
    expect(units.compareDecimals('two', '1')).toBeNull()
  })

  it('what is written reads back as the same', () => {
    const ms = fc.integer({ min: 0, max: 86_400_000 })
    const roundTrip = (max: number, format: (n: number) => string, parse: (text: string) => number | null): void => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max }), (n) => {
          expect(parse(format(n))).toBe(n)
        }),
      )
    }
    roundTrip(86_400_000, units.formatDuration, units.parseDuration)
    roundTrip(1e9, units.formatSize, units.parseSize)
    fc.assert(
      fc.property(ms, ms, (a, b) => {
        const range = { lowMs: Math.min(a, b), highMs: Math.max(a, b) }
        expect(units.parseDurationRange(units.formatDurationRange(range))).toEqual(range)
      }),
    )
  })

  it('a normal decimal is its own normal form', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 999_999 }), (whole, places) => {
        const normal = units.parseDecimal(`${whole}.${String(places).padStart(6, '0')}`)
        expect(normal).not.toBeNull()
        expect(units.parseDecimal(normal ?? '')).toBe(normal)
        expect(units.compareDecimals(normal ?? '', `${whole}.${String(places).padStart(6, '0')}`)).toBe(0)
      }),
    )
  })
})
