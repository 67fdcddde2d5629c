/** The last minutes as a band: how it was, and below it what was done to it. */
import { printable, textWidth } from '../../../lab/text-width.ts'
import type { HealthState } from '../../../modes/mode.ts'
import type { Mark, Scene, Stretch } from '../../../stream/scene.ts'
import { fitRow, type Row, type Span, type Style, span } from '../../style.ts'
import { BLANK, type Cell, joinCells } from '../draw/cells.ts'
import { healthTones, sign } from '../signs.ts'
import { roughly } from './numbers.ts'

/** What the band spans: the shortest that holds the whole run, in the end the last minutes. */
const SPANS_NS = [30e9, 60e9, 120e9] as const
/** A state that held for less of a cell than this does not colour it, unless nothing else was there. */
const SHARE = 0.25
const LEFT = 8
const RIGHT = 4

/** Heights, so that the states differ without colour too. */
const blocks: Readonly<Record<HealthState, readonly [string, string]>> = {
  healthy: ['▂', '_'],
  degraded: ['▅', '='],
  unhealthy: ['█', '#'],
}

/** What a cell stands for, in nanoseconds. */
function stepNs(cells: number, nowNs: number): number {
  const span = SPANS_NS.find((one) => nowNs <= one) ?? SPANS_NS[2]
  return span / Math.max(1, cells)
}

/** Two rows: the band, and the marks below it. The ribbon is drawn as it is: whoever has the whole takes its start away. */
export function ribbonRows(scene: Pick<Scene, 'ribbon' | 'marks' | 'nowNs'>, columns: number, style: Style): readonly Row[] {
  const cells = columns - LEFT - RIGHT
  if (cells < 10) return []
  const step = stepNs(cells, scene.nowNs)
  // Cells stand at multiples of a step since the run began: a state does not wander from cell to cell as time goes by.
  const newest = Math.ceil(scene.nowNs / step) - 1
  const first = newest - cells + 1
  const label = `-${roughly(Math.round((cells * step) / 1e9))}`
  const band = joinCells(bandCells(scene.ribbon, first, cells, step, scene.nowNs, style))
  return [
    fitRow([span(` ${label.padEnd(LEFT - 1)}`, 'dim'), ...band, span(' now', 'dim')], columns),
    fitRow([span(' '.repeat(LEFT)), ...markSpans(scene.marks, first, cells, step, style)], columns),
  ]
}

export function bandCells(
  ribbon: readonly Stretch[],
  first: number,
  cells: number,
  step: number,
  nowNs: number,
  style: Style,
): readonly Cell[] {
  return Array.from({ length: cells }, (_, at) => {
    const cell = first + at
    const state = stateIn(ribbon, cell * step, Math.min(nowNs, (cell + 1) * step))
    return state === null ? BLANK : { sign: blocks[state][style.ascii ? 1 : 0], tone: healthTones[state] }
  })
}

const worstFirst: readonly HealthState[] = ['unhealthy', 'degraded', 'healthy']

/** The worst state that held for a fair share of the time; an election's short gap is seen where the cells are fine enough. */
function stateIn(ribbon: readonly Stretch[], fromNs: number, toNs: number): HealthState | null {
  const held: Record<HealthState, number> = { healthy: 0, degraded: 0, unhealthy: 0 }
  for (const [at, { state, fromNs: began }] of ribbon.entries()) {
    const ended = ribbon[at + 1]?.fromNs ?? Number.POSITIVE_INFINITY
    held[state] += Math.max(0, Math.min(ended, toNs) - Math.max(began, fromNs))
  }
  const enough = (toNs - fromNs) * SHARE
  return worstFirst.find((state) => held[state] > 0 && held[state] >= enough) ?? worstFirst.find((state) => held[state] > 0) ?? null
}

/** A sign under the moment, and its command where there is room before the next one. */
function markSpans(marks: readonly Mark[], first: number, cells: number, step: number, style: Style): readonly Span[] {
  const placed = marks.map((mark) => ({ mark, cell: Math.floor(mark.atNs / step) - first })).filter(({ cell }) => cell >= 0 && cell < cells)
  const spans: Span[] = []
  let at = 0
  for (const [index, { mark, cell }] of placed.entries()) {
    if (cell < at) continue
    const next = placed.slice(index + 1).find((other) => other.cell > cell)?.cell ?? cells
    const text = labelled(sign(mark.kind, style), printable(mark.text), cell - at, next - cell)
    const from = text.endsWith(sign(mark.kind, style)) ? cell + 1 - textWidth(text) : cell
    spans.push(span(' '.repeat(from - at)), span(text, mark.kind === 'fault' ? 'warn' : 'good'))
    at = from + textWidth(text)
  }
  return spans
}

/** Its words behind the sign, or before it; where neither has room the sign alone, rather than half a word. */
function labelled(signed: string, words: string, before: number, behind: number): string {
  const width = textWidth(words) + 1
  if (width < behind) return signed + words
  return width < before ? words + signed : signed
}
