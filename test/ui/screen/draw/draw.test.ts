import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textWidth } from '../../../../src/lab/text-width.ts'
import { clipRow, column, joinCells } from '../../../../src/ui/screen/draw/cells.ts'
import { bar, level, sparkline, sparkRows } from '../../../../src/ui/screen/draw/spark.ts'
import { since, took } from '../../../../src/ui/screen/draw/time.ts'
import { rowWidth, span } from '../../../../src/ui/style.ts'

const unicode = { colour: false, ascii: false }
const ascii = { colour: false, ascii: true }
const S = 1_000_000_000

describe('curves', () => {
  it('braille has two readings a cell and four heights, filled from below, the newest at the right', () => {
    expect(sparkline([1, 2, 3, 4, 0, 4], 3, unicode)).toBe('⣠⣾⢸')
    expect(sparkline([4], 3, unicode)).toBe('  ⢸')
    expect(sparkline([9, 9, 9, 1, 2], 1, unicode)).toBe('⣼')
  })

  it('two rows have eight heights, and the ASCII twin stands the same way up', () => {
    expect(sparkRows([1, 8], 1, 2, unicode)).toEqual(['⢸', '⣸'])
    expect(sparkRows([1, 14], 1, 2, ascii)).toEqual(['#', '#'])
    expect(sparkRows([1, 3, 14, 14], 2, 2, ascii)).toEqual([' #', '-#'])
  })

  it('a reading above zero shows beside a huge one, and what was not measured is blank', () => {
    expect(sparkline([1, null, 100_000, 100_000], 2, unicode)).toBe('⡀⣿')
    expect(sparkline([null, null], 2, ascii)).toBe('  ')
  })

  it('a bar and a level fill by eighths and never overflow', () => {
    expect([bar(0, 4, unicode), bar(0.001, 4, unicode), bar(0.5, 4, unicode), bar(1.5, 4, unicode)]).toEqual([
      '    ',
      '▏   ',
      '██  ',
      '████',
    ])
    expect([bar(0.01, 4, ascii), bar(0.5, 4, ascii), bar(Number.NaN, 4, ascii)]).toEqual(['#   ', '##  ', '    '])
    expect([0, 0.01, 0.5, 1].map((share) => level(share, unicode)).join('')).toBe(' ▁▄█')
  })
})

describe('time', () => {
  it('is short at every size', () => {
    expect([0, 12.34 * S, 185.29 * S].map(since)).toEqual(['+0.0s', '+12.3s', '+3:05.2'])
    expect([340, 1_240, 45_400, 2_310_000].map(took)).toEqual(['340us', '1.2ms', '45ms', '2.3s'])
  })
})

describe('rows', () => {
  it('equal tones join', () => {
    const cells = [...'ab c'].map((sign) => ({ sign, tone: sign === ' ' ? ('plain' as const) : ('good' as const) }))
    expect(joinCells(cells)).toEqual([span('ab c', 'good')])
  })

  it('a column is as wide as was asked, whatever is in it', () => {
    expect([
      column('ab', 4, unicode, 'right'),
      column('abcdef', 4, unicode),
      column('abcdef', 4, ascii),
      column('a', 4, ascii, 'centre'),
    ]).toEqual(['  ab', 'abc…', 'abc~', ' a  '])
  })

  it('no picture is ever wider than asked', () => {
    const grapheme = fc.string({ unit: 'grapheme', maxLength: 20 })
    fc.assert(
      fc.property(fc.array(grapheme, { maxLength: 6 }), fc.integer({ min: 0, max: 40 }), fc.boolean(), (texts, cells, twin) => {
        const style = { colour: false, ascii: twin }
        expect(
          rowWidth(
            clipRow(
              texts.map((one) => span(one)),
              cells,
              style,
            ),
          ),
        ).toBeLessThanOrEqual(cells)
        for (const one of texts) expect(textWidth(column(one, cells, style))).toBe(cells)
      }),
    )
  })
})
