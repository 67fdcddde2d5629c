/** A node's log as cells, one an entry: the same column is the same index in every row, so that who lags and who disagrees is seen at once. */
import type { LogStrip, RingPicture } from '../../../modes/face.ts'
import { isFresh } from '../../../stream/overwritten.ts'
import type { NodeScene } from '../../../stream/scene.ts'
import type { Row, Style } from '../../style.ts'
import { BLANK, type Cell, joinCells } from '../draw/cells.ts'
import { hue, sign } from '../signs.ts'

export interface Window {
  readonly first: number
  readonly cells: number
}

/** The newest entries of the longest log, in as many cells as there are and as far back as its node tells. */
export function stripWindow(nodes: readonly NodeScene[], cells: number): Window {
  const longest = nodes.reduce<LogStrip | null>(
    (best, { strip }) => (strip !== null && strip.last > (best?.last ?? -1) ? strip : best),
    null,
  )
  const last = Math.max(longest?.last ?? 0, ...nodes.map(({ overwritten }) => overwritten?.to ?? 0))
  const first = Math.max(1, longest?.from ?? 1, last - cells + 1)
  return { first, cells: Math.min(cells, last - first + 1) }
}

/**
 * Solid: committed. Hollow: not yet. The first cell of a run is its term's last digit. An entry that was dropped or replaced in the last moments
 * is a cross.
 */
export function stripRow(node: NodeScene, window: Window, nowNs: number, style: Style): Row {
  const { strip } = node
  if (strip === null) return []
  const terms = termsOf(strip)
  const cells: Cell[] = []
  for (let index = window.first; index < window.first + window.cells; index++) {
    cells.push(isLost(node, index, nowNs) ? { sign: sign('lost', style), tone: 'bad' } : cellOf(strip, terms, index, window, style))
  }
  return joinCells(cells)
}

function isLost({ overwritten }: NodeScene, index: number, nowNs: number): boolean {
  return overwritten !== null && isFresh(overwritten, nowNs) && index >= overwritten.from && index <= overwritten.to
}

function cellOf(strip: LogStrip, terms: ReadonlyMap<number, number>, index: number, window: Window, style: Style): Cell {
  const term = terms.get(index)
  if (index > strip.last) return BLANK
  // Behind the part of the log that the node told of: it is there, but nobody said of which term.
  if (term === undefined) return { sign: sign('dot', style), tone: 'dim' }
  const begins = index === window.first || terms.get(index - 1) !== term
  const shown = begins ? String(term % 10) : sign(index <= strip.commit ? 'solid' : 'hollow', style)
  return { sign: shown, tone: hue(term) }
}

function termsOf({ from, runs }: LogStrip): ReadonlyMap<number, number> {
  const terms = new Map<number, number>()
  let index = from
  for (const [term, count] of runs) for (let more = 0; more < count; more++) terms.set(index++, term)
  return terms
}

/** Which partitions a node is the first home of, around the ring, in as many cells as there are. */
export function shareRow(node: NodeScene, ring: RingPicture, cells: number, style: Style): Row {
  const own = ring.nodes.indexOf(node.id)
  const count = ring.owners.length
  if (own < 0 || count === 0) return []
  const width = Math.min(cells, count)
  const tone = hue(own)
  return joinCells(
    Array.from({ length: width }, (_, cell) => {
      const from = Math.floor((cell * count) / width)
      const to = Math.max(from + 1, Math.floor(((cell + 1) * count) / width))
      const mine = ring.owners.slice(from, to).includes(own)
      return mine ? { sign: sign('solid', style), tone } : { sign: sign('dot', style), tone: 'dim' }
    }),
  )
}
