/** What endpoints said to each other in the last seconds, as a sequence diagram: a lane an endpoint, the newest row at the bottom. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { MessageRecord } from '../../../stream/events.ts'
import type { Scene } from '../../../stream/scene.ts'
import { type Row, rowWidth, type Style, span, type Tone } from '../../style.ts'
import { column } from '../draw/cells.ts'
import { took } from '../draw/time.ts'
import { hue } from '../signs.ts'
import { filterOf, filterWords } from './filter.ts'
import { type Lanes, laneRow, lanesFor } from './lanes.ts'
import { foldMessages, type MessageFold } from './message-folds.ts'
import { byName } from './names.ts'
import { type Request, type Sheet, sheetView, title } from './sheet.ts'

/** The newest of what the scene holds; a frame looks at no more. */
const MOST_RECORDS = 4_000
const TIME_CELLS = 9
const FATE_CELLS = 14
const MOST_KIND_CELLS = 20
/** Arrows over lanes so wide bear their kind. */
const LABEL_LANE_CELLS = 14

export const messagesView = sheetView({
  digit: '2',
  name: 'messages',
  help: 'who said what to whom: arrows by type, dropped ones crossed out; / filters: vote, n3, !append',
  begins: 'bottom',
  sheet,
})

function sheet({ scene, state, area, style, need }: Request): Sheet {
  const { folds, ids } = pictureOf(scene.messages, state.filter)
  const layout = layoutOf(scene, ids, folds, area.columns, style)
  const body = folds.slice(Math.max(0, folds.length - need)).map((fold) => foldRow(fold, scene, layout, style))
  const head = [
    title('messages', [filterWords(state.filter), sampleWords(scene), 'repeated ones folded', 'arrows by type'], style),
    ...(layout.lanes === null ? [] : [namesRow(layout, scene, state.node, style)]),
  ]
  return { head, body: body.length > 0 ? body : [emptyRow(scene, state.filter)], foot: [] }
}

/** Of a busy cluster only a sample is told, and `×N` counts what is in it. */
function sampleWords({ messages, unseen }: Scene): string {
  const more = unseen.reduce((sum, count) => sum + count, 0)
  if (more === 0) return ''
  const seen = messages.reduce((sum, batch) => sum + batch.length, 0)
  return `a sample, ${seen} of ${seen + more}`
}

/** What is folded, and who takes part. */
interface Picture {
  readonly filter: string
  readonly folds: readonly MessageFold[]
  readonly ids: readonly EndpointId[]
}

/** Of the scenes that are still drawn: many frames show the same messages, and folding them is most of the work. */
const pictures = new WeakMap<Scene['messages'], Picture>()

function pictureOf(messages: Scene['messages'], filter: string): Picture {
  const known = pictures.get(messages)
  if (known?.filter === filter) return known
  const wanted = filterOf(filter)
  const all = newest(messages)
  const records = wanted === null ? all : all.filter(([, from, to, type, fate]) => wanted([from, to], `${type} ${fateWords(fate)}`))
  const folds = foldMessages(records)
  const picture = { filter, folds, ids: [...new Set(folds.flatMap(({ from, to }) => [...from, ...to]))].sort(byName) }
  pictures.set(messages, picture)
  return picture
}

function newest(batches: Scene['messages']): readonly MessageRecord[] {
  const taken: (readonly MessageRecord[])[] = []
  let count = 0
  for (let i = batches.length - 1; i >= 0 && count < MOST_RECORDS; i--) {
    const batch = batches[i]
    if (batch === undefined) continue
    taken.push(batch)
    count += batch.length
  }
  // A batch tells in the order in which they left or were dropped; the diagram is one of sending.
  return taken
    .reverse()
    .flat()
    .sort(([a], [b]) => a - b)
}

interface Layout {
  readonly lanes: Lanes | null
  readonly kindCells: number
}

