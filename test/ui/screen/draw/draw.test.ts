import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textWidth } from '../../../../src/lab/text-width.ts'
import type { Mark, Stretch } from '../../../../src/stream/scene.ts'
import { clipRow, column, joinCells } from '../../../../src/ui/screen/draw/cells.ts'
import { ribbonRows } from '../../../../src/ui/screen/draw/ribbon.ts'
import { bar, level, slotted, sparkline, sparkRows } from '../../../../src/ui/screen/draw/spark.ts'
import { stripSpans } from '../../../../src/ui/screen/draw/strip.ts'
import { since, stretch, timeAxis, took } from '../../../../src/ui/screen/draw/time.ts'
import { type Row, renderRow, rowWidth, span } from '../../../../src/ui/style.ts'

const unicode = { colour: false, ascii: false }
const ascii = { colour: false, ascii: true }
const S = 1_000_000_000
const text = (row: Row | undefined, style = unicode) => renderRow(row ?? [], style)

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

  it('readings stand in slots that begin at whole multiples, with the mean of each', () => {
    const points = [0.1, 1.2, 1.8, 3.9].map((seconds) => ({ atNs: seconds * S, value: seconds }))
    expect(slotted(points, ({ value }) => value, 4.2 * S, S, 5)).toEqual([0.1, 1.5, null, 3.9, null])
    expect(slotted(points, ({ value }) => value, 3.95 * S, S, 2)).toEqual([null, 3.9])
  })
})

describe('time', () => {
  it('is short at every size', () => {
    expect([0, 12.34 * S, 185.29 * S].map(since)).toEqual(['+0.0s', '+12.3s', '+3:05.2'])
    expect([340, 1_240, 45_400, 2_310_000].map(took)).toEqual(['340us', '1.2ms', '45ms', '2.3s'])
    expect([45 * S, 120 * S, 150 * S].map(stretch)).toEqual(['45s', '2m', '2m30'])
  })

  it('the axis has its ticks where they belong, and now at the right edge', () => {
    expect(timeAxis(40, S, unicode)).toBe('─────────┴-30s──────────┴-15s────────now')
    expect(timeAxis(40, S, ascii)).toHaveLength(40)
    expect(timeAxis(40, S, ascii).indexOf('-15s')).toBe(25)
    expect(timeAxis(0, S, ascii)).toBe('')
  })
})

describe('the ribbon', () => {
  const ribbon: Stretch[] = [
    { state: 'healthy', fromNs: 2 * S },
    { state: 'degraded', fromNs: 6 * S },
    { state: 'unhealthy', fromNs: 9.2 * S },
    { state: 'degraded', fromNs: 9.6 * S },
  ]
  const marks: Mark[] = [
    { atNs: 6 * S, kind: 'fault', text: 'kill n3' },
    { atNs: 8.4 * S, kind: 'undone', text: 'restart n3' },
  ]

  it('a short gap is one cell, before the run there is nothing, and the marks stand over their moment', () => {
    const scene = { ribbon, marks, nowNs: 71.5 * S }
    const [over, band, axis] = ribbonRows(scene, { columns: 72, rows: 3 }, ascii).map((row) => text(row, ascii))
    expect(band).toBe(`  ====---x${'-'.repeat(62)}`)
    expect(over).toBe(`      v ^restart n3${' '.repeat(53)}`)
    expect(axis?.endsWith('now')).toBe(true)
  })

  it('words that would leave at the right stand left of their sign', () => {
    const scene = { ribbon, marks: marks.slice(0, 1), nowNs: 9 * S }
    const [over] = ribbonRows(scene, { columns: 60, rows: 2 }, unicode)
    expect(text(over)).toBe(`${' '.repeat(49)}kill n3▼   `)
  })

  it('has its tones by state', () => {
    const [row] = ribbonRows({ ribbon, marks: [], nowNs: 9.9 * S }, { columns: 60, rows: 1 }, unicode)
    expect(row?.map((one) => one.tone)).toEqual(['plain', 'good', 'warn', 'bad'])
  })

  it('a cell is two seconds where there are few', () => {
    const [row] = ribbonRows({ ribbon, marks: [], nowNs: 9.9 * S }, { columns: 10, rows: 1 }, ascii)
    expect(text(row)).toBe('      ==-x')
  })
})

describe('the log strip', () => {
  const strip = {
    from: 5,
    runs: [
      [3, 4],
      [4, 3],
      [5, 2],
    ] as const,
    last: 13,
    commit: 11,
  }

  it('names a term where it begins, and parts the committed from the rest', () => {
    expect(text(stripSpans(strip, null, 20, unicode))).toBe('3■■■4■■│5□')
    expect(text(stripSpans(strip, null, 20, ascii))).toBe('3###4##|5o')
    expect(text(stripSpans({ ...strip, commit: 13 }, null, 20, ascii))).toBe('3###4##5#')
  })

  it('keeps the newest where it is cut, and says which term it was cut in', () => {
    expect(text(stripSpans(strip, null, 6, ascii))).toBe('4##|5o')
    expect(text(stripSpans(strip, null, 2, ascii))).toBe('|5')
    expect(text(stripSpans({ from: 1, runs: [], last: 0, commit: 0 }, null, 6, ascii))).toBe('')
  })

  it('shows what was overwritten, and what was cut off behind the end', () => {
    const row = stripSpans(strip, { atNs: 0, from: 12, to: 15 }, 20, ascii)
    expect(row.map(({ text, tone }) => `${text}:${tone}`)).toEqual(['3###:hue3', '4##:hue4', '|:plain', '5o:reverse', 'xx:bad'])
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
        const all = texts.map((one, i): Mark => ({ atNs: i * 3 * S, kind: i % 2 === 0 ? 'fault' : 'undone', text: one }))
        const scene = { ribbon: [{ state: 'healthy' as const, fromNs: 0 }], marks: all, nowNs: 20 * S }
        for (const row of ribbonRows(scene, { columns: cells, rows: 3 }, style)) expect(rowWidth(row)).toBe(cells)
        const runs = texts.map((one) => [one.length, one.length] as const)
        const last = runs.reduce((sum, [, count]) => sum + count, 0)
        const strip = { from: 1, runs, last, commit: Math.floor(last / 2) }
        expect(rowWidth(stripSpans(strip, { atNs: 0, from: 3, to: last + 9 }, cells, style))).toBeLessThanOrEqual(cells)
      }),
    )
  })
})
