/** Who reaches whom: a matrix from (row) to (column) with what is cut, held or bent and how much goes over it, and below it the same in words. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { BentLink } from '../../../stream/events.ts'
import type { Scene } from '../../../stream/scene.ts'
import { type Row, type Span, type Style, span, type Tone } from '../../style.ts'
import { column } from '../draw/cells.ts'
import { level } from '../draw/spark.ts'
import { bentWords } from './bent-words.ts'
import { filterOf, filterWords } from './filter.ts'
import { byName } from './names.ts'
import { type Request, type Sheet, sheetView, title } from './sheet.ts'

const WIDEST_CELL = 11
/** Below this a cell has a sign and no number. */
const NUMBER_CELL = 6
const NARROWEST_CELL = 3
const BETWEEN = 1

export const linksView = sheetView({
  digit: '3',
  name: 'links',
  help: 'a matrix from × to: cuts, one-way cuts, held and bent links, datagrams a second; what is bent in words below',
  begins: 'top',
  sheet,
})

function sheet({ scene, state, area, style }: Request): Sheet {
  const wanted = filterOf(state.filter)
  const words = bentWords(scene.bent, style)
    .filter((line) => wanted?.([...line.from, ...line.to], line.words) !== false)
    .map(
      ({ from, to, arrow, words, tone }): Row => [
        span([names(from), arrow, names(to)].filter((part) => part !== '').join(' '), tone),
        span(`  ${words}`, tone === 'bad' ? 'bad' : 'plain'),
      ],
    )
  const grid = gridOf(scene, area.columns)
  const { links = [], left: untold = 0 } = scene.traffic ?? {}
  const legend = [
    filterWords(state.filter),
    untold > 0 ? `traffic of the busiest ${links.length} of ${links.length + untold} links` : '',
    'row sends to column',
    grid.cell >= NUMBER_CELL ? 'datagrams a second' : '',
  ]
  const matrix =
    grid.ids.length === 0
      ? []
      : [headRow(grid, state.node, style), ...grid.ids.map((from) => matrixRow(from, grid, scene, state.node, style))]
  const left = grid.left > 0 ? [[span(`and ${grid.left} more, for whom there is no room`, 'dim')] as Row] : []
  const said =
    words.length > 0 ? words : [[span(scene.bent.length > 0 ? 'nothing fits the filter' : 'every link is as it was made', 'dim')] as Row]
  return { head: [title('links', legend, style)], body: [...matrix, ...left, [], ...said], foot: [legendRow(style)] }
}

function names(ids: readonly EndpointId[]): string {
  return ids.length > 8 ? `${ids.slice(0, 6).join(' ')} and ${ids.length - 6} more` : ids.join(' ')
}

interface Grid {
  readonly ids: readonly EndpointId[]
  /** For whom there is no room. */
  readonly left: number
  /** Cells a column, and of the names before the rows. */
  readonly cell: number
  readonly label: number
  readonly bent: ReadonlyMap<string, BentLink>
  /** Datagrams a second, by `from>to`. */
  readonly passed: ReadonlyMap<string, number>
  readonly dropped: ReadonlyMap<string, number>
  readonly busiest: number
}

function gridOf(scene: Scene, columns: number): Grid {
  const nodes = scene.nodes.map(({ id }) => id)
  const label = nodes.reduce((most, id) => Math.max(most, id.length), 4) + 1
  const most = Math.max(1, Math.floor((columns - label) / NARROWEST_CELL))
  const others = othersIn(scene, new Set(nodes))
  // Clients stand there only where nothing gets narrower than a number by them.
  const roomy = Math.floor((columns - label) / (nodes.length + others.length)) >= NUMBER_CELL
  const all = roomy ? [...nodes, ...others] : nodes
  const ids = all.slice(0, most)
  const passed = new Map<string, number>()
  const dropped = new Map<string, number>()
  const traffic = scene.traffic
  for (const [from, to, through, lost] of traffic?.links ?? []) {
    const perSecond = 1000 / Math.max(1, traffic?.ms ?? 1)
    if (through > 0) passed.set(`${from}>${to}`, through * perSecond)
    if (lost > 0) dropped.set(`${from}>${to}`, lost * perSecond)
  }
  return {
    ids,
    left: all.length - ids.length,
    cell: Math.min(WIDEST_CELL, Math.max(NARROWEST_CELL, Math.floor((columns - label) / Math.max(1, ids.length)))),
    label,
    bent: new Map(scene.bent.map((one) => [`${one.from}>${one.to}`, one])),
    passed,
    dropped,
    busiest: Math.max(1, ...passed.values()),
  }
}

