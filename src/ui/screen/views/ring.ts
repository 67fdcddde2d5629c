/** Who owns which part of the keys: the ring with a cell a partition, what each node holds, and the keys that somebody mentioned lately. */

import { printable } from '../../../lab/text-width.ts'
import type { EndpointId } from '../../../machine/contract.ts'
import type { RingPicture } from '../../../modes/face.ts'
import type { NodeScene, Scene } from '../../../stream/scene.ts'
import { type Row, rowWidth, type Style, span, type Tone } from '../../style.ts'
import { BLANK, type Cell, column, joinCells } from '../draw/cells.ts'
import { bar } from '../draw/spark.ts'
import { hueOf } from '../draw/strip.ts'
import { type Request, type Sheet, title } from './sheet.ts'

/** The circle stands beside the table where both have their room; else the ring is a band above it. */
const CIRCLE_ROWS = 13
const LARGEST_CIRCLE_ROWS = 21
const TABLE_CELLS = 56
const BAR_CELLS = 10
const MOST_KEYS = 8
const MOST_BAND_ROWS = 4

export function ringSheet(request: Request): Sheet {
  const { scene, area, style } = request
  const { ring } = scene
  const partitions = ring === null ? '' : `${ring.owners.length} partitions by their first home`
  const keys = keyRows(scene, style)
  const room = Math.min(LARGEST_CIRCLE_ROWS, area.rows - 1 - keys.length, Math.floor((area.columns - TABLE_CELLS - 2) / 2))
  const table = tableRows(request)
  if (ring === null || ring.owners.length === 0) return { head: [title('ring', 'nobody has told its map yet')], body: table, foot: keys }
  const head = title('ring', partitions)
  if (room < CIRCLE_ROWS) return { head: [head, ...bandRows(ring, area.columns, style)], body: table, foot: keys }
  const rows = room % 2 === 0 ? room - 1 : room
  const circle = circleRows(ring, rows, style)
  const body = Array.from({ length: Math.max(rows, table.length) }, (_, i): Row => {
    const left = circle[i] ?? []
    return [...left, span(' '.repeat(Math.max(0, rows * 2 + 2 - rowWidth(left)))), ...(table[i] ?? [])]
  })
  return { head: [head], body, foot: keys }
}

const OWNER_SIGNS = '123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** A node's sign on the ring: its hue alone would not do, there are six of them. `*`: nobody's, or too many to tell. */
function ownerCell(ring: RingPicture, partition: number): Cell {
  const owner = ring.owners[partition]
  return { sign: owner === undefined ? '*' : (OWNER_SIGNS[owner] ?? '*'), tone: owner === undefined ? 'dim' : hueOf(owner) }
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

function tableRows({ scene, state, style }: Request): readonly Row[] {
  const { ring } = scene
  const owned = new Map<EndpointId, number>()
  for (const owner of ring?.owners ?? []) {
    const id = ring?.nodes[owner]
    if (id !== undefined) owned.set(id, (owned.get(id) ?? 0) + 1)
  }
  const total = Math.max(1, ring?.owners.length ?? 1)
  const most = Math.max(1, ...owned.values())
  const names = factNames(scene.nodes)
  const widths = names.map((name) => scene.nodes.reduce((wide, node) => Math.max(wide, factOf(node, name)?.value.length ?? 0), name.length))
  const head: Row = [
    span(`    ${column('node', 6, style)}${column('share', BAR_CELLS + 6, style)}`, 'dim'),
    ...names.map((name, i) => span(` ${column(name, widths[i] ?? 0, style, 'right')}`, 'dim')),
  ]
  const rows = scene.nodes.map((node): Row => {
    const place = ring?.nodes.indexOf(node.id) ?? -1
    const hue: Tone = place >= 0 ? hueOf(place) : 'dim'
    const share = (owned.get(node.id) ?? 0) / total
    const tone: Tone = node.id === state.node ? 'reverse' : node.state === 'dead' ? 'bad' : 'bold'
    const standing = node.state === 'live' ? [] : [span(` ${node.state}`, node.state === 'dead' ? 'bad' : 'warn')]
    return [
      span(`  ${place >= 0 ? (OWNER_SIGNS[place] ?? '*') : ' '} `, hue),
      span(column(node.id, 5, style), tone),
      span(' '),
      span(bar((owned.get(node.id) ?? 0) / most, BAR_CELLS, style), hue),
      span(place >= 0 ? `${String(Math.round(share * 100)).padStart(4)}% ` : '      '),
      ...names.map((name, i) => {
        const fact = factOf(node, name)
        return span(` ${column(fact?.value ?? '', widths[i] ?? 0, style, 'right')}`, fact?.warn === true ? 'warn' : 'plain')
      }),
      ...standing,
    ]
  })
  return [head, ...rows]
}

const MOST_FACTS = 8

/** In the order in which the nodes tell them. */
function factNames(nodes: readonly NodeScene[]): readonly string[] {
  const names = new Set<string>()
  for (const { facts } of nodes) for (const { name } of facts) names.add(name)
  return [...names].slice(0, MOST_FACTS)
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
  return place < 0 ? 'plain' : hueOf(place)
}