function layoutOf(scene: Scene, ids: readonly EndpointId[], folds: readonly MessageFold[], columns: number, style: Style): Layout {
  const nodes = scene.nodes.map(({ id }) => id)
  const known = new Set(nodes)
  const longest = folds.reduce((most, fold) => Math.max(most, kindText(fold, style).length), 8)
  const kindCells = Math.min(MOST_KIND_CELLS, longest) + 1
  const room = columns - TIME_CELLS - 1 - FATE_CELLS - 1
  const others = ids.filter((id) => !known.has(id))
  return { lanes: lanesFor(nodes, others, room - kindCells), kindCells }
}

function namesRow({ lanes, kindCells }: Layout, scene: Scene, chosen: EndpointId | null, style: Style): Row {
  if (lanes === null) return []
  const names = lanes.names.map((name) => {
    const centred =
      lanes.width % 2 === 0 ? `${column(name, lanes.width - 1, style, 'centre')} ` : column(name, lanes.width, style, 'centre')
    const node = scene.nodes.find(({ id }) => id === name)
    const tone: Tone = name === chosen ? 'reverse' : node?.weight === 'lead' ? 'bold' : node?.state === 'dead' ? 'bad' : 'plain'
    return span(centred, tone)
  })
  return [span(' '.repeat(TIME_CELLS + 1 + kindCells)), ...names]
}

function foldRow(fold: MessageFold, scene: Scene, { lanes, kindCells }: Layout, style: Style): Row {
  const tone = fold.fate === 'passed' ? toneOf(fold.kind) : 'bad'
  const left = [span(column(seconds(fold.atUs), TIME_CELLS, style, 'right'), 'dim'), span(' ')]
  const kind = span(column(kindText(fold, style), kindCells, style), tone)
  const right = fateSpan(fold, style)
  if (lanes === null) {
    const arrow = style.ascii ? '->' : '→'
    return [...left, kind, span(`${endpoints(fold.from, scene)} ${arrow} ${endpoints(fold.to, scene)}  `), right]
  }
  const label = lanes.width >= LABEL_LANE_CELLS ? fold.kind : ''
  const drawn = laneRow(lanes, { from: fold.from, to: fold.to, passed: fold.fate === 'passed', tone, label }, style)
  const middle = [...left, kind, ...drawn]
  const pad = TIME_CELLS + 1 + kindCells + lanes.names.length * lanes.width - rowWidth(middle)
  return [...middle, span(`${' '.repeat(Math.max(0, pad))} `), right]
}

function kindText({ kind, count }: MessageFold, style: Style): string {
  return count > 1 ? `${kind} ${style.ascii ? 'x' : '×'}${count}` : kind
}

/** Where the sum begins: from here the commonest kinds fall on different hues. */
const HASH_START = 1810

/** The same hue for the same kind, and for its reply. */
export function toneOf(kind: string): Tone {
  const stem = kind.replace(/-reply$/, '')
  let hash = HASH_START
  for (let i = 0; i < stem.length; i++) hash = (hash * 31 + stem.charCodeAt(i)) % 65_521
  return hue(hash)
}

const FATES: Readonly<Record<string, string>> = {
  loss: 'lost',
  rate: 'over the rate',
  'queue-full': 'queue full',
  unmapped: 'nobody there',
  'send-error': 'send failed',
}

function fateWords(fate: string): string {
  return Object.hasOwn(FATES, fate) ? (FATES[fate] ?? fate) : fate
}

function fateSpan({ fate, tookUs }: MessageFold, style: Style) {
  if (fate !== 'passed') return span(`${style.ascii ? 'x' : '✗'} ${fateWords(fate)}`, 'bad')
  return span(tookUs < 500 ? '' : took(tookUs), 'dim')
}

/** `all` where everybody but the other side is meant. */
function endpoints(ids: readonly EndpointId[], scene: Scene): string {
  return ids.length > 2 && ids.length >= scene.nodes.length - 1 ? 'all' : [...ids].sort(byName).join(' ')
}

/** `+12.345s`: what happens within an election is milliseconds apart. */
function seconds(us: number): string {
  return `+${(us / 1e6).toFixed(us < 1e9 ? 3 : 2)}s`
}

function emptyRow(scene: Scene, filter: string): Row {
  const heard = scene.messages.some((batch) => batch.length > 0)
  return [span(heard && filter.trim() !== '' ? 'nothing in the last seconds fits the filter' : 'nothing was said yet', 'dim')]
}