/** Clients that said something or whose links are bent, in order of name. */
function othersIn(scene: Scene, nodes: ReadonlySet<EndpointId>): readonly EndpointId[] {
  const others = new Set<EndpointId>()
  for (const [from, to] of scene.traffic?.links ?? []) for (const id of [from, to]) if (!nodes.has(id)) others.add(id)
  for (const { from, to } of scene.bent) for (const id of [from, to]) if (!nodes.has(id)) others.add(id)
  return [...others].sort(byName)
}

function headRow({ ids, cell, label }: Grid, chosen: EndpointId | null, style: Style): Row {
  const short = (id: EndpointId): string => (id.length >= cell ? id.slice(1) : id)
  return [
    span(column('', label, style)),
    ...ids.map((id) => span(column(short(id), cell - BETWEEN, style, 'right') + ' '.repeat(BETWEEN), id === chosen ? 'reverse' : 'bold')),
  ]
}

function matrixRow(from: EndpointId, grid: Grid, scene: Scene, chosen: EndpointId | null, style: Style): Row {
  const node = scene.nodes.find(({ id }) => id === from)
  const tone: Tone = from === chosen ? 'reverse' : node?.state === 'dead' ? 'bad' : 'bold'
  return [span(column(from, grid.label, style), tone), ...grid.ids.flatMap((to) => cellSpans(from, to, grid, style))]
}

function cellSpans(from: EndpointId, to: EndpointId, grid: Grid, style: Style): readonly Span[] {
  const { cell } = grid
  const inside = cell - BETWEEN
  const gap = span(' '.repeat(BETWEEN))
  if (from === to) return [span(column(style.ascii ? '\\' : '╲', inside, style, 'right'), 'dim'), gap]
  const rate = grid.passed.get(`${from}>${to}`) ?? 0
  const lost = grid.dropped.get(`${from}>${to}`) ?? 0
  const sign = signOf(grid.bent.get(`${from}>${to}`), grid.bent.get(`${to}>${from}`), style)
  const shade = rate > 0 ? level(rate / grid.busiest, style) : style.ascii ? '.' : '·'
  const tone: Tone = sign?.tone ?? (rate > 0 ? 'accent' : 'dim')
  if (inside < NUMBER_CELL - BETWEEN) return [span(column(sign?.text ?? shade, inside, style, 'right'), tone), gap]
  const cut = sign?.tone === 'bad'
  const number = cut ? count(lost) : rate > 0 ? count(rate) : ''
  const signs = `${sign?.text ?? ''}${cut ? '' : shade}`
  return [span(column(`${number} ${signs}`, inside, style, 'right'), tone), gap]
}

interface Sign {
  readonly text: string
  readonly tone: Tone
}

/** What a link suffers, and whether the way back suffers it too. Null: it is straight. */
function signOf(link: BentLink | undefined, back: BentLink | undefined, { ascii }: Style): Sign | null {
  if (link === undefined) return null
  if (link.cut) return { text: back?.cut === true ? (ascii ? 'x' : '✗') : ascii ? 'x>' : '✗→', tone: 'bad' }
  if (link.words.startsWith('held')) return { text: ascii ? '=' : '‖', tone: 'warn' }
  return { text: '~', tone: 'warn' }
}

/** In at most four cells. */
function count(perSecond: number): string {
  if (perSecond < 1) return perSecond > 0 ? '<1' : ''
  if (perSecond < 1000) return String(Math.round(perSecond))
  return perSecond < 10_000 ? `${(perSecond / 1000).toFixed(1)}k` : `${Math.round(perSecond / 1000)}k`
}

function legendRow({ ascii }: Style): Row {
  const signs: readonly (readonly [string, string, Tone])[] = [
    [ascii ? 'x' : '✗', 'cut, with what it dropped', 'bad'],
    [ascii ? 'x>' : '✗→', 'cut this way only', 'bad'],
    [ascii ? '=' : '‖', 'held', 'warn'],
    ['~', 'bent', 'warn'],
    [ascii ? '.:#@' : '▁▃▆█', 'traffic', 'accent'],
  ]
  return signs.flatMap(([sign, words, tone], i) => [span(`${i === 0 ? '' : '  '}${sign}`, tone), span(` ${words}`, 'dim')])
}
