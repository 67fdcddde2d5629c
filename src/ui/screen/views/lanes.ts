/** A row of a sequence diagram: a lane an endpoint, arrows between them. */
import type { EndpointId } from '../../../machine/contract.ts'
import { isClient } from '../../../machine/ids.ts'
import type { Row, Style, Tone } from '../../style.ts'
import { BLANK, type Cell, joinCells } from '../draw/cells.ts'

export interface Lanes {
  readonly names: readonly string[]
  /** Cells a lane. */
  readonly width: number
  laneOf(id: EndpointId): number
}

/** Below this a name does not fit above its lane. */
const NARROWEST = 4
const WIDEST = 22
/** More clients than this share a lane. */
const OWN_LANES = 3
const ALL_CLIENTS = 'clients'

/** Nodes in row order, then the clients that said something. Null where there is no room for all. */
export function lanesFor(nodes: readonly EndpointId[], others: readonly EndpointId[], cells: number): Lanes | null {
  const clients = others.filter(isClient)
  const rest = others.filter((id) => !isClient(id))
  const shared = clients.length > OWN_LANES
  const names = [...nodes, ...rest, ...(shared ? [ALL_CLIENTS] : clients)]
  const width = Math.min(WIDEST, Math.floor(cells / Math.max(1, names.length)))
  if (width < NARROWEST || (shared && width < ALL_CLIENTS.length)) return null
  const places = new Map(names.map((name, i) => [name, i]))
  return { names, width, laneOf: (id) => places.get(id) ?? (shared && isClient(id) ? names.length - 1 : -1) }
}

export interface Arrow {
  readonly from: readonly EndpointId[]
  readonly to: readonly EndpointId[]
  readonly passed: boolean
  readonly tone: Tone
  /** Written into the arrow where it has the room. */
  readonly label: string
}

const SIGNS = {
  unicode: { lane: '│', line: '─', lost: '╌', from: '●', right: '▶', left: '◀', drop: '✗', both: '◆' },
  ascii: { lane: '|', line: '-', lost: '.', from: 'o', right: '>', left: '<', drop: 'x', both: '#' },
} as const

/** The lanes with the arrow over them. */
export function laneRow(lanes: Lanes, arrow: Arrow | null, style: Style): Row {
  const signs = style.ascii ? SIGNS.ascii : SIGNS.unicode
  const cells: Cell[] = Array.from({ length: lanes.names.length * lanes.width }, () => BLANK)
  for (let lane = 0; lane < lanes.names.length; lane++) cells[centre(lanes, lane)] = { sign: signs.lane, tone: 'dim' }
  if (arrow !== null) drawArrow(cells, lanes, arrow, style)
  return joinCells(cells)
}

function centre({ width }: Lanes, lane: number): number {
  return lane * width + Math.floor((width - 1) / 2)
}

function drawArrow(cells: Cell[], lanes: Lanes, { from, to, passed, tone, label }: Arrow, style: Style): void {
  const signs = style.ascii ? SIGNS.ascii : SIGNS.unicode
  const place = (ids: readonly EndpointId[]): number[] => ids.map((id) => centre(lanes, lanes.laneOf(id))).filter((at) => at >= 0)
  const [tails, heads] = [place(from), place(to)]
  const all = [...tails, ...heads]
  if (all.length === 0) return
  const [first, last] = [Math.min(...all), Math.max(...all)]
  const line: Cell = { sign: passed ? signs.line : signs.lost, tone }
  for (let at = first; at <= last; at++) cells[at] = line
  // The tails' middle tells on which side a head is entered.
  const middle = tails.reduce((sum, at) => sum + at, 0) / Math.max(1, tails.length)
  for (const at of tails) cells[at] = { sign: signs.from, tone }
  for (const at of heads) {
    const pointed = at > middle ? signs.right : at < middle ? signs.left : signs.both
    const meets = tails.length > 1 && tails.some((tail) => tail < at) && tails.some((tail) => tail > at)
    cells[at] = { sign: passed ? (meets ? signs.both : pointed) : signs.drop, tone: passed ? tone : 'bad' }
  }
  writeLabel(cells, label, first, last, [...tails, ...heads])
}

/** Into the widest stretch of line that no sign interrupts. */
function writeLabel(cells: Cell[], label: string, first: number, last: number, signs: readonly number[]): void {
  if (label === '') return
  const stops = [...new Set([first, ...signs, last])].sort((a, b) => a - b)
  let best = { from: 0, room: 0 }
  for (const [i, stop] of stops.entries()) {
    const next = stops[i + 1]
    if (next !== undefined && next - stop - 1 > best.room) best = { from: stop + 1, room: next - stop - 1 }
  }
  if (label.length + 2 > best.room) return
  const start = best.from + Math.floor((best.room - label.length) / 2)
  for (const [i, char] of [...label].entries()) {
    const under = cells[start + i]
    if (under !== undefined) cells[start + i] = { sign: char, tone: under.tone }
  }
}
