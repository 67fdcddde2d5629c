/** Who owns which part of the keys: the ring with a cell a partition, what each node holds, and the keys that somebody mentioned lately. */

import { printable } from '../../../lab/text-width.ts'
import type { EndpointId } from '../../../machine/contract.ts'
import type { RingPicture } from '../../../modes/face.ts'
import type { NodeScene, Scene } from '../../../stream/scene.ts'
import { type Row, rowWidth, type Style, span, type Tone } from '../../style.ts'
import { BLANK, type Cell, column, joinCells } from '../draw/cells.ts'
import { bar } from '../draw/spark.ts'
import { hue } from '../signs.ts'
import { type Request, type Sheet, title } from './sheet.ts'

/** The circle stands beside the table where both have their room; else the ring is a band above it. */
const CIRCLE_ROWS = 13
const LARGEST_CIRCLE_ROWS = 21
const GAP = 2
/** The bars give way where the facts need the room. */
const WIDE_BAR = 10
const NARROW_BAR = 5
const WIDE_COLUMNS = 100
const MOST_KEYS = 8
const MOST_BAND_ROWS = 4

export function ringSheet(request: Request): Sheet {
  const { scene, area, style } = request
  const { ring } = scene
  const partitions = ring === null ? '' : `${ring.owners.length} partitions by their first home`
  const keys = keyRows(scene, style)
  const table = tableRows(request)
  const beside = area.columns - Math.max(...table.map(rowWidth)) - GAP
  const room = Math.min(LARGEST_CIRCLE_ROWS, area.rows - 1 - keys.length, Math.floor(beside / 2))
  if (ring === null || ring.owners.length === 0)
    return { head: [title('ring', ['nobody has told its map yet'], style)], body: table, foot: keys }
  const head = title('ring', [partitions], style)
  if (room < CIRCLE_ROWS) return { head: [head, ...bandRows(ring, area.columns, style)], body: table, foot: keys }
  const rows = room % 2 === 0 ? room - 1 : room
  const circle = circleRows(ring, rows, style)
  const body = Array.from({ length: Math.max(rows, table.length) }, (_, i): Row => {
    const left = circle[i] ?? []
    return [...left, span(' '.repeat(Math.max(0, rows * 2 + GAP - rowWidth(left)))), ...(table[i] ?? [])]
  })
  return { head: [head], body, foot: keys }
}

const OWNER_SIGNS = '123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** A node's sign on the ring: its hue alone would not do, there are six of them. `*`: nobody's, or too many to tell. */
function ownerCell(ring: RingPicture, partition: number): Cell {
  const owner = ring.owners[partition]
  return { sign: owner === undefined ? '*' : (OWNER_SIGNS[owner] ?? '*'), tone: owner === undefined ? 'dim' : hue(owner) }
}

/** Clockwise from the top; a cell twice as high as wide makes it round. */
function circleRows(ring: RingPicture, rows: number, style: Style): readonly Row[] {
  const middle = (rows - 1) / 2
  const count = ring.owners.length
  const words = [`${count} parts`, `${ring.nodes.length} nodes`]
  return Array.from({ length: rows }, (_, y): Row => {
    const cells: Cell[] = []
    for (let x = 0; x < rows * 2; x++) {
      const dx = (x - middle * 2 - 0.5) / 2
      const dy = y - middle
      const far = Math.hypot(dx, dy)
      // Two cells thick, so that a partition is seen as a stretch of the ring and not as a dot.
      const inside = far <= middle + 0.25 && far > middle - 1.75
      const turn = (Math.atan2(dx, -dy) / (2 * Math.PI) + 1) % 1
      cells.push(inside ? ownerCell(ring, Math.min(count - 1, Math.floor(turn * count))) : BLANK)
    }
    const word = words[y - Math.floor(middle)]
    if (word !== undefined)
      for (const [i, char] of [...column(word, rows, style, 'centre')].entries()) overwrite(cells, Math.floor(rows / 2) + i, char)
    return joinCells(cells)
  })
}

function overwrite(cells: Cell[], at: number, sign: string): void {
  if (sign !== ' ' && cells[at]?.sign === ' ') cells[at] = { sign, tone: 'dim' }
}

/** The ring cut open at the top; each row goes on where the one above ends. */
function bandRows(ring: RingPicture, columns: number, style: Style): readonly Row[] {
  const count = ring.owners.length
  const each = Math.max(1, Math.min(4, Math.floor(columns / count)))
  const perRow = Math.max(1, Math.floor(columns / each))
  const rows: Row[] = []
  for (let first = 0; first < count && rows.length < MOST_BAND_ROWS; first += perRow) {
    const cells: Cell[] = []
    for (let i = first; i < Math.min(count, first + perRow); i++) {
      const cell = ownerCell(ring, i)
      for (let k = 0; k < each; k++) cells.push(k === 0 ? cell : { sign: style.ascii ? '-' : '─', tone: cell.tone })
    }
    rows.push(joinCells(cells))
  }
  return rows
}

