/** The health ribbon: observed health over the last minutes, with what was broken and mended as marks. Its right edge is now. */

import { textWidth } from '../../../lab/text-width.ts'
import type { HealthState } from '../../../modes/mode.ts'
import type { Mark, Scene, Stretch } from '../../../stream/scene.ts'
import { type Row, type Style, span, type Tone } from '../../style.ts'
import type { Area } from '../types.ts'
import { BLANK, type Cell, clip, joinCells } from './cells.ts'
import { timeAxis } from './time.ts'

const SECOND_NS = 1_000_000_000
/** Below this many cells a cell stands for two seconds, so that a minute at least is in sight. */
const MINUTE_CELLS = 60

const WORST: Readonly<Record<HealthState, number>> = { healthy: 0, degraded: 1, unhealthy: 2 }
const TONES: Readonly<Record<HealthState, Tone>> = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' }
/** Told apart without colour too: full, half, and crossed out. */
const SIGNS: Readonly<Record<HealthState, readonly [sign: string, ascii: string]>> = {
  healthy: ['█', '='],
  degraded: ['▄', '-'],
  unhealthy: ['╳', 'x'],
}

/** What one cell stands for in a ribbon of this many cells, nanoseconds. Cells begin at whole multiples of it, so that it moves by whole cells. */
export function ribbonCellNs(cells: number): number {
  return cells < MINUTE_CELLS ? 2 * SECOND_NS : SECOND_NS
}

type RibbonScene = Pick<Scene, 'ribbon' | 'marks' | 'nowNs'>

/** One row is the ribbon, a second stands above it and holds the marks, a third below it is the axis of time. */
export function ribbonRows(scene: RibbonScene, area: Area, style: Style): readonly Row[] {
  const cells = area.columns
  if (cells <= 0 || area.rows <= 0) return []
  const cellNs = ribbonCellNs(cells)
  const ribbon = joinCells(ribbonCells(scene.ribbon, scene.nowNs, cells, cellNs, style))
  if (area.rows === 1) return [ribbon]
  const rows = [joinCells(markCells(scene.marks, scene.nowNs, cells, cellNs, style)), ribbon]
  return area.rows === 2 ? rows : [...rows, [span(timeAxis(cells, cellNs, style), 'dim')]]
}

/** Each cell shows the worst that was in it: an election gap is a gap of one cell. */
function ribbonCells(ribbon: readonly Stretch[], nowNs: number, cells: number, cellNs: number, style: Style): Cell[] {
  const first = firstCell(nowNs, cells, cellNs)
  const worst = new Int8Array(cells).fill(-1)
  for (let i = ribbon.length - 1; i >= 0; i--) {
    const stretch = ribbon[i]
    if (stretch === undefined) continue
    const untilNs = ribbon[i + 1]?.fromNs ?? nowNs
    const from = Math.max(0, Math.floor(stretch.fromNs / cellNs) - first)
    // A stretch that ends on a border has nothing in the cell behind it.
    const to = Math.min(cells - 1, Math.max(Math.ceil(untilNs / cellNs) - 1, Math.floor(stretch.fromNs / cellNs)) - first)
    for (let cell = from; cell <= to; cell++) worst[cell] = Math.max(worst[cell] ?? -1, WORST[stretch.state])
    if (stretch.fromNs / cellNs < first) break
  }
  const states: readonly HealthState[] = ['healthy', 'degraded', 'unhealthy']
  return Array.from(worst, (rank) => {
    const state = states[rank]
    return state === undefined ? BLANK : { sign: SIGNS[state][style.ascii ? 1 : 0], tone: TONES[state] }
  })
}

function firstCell(nowNs: number, cells: number, cellNs: number): number {
  return Math.floor(nowNs / cellNs) - cells + 1
}

/** `▲kill n3`; where marks stand close, the newer keeps its words. */
function markCells(marks: readonly Mark[], nowNs: number, cells: number, cellNs: number, style: Style): Cell[] {
  const row: Cell[] = Array.from({ length: cells }, () => BLANK)
  const first = firstCell(nowNs, cells, cellNs)
  let free = cells
  for (let i = marks.length - 1; i >= 0; i--) {
    const mark = marks[i]
    if (mark === undefined) continue
    const at = Math.floor(mark.atNs / cellNs) - first
    if (at < 0) break
    if (at >= free) continue
    const sign = markSign(mark, style)
    const whole = narrow(mark.text)
    const words = clip(whole, free - at - 1, style)
    // Against the right edge the words stand before the sign, where they are there in full and no older mark is under them.
    const older = marks[i - 1]
    const left = older === undefined ? 0 : Math.floor(older.atNs / cellNs) - first + 2
    const before = free === cells && words !== whole && whole.length <= at - Math.max(0, left)
    const text = before ? `${whole}${sign}` : `${sign}${words.length < Math.min(3, whole.length) ? '' : words}`
    const start = before ? at - whole.length : at
    for (const [k, char] of [...text].entries()) row[start + k] = { sign: char, tone: mark.kind === 'fault' ? 'bad' : 'good' }
    free = start - 1
  }
  return row
}

/** One cell a character, as a row of cells wants it. */
function narrow(text: string): string {
  return [...text].map((char) => (char.length === 1 && textWidth(char) === 1 ? char : '?')).join('')
}

export function markSign({ kind }: Pick<Mark, 'kind'>, { ascii }: Style): string {
  if (kind === 'fault') return ascii ? 'v' : '▼'
  return ascii ? '^' : '▲'
}
