import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutToWidth, ellipsize, textWidth, wrapLine } from '../../src/lab/text-width.ts'
import type { LabSnapshot } from '../../src/lab/types.ts'
import { commandWord, isBackground } from '../../src/ui/answer-text.ts'
import { startEditor } from '../../src/ui/line-editor.ts'
import { summaryLines, tally } from '../../src/ui/prompt-summary.ts'
import { renderRow, rowWidth, styleFromEnvironment } from '../../src/ui/style.ts'
import { viewFrame } from '../../src/ui/view.ts'
import { healthySnapshot } from './fake-lab.ts'

const plain = { colour: false, ascii: true }

describe('a frame', () => {
  it('fits any screen, whatever is in it, and the cursor stands inside', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 90 }).map((one) => one.replace(/[\x00-\x1f\x7f-\x9f]/g, ''))
    fc.assert(
      fc.property(
        text,
        fc.nat(),
        fc.array(text, { maxLength: 30 }),
        fc.integer({ min: 10, max: 120 }),
        fc.integer({ min: 10, max: 40 }),
        (line, at, pending, columns, rows) => {
          const cursor = [...line].slice(0, at % (line.length + 1)).join('').length
          const model = {
            editor: { ...startEditor([]), line, cursor },
            pending: pending.map((one) => ({ line: one, sinceMs: 0 })),
            snapshot: healthySnapshot,
            starting: columns % 2 === 0,
            bug: 'none',
            hint: { text: line, tone: 'bad' as const },
            banner: columns > 60,
            nowMs: 5000,
          }
          const frame = viewFrame(model, { columns, rows }, plain)
          expect(frame.rows.length).toBeLessThanOrEqual(rows)
          for (const row of frame.rows) expect(rowWidth(row)).toBeLessThan(columns)
          expect(frame.cursorColumn).toBeLessThan(columns)
          expect(frame.cursorRow).toBe(frame.rows.length - 2)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('says health by sign and word, without colour too', () => {
    const model = { editor: startEditor([]), pending: [], hint: null, banner: false, nowMs: 0, starting: false, bug: 'none' }
    const row = (state: 'healthy' | 'degraded' | 'unhealthy') => {
      const snapshot = { ...healthySnapshot, observed: { state, why: 'n1 is silent', since: 0 } }
      return renderRow(viewFrame({ ...model, snapshot }, { columns: 80, rows: 24 }, plain).rows[0] ?? [], plain).slice(0, 11)
    }
    expect([row('healthy'), row('degraded'), row('unhealthy')]).toEqual(['+ healthy  ', '! degraded:', 'x unhealthy'])
  })

  it('where nobody leads, the status line and the summary show what the mode has instead', () => {
    const facts = [
      { name: 'hints', value: '3', warn: true as const },
      { name: 'down', value: 'none' },
    ]
    const snapshot = { ...healthySnapshot, leader: null, term: null, facts }
    const model = { editor: startEditor([]), pending: [], hint: null, banner: false, nowMs: 0, starting: false, bug: 'none', snapshot }
    const row = viewFrame(model, { columns: 80, rows: 24 }, plain).rows[0] ?? []
    expect(renderRow(row, plain)).toBe('+ healthy  hints 3  down none  failed 0')
    expect(row.find(({ text }) => text.includes('hints'))).toMatchObject({ tone: 'warn' })
    const lines = summaryLines({ tally: tally(0), snapshot, nowMs: 1000, folder: null, setup: null })
    expect(lines).toContain('left healthy, hints 3, down none')
  })

  it('the banner says what the mode says of itself', () => {
    const banner = { claim: 'keep each key on three of them', tries: ['put cart eggs', 'ring cart', 'get cart'] }
    const model = { editor: startEditor([]), pending: [], hint: null, banner: true, nowMs: 0, starting: false, bug: 'none' }
    const said = (snapshot: LabSnapshot): string =>
      renderRow(viewFrame({ ...model, snapshot }, { columns: 160, rows: 24 }, plain).rows[0] ?? [], plain)
    expect(said({ ...healthySnapshot, banner })).toBe(
      'Five servers keep each key on three of them. Try: put cart eggs · ring cart · get cart. New to this? labs',
    )
    expect(said({ ...healthySnapshot, nodes: healthySnapshot.nodes.slice(0, 1) })).toContain(
      'One server keeps one store. Try: put city Oslo',
    )
  })

  it('says why it is not healthy, and a reason too long gives way to faults, never the other way round', () => {
    const observed = { state: 'degraded', why: 'no answer through n1 n4', since: 0 } as const
    const model = { editor: startEditor([]), pending: [], hint: null, banner: false, nowMs: 0, starting: false, bug: 'double-vote' }
    const row = (columns: number, faults: readonly string[]) =>
      renderRow(
        viewFrame({ ...model, snapshot: { ...healthySnapshot, observed, faults } }, { columns, rows: 24 }, plain).rows[0] ?? [],
        plain,
      )
    expect(row(120, ['n1 dead'])).toBe(
      '! degraded: no answer through n1 n4  (predicted healthy)  leader n4  term 1  failed 0  bug=double-vote  n1 dead',
    )
    expect(row(100, ['n1 dead', 'n4 dead'])).toBe(
      '! degraded  (predicted healthy)  leader n4  term 1  failed 0  bug=double-vote  n1 dead · n4 dead',
    )
  })

  it('a bug stands in red, also while the lab starts', () => {
    const model = {
      editor: startEditor([]),
      pending: [],
      hint: null,
      banner: false,
      nowMs: 0,
      bug: 'double-vote',
      snapshot: healthySnapshot,
    }
    for (const starting of [true, false]) {
      const row = viewFrame({ ...model, starting }, { columns: 80, rows: 24 }, plain).rows[0] ?? []
      expect(row).toContainEqual({ text: '  bug=double-vote', tone: 'bad' })
    }
  })

  it('NO_COLOR takes the colours, empty does not', () => {
    expect(styleFromEnvironment({ NO_COLOR: '1' }).colour).toBe(false)
    expect(styleFromEnvironment({ NO_COLOR: '' }).colour).toBe(true)
  })
})

describe('widths', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['●', 1],
    ['😀', 2],
  ])('%s takes %i cells', (text, cells) => {
    expect(textWidth(text)).toBe(cells)
  })

  it('a cut never shows half a wide letter', () => {
    expect(cutToWidth('日本', 3)).toBe('日')
    expect(ellipsize('日本語', 5)).toBe('日本…')
    expect(ellipsize('abc', 3)).toBe('abc')
  })

  it('a long line breaks between words and goes on below its second column', () => {
    expect(wrapLine('  seed=random   decides every random choice', 34)).toEqual([
      '  seed=random   decides every',
      '                random choice',
    ])
    expect(wrapLine('a longer sentence than fits', 12)).toEqual(['a longer', '  sentence', '  than fits'])
    expect(wrapLine('short', 30)).toEqual(['short'])
    expect(wrapLine('oneverylongword x', 8)).toEqual(['oneverylongword', '  x'])
  })
})

