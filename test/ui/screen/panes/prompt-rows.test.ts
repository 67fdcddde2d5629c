import { describe, expect, it } from 'vitest'
import { hintRow, keysRow, promptRow } from '../../../../src/ui/screen/panes/prompt-rows.ts'
import { type ScreenState, startScreen } from '../../../../src/ui/screen/screen-state.ts'
import { views } from '../../../../src/ui/screen/views/index.ts'
import { type Row, rowWidth } from '../../../../src/ui/style.ts'

const style = { colour: true, ascii: false }
const text = (row: Row): string =>
  row
    .map((one) => one.text)
    .join('')
    .trimEnd()
const state = (more: Partial<ScreenState> = {}, line = '', cursor = line.length): ScreenState => {
  const fresh = startScreen([])
  return { ...fresh, ...more, editor: { ...fresh.editor, line, cursor } }
}

describe('the prompt', () => {
  it('shows what completes the line dim behind it, the cursor where it is in the line', () => {
    const { row, column } = promptRow(state({}, 'put'), 'put city Oslo', 80, style)
    expect([text(row), column]).toEqual(['❯ put city Oslo', 5])
    expect(row.at(-1)).toEqual({ text: ' city Oslo', tone: 'dim' })
  })

  it('a line longer than the screen is shown around its cursor, wide signs counted', () => {
    for (const line of ['x'.repeat(200), '日本'.repeat(80)])
      for (const cursor of [0, 30, 100, line.length]) {
        const { row, column } = promptRow(state({}, line, cursor), null, 40, style)
        expect(rowWidth(row)).toBeLessThanOrEqual(40)
        expect(column).toBeLessThan(40)
      }
  })

  it('has another sign in the nodes, and no cursor there', () => {
    expect(promptRow(state({ focus: 'nodes', node: 'n3' }), null, 80, style)).toMatchObject({ column: null })
    expect(text(promptRow(state({ focus: 'nodes', node: 'n3' }, 'half'), null, 80, style).row)).toBe(' n3  half')
  })

  it('shows the filter while it is typed', () => {
    const filtering = state({ focus: 'filter', views: { 1: { scroll: 0, filter: 'n3 !get', node: null } } })
    expect([text(promptRow(filtering, null, 80, style).row), promptRow(filtering, null, 80, style).column]).toEqual([' / n3 !get', 10])
  })
})

describe('the row below it', () => {
  it('has candidates before a hint before a tip, the chosen one always in sight', () => {
    const hint = { text: 'ctrl-c again leaves', tone: 'warn' as const }
    expect(text(hintRow(state(), 'a tip', 80))).toBe('  a tip')
    expect(text(hintRow(state({ hint }), 'a tip', 80))).toBe('  ctrl-c again leaves')
    const choosing = state({ hint })
    const candidates = Array.from({ length: 40 }, (_, at) => `node${at}`)
    for (const chosen of [-1, 0, 7, 39]) {
      const row = hintRow({ ...choosing, editor: { ...choosing.editor, choice: { from: 0, candidates, chosen } } }, 'a tip', 60)
      expect(rowWidth(row)).toBeLessThanOrEqual(60)
      if (chosen >= 0) expect(row).toContainEqual(expect.objectContaining({ text: `node${chosen}  `, tone: 'reverse' }))
    }
  })
})

describe('the keys', () => {
  it('are those that act now, and never half a word', () => {
    const row = (of: ScreenState, columns = 200) => text(keysRow({ state: of, views, guide: null }, columns, style))
    expect(row(state())).toMatch(/^ \? help {2}Esc nodes {2}1 lab {2}2 messages .* {2}ctrl-d leaves .* PgUp scrolls$/)
    for (const columns of [60, 80, 100, 110, 120]) expect(row(state(), columns)).toContain('ctrl-d leaves')
    expect(row(state({ focus: 'nodes' }))).toBe(' ↑↓ node  k kill  r restart  s sleep  p isolate  h heal  i prompt  ? help')
    expect(row(state({ focus: 'filter' }))).toMatch(/^ Enter keeps it/)
    expect(row(state({ help: 0 }))).toMatch(/^ Esc closes help/)
    expect(row(state(), 80)).toBe(' ? help  Esc nodes  1-6 views  ctrl-d leaves  Space holds  Tab completes')
    const reading = keysRow({ state: state(), views, guide: '1, 2 or 3: your guess · alt-up back' }, 80, style)
    expect(text(reading)).toContain('ctrl-d leaves  Esc nodes')
    const whole = [...row(state()).trim().split(/ {2,}/), '1-6 views', '']
    for (let columns = 5; columns < 200; columns++) {
      const fitted = row(state(), columns)
      expect(fitted.length).toBeLessThanOrEqual(columns)
      for (const hint of fitted.trim().split(/ {2,}/)) expect(whole).toContain(hint)
    }
  })

  it('a guide comes first', () => {
    expect(text(keysRow({ state: state(), views, guide: 'Enter goes on' }, 80, style))).toMatch(/^ Enter goes on {2}\? help/)
  })
})
