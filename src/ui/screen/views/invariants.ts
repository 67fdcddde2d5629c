/** The rules that hold at every moment, and whether they do; what was broken once stays, with its evidence. */
import { printable, wrapLine } from '../../../lab/text-width.ts'
import type { InvariantRow } from '../../../modes/face.ts'
import { type Row, type Style, span, type Tone } from '../../style.ts'
import { column } from '../draw/cells.ts'
import { filterOf, filterWords } from './filter.ts'
import { type Request, type Sheet, sheetView, title } from './sheet.ts'

const LEAST_NAME_CELLS = 16
const MOST_NAME_CELLS = 34

export const invariantsView = sheetView({
  digit: '6',
  name: 'invariants',
  help: 'the rules that must hold at every moment: a tick each, red with evidence once broken',
  begins: 'top',
  sheet,
})

function sheet({ scene, state, area, style }: Request): Sheet {
  const wanted = filterOf(state.filter)
  const rows = scene.invariants.filter(({ name, why }) => wanted?.([], `${name} ${why}`) !== false)
  const longest = rows.reduce((most, { name }) => Math.max(most, name.length), LEAST_NAME_CELLS)
  const nameCells = Math.min(MOST_NAME_CELLS, longest, Math.max(8, Math.floor(area.columns / 2) - 3))
  const body = rows.flatMap((row) => invariantRows(row, nameCells, area.columns, style))
  const empty = scene.invariants.length === 0 ? 'nothing is watched yet' : 'nothing fits the filter'
  return {
    head: [title('invariants', [tally(rows), filterWords(state.filter)], style)],
    body: body.length > 0 ? body : [[span(empty, 'dim')]],
    foot: [],
  }
}

function tally(rows: readonly InvariantRow[]): string {
  const count = (holds: boolean | null): number => rows.filter((row) => row.holds === holds).length
  const parts = [
    `${count(true)} hold`,
    count(false) > 0 ? `${count(false)} broken` : '',
    count(null) > 0 ? `${count(null)} not judged yet` : '',
  ]
  return rows.length === 0 ? '' : parts.filter((part) => part !== '').join(', ')
}

/** Beside the name while it holds; evidence of a breach stands below it in full width. */
function invariantRows({ name, holds, why }: InvariantRow, nameCells: number, columns: number, style: Style): readonly Row[] {
  const [sign, tone] = signOf(holds, style)
  const words = printable(why).replaceAll('\n', ' ')
  const named = [span(`${sign} `, tone), span(column(name, nameCells, style), holds === false ? 'bad' : 'plain'), span('  ')]
  if (holds === false) {
    const lines = words === '' ? [] : wrapLine(words, Math.max(8, columns - 4))
    return [[...named, span('broken', 'bad')], ...lines.map((line): Row => [span('    '), span(line, 'bad')])]
  }
  const lines = wrapLine(words, Math.max(8, columns - nameCells - 4))
  return lines.map((line, i): Row => (i === 0 ? [...named, span(line, 'dim')] : [span(' '.repeat(nameCells + 4)), span(line, 'dim')]))
}

function signOf(holds: boolean | null, style: Style): readonly [sign: string, tone: Tone] {
  if (holds === null) return [style.ascii ? '.' : '·', 'dim']
  if (holds) return [style.ascii ? '+' : '✓', 'good']
  return [style.ascii ? 'x' : '✗', 'bad']
}