describe('reading a line as far as a pipe must', () => {
  it.each([
    ['put a 1 &', true],
    ['put a 1 &  # later', true],
    ['put a 1 # &', false],
    ['put a "x &"', false],
    ['put a "x \\" y" &', true],
    ['put a "#" &', true],
    ['put a 1', false],
    ['', false],
  ])('%j runs in the background: %s', (line, background) => {
    expect(isBackground(line)).toBe(background)
  })

  it('the command word stands behind its times', () => {
    expect(commandWord('  at 3s expect healthy')).toBe('expect')
    expect(commandWord('every 2s after 1s kill n1')).toBe('kill')
    expect(commandWord('')).toBe('')
  })
})

describe('the summary', () => {
  it('says what was done, how it was left, and how to come back with the same seed', () => {
    const counts = { ...tally(0), ok: 1, refused: 2, faults: 1 }
    const lines = summaryLines({
      tally: counts,
      snapshot: { ...healthySnapshot, leader: null },
      nowMs: 75_000,
      folder: null,
      setup: {
        mode: 'raft',
        nodes: 3,
        seed: '42',
        settings: [
          { name: 'preset', value: 'paper' },
          { name: 'preset', value: 'fast' },
        ],
      },
    })
    expect(lines).toEqual([
      '3 commands (1 ok, 2 refused) in 1 min 15 s, 1 fault',
      'left healthy, no leader, term 1',
      'the same again: splitbrain --mode raft --nodes 3 --seed 42 --preset fast',
    ])
  })
})