function tableRows({ scene, state, area, style }: Request): readonly Row[] {
  const { ring, nodes } = scene
  const owned = new Map<EndpointId, number>()
  for (const owner of ring?.owners ?? []) {
    const id = ring?.nodes[owner]
    if (id !== undefined) owned.set(id, (owned.get(id) ?? 0) + 1)
  }
  const table: Table = {
    facts: factColumns(nodes, Math.max(LEAST_FACT_CELLS, Math.floor(area.columns * FACT_SHARE))),
    stands: nodes.reduce((wide, node) => (node.state === 'live' ? wide : Math.max(wide, node.state.length + 1)), 0),
    bar: area.columns >= WIDE_COLUMNS ? WIDE_BAR : NARROW_BAR,
    total: Math.max(1, ring?.owners.length ?? 1),
    most: Math.max(1, ...owned.values()),
  }
  const head: Row = [
    span(`  ${column('node', 7 + table.stands, style)}${column('share', table.bar + 6, style)}`, 'dim'),
    ...table.facts.map(({ name, cells }) => span(` ${column(name, cells, style, 'right')}`, 'dim')),
  ]
  return [head, ...nodes.map((node) => nodeRow(node, owned.get(node.id) ?? 0, table, ring, node.id === state.node, style))]
}

interface Table {
  readonly facts: readonly { readonly name: string; readonly cells: number }[]
  /** Cells for how a process stands; 0 where all live. */
  readonly stands: number
  /** Cells of a bar. */
  readonly bar: number
  readonly total: number
  /** Partitions of the one that has most. */
  readonly most: number
}

function nodeRow(node: NodeScene, owned: number, table: Table, ring: RingPicture | null, chosen: boolean, style: Style): Row {
  const place = ring?.nodes.indexOf(node.id) ?? -1
  const tint: Tone = place >= 0 ? hue(place) : 'dim'
  const tone: Tone = chosen ? 'reverse' : node.state === 'dead' ? 'bad' : 'bold'
  const percent = place >= 0 ? `${Math.round((owned / table.total) * 100)}%` : ''
  return [
    span(`${place >= 0 ? (OWNER_SIGNS[place] ?? '*') : ' '} `, tint),
    span(column(node.id, 6, style), tone),
    span(` ${column(node.state === 'live' ? '' : node.state, table.stands, style)}`, node.state === 'dead' ? 'bad' : 'warn'),
    span(bar(owned / table.most, table.bar, style), tint),
    span(`${percent.padStart(5)} `),
    ...table.facts.map(({ name, cells }) => {
      const fact = factOf(node, name)
      return span(` ${column(fact?.value ?? '', cells, style, 'right')}`, fact?.warn === true ? 'warn' : 'plain')
    }),
  ]
}

const MOST_FACTS = 8
const LEAST_FACT_CELLS = 10
/** A fact may take this share of the columns: names of nodes and kinds of repairs go on and on. */
const FACT_SHARE = 1 / 8

/** In the order in which the nodes tell them. */
function factColumns(nodes: readonly NodeScene[], most: number): Table['facts'] {
  const columns = new Map<string, number>()
  for (const { facts } of nodes) {
    for (const { name, value } of facts) columns.set(name, Math.max(columns.get(name) ?? name.length, value.length))
  }
  return [...columns].slice(0, MOST_FACTS).map(([name, cells]) => ({ name, cells: Math.min(most, cells) }))
}

function factOf({ facts }: NodeScene, name: string) {
  return facts.find((fact) => fact.name === name)
}

/** `city  n3 n1 n5  n2 stands in`: the preference list, the coordinator first. */
function keyRows({ keys, nodes, ring }: Scene, style: Style): readonly Row[] {
  if (keys.length === 0) return []
  const cells =
    Math.min(
      20,
      keys.reduce((most, { key }) => Math.max(most, key.length), 4),
    ) + 2
  const rows = keys
    .slice(0, MOST_KEYS)
    .map(
      ({ key, homes, fallbacks }): Row => [
        span('  '),
        span(column(printable(key), cells, style), 'bold'),
        ...homes.map((id) => span(`${id} `, toneOf(id, nodes, ring))),
        ...(fallbacks.length === 0 ? [] : [span(` ${fallbacks.join(' ')} ${fallbacks.length === 1 ? 'stands' : 'stand'} in`, 'warn')]),
      ],
    )
  return [[], [span('keys mentioned last, with their homes', 'dim')], ...rows]
}

function toneOf(id: EndpointId, nodes: readonly NodeScene[], ring: RingPicture | null): Tone {
  const state = nodes.find((node) => node.id === id)?.state
  if (state !== 'live') return 'bad'
  const place = ring?.nodes.indexOf(id) ?? -1
  return place < 0 ? 'plain' : hue(place)
}
