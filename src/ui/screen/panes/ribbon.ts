/** The last minutes as a band: how it was, and below it what was done to it. */
import { cutToWidth, printable, textWidth } from '../../../lab/text-width.ts'
import type { HealthState } from '../../../modes/mode.ts'
import type { Mark, Scene, Stretch } from '../../../stream/scene.ts'
import { fitRow, type Row, type Span, type Style, span, type Tone } from '../../style.ts'
import { healthTones, sign } from '../signs.ts'
import { roughly } from './numbers.ts'

/** What the band spans where there is room. */
const SPAN_NS = 120e9
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

/** Steps of a cell in nanoseconds: whole halves of a second, so that the band moves by whole cells. */
export function stepNs(cells: number): number {
  return Math.max(1, Math.ceil(SPAN_NS / Math.max(1, cells) / 0.5e9)) * 0.5e9
}

/** Two rows: the band, and the marks below it. */
export function ribbonRows(scene: Pick<Scene, 'ribbon' | 'marks' | 'nowNs'>, columns: number, style: Style): readonly Row[] {
  const cells = columns - LEFT - RIGHT
  if (cells < 10) return []
  const step = stepNs(cells)
  // Cells stand at whole multiples of a step since the run began: a state does not wander from cell to cell as time goes by.
  const newest = Math.floor(scene.nowNs / step)
  const first = newest - cells + 1
  const label = `-${roughly((cells * step) / 1e9)}`
  const band = bandSpans(scene.ribbon, first, cells, step, scene.nowNs, style)
  return [
    fitRow([span(` ${label.padEnd(LEFT - 1)}`, 'dim'), ...band, span(' now', 'dim')], columns),
    fitRow([span(' '.repeat(LEFT)), ...markSpans(scene.marks, first, cells, step, style)], columns),
  ]
}

function bandSpans(ribbon: readonly Stretch[], first: number, cells: number, step: number, nowNs: number, style: Style): readonly Span[] {
  const spans: Span[] = []
  for (let cell = first; cell < first + cells; cell++) {
    const state = stateIn(ribbon, cell * step, Math.min(nowNs, (cell + 1) * step))
    const text = state === null ? ' ' : blocks[state][style.ascii ? 1 : 0]
    const tone: Tone = state === null ? 'plain' : healthTones[state]
    const last = spans.at(-1)
    if (last?.tone === tone) spans[spans.length - 1] = span(last.text + text, tone)
    else spans.push(span(text, tone))
  }
  return spans
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
    const words = `${sign(mark.kind, style)}${printable(mark.text)}`
    // Too long for its place: the sign alone, rather than half a word.
    const text = textWidth(words) < next - cell || next === cells ? cutToWidth(words, cells - cell) : sign(mark.kind, style)
    spans.push(span(' '.repeat(cell - at)), span(text, mark.kind === 'fault' ? 'warn' : 'good'))
    at = cell + textWidth(text)
  }
  return spans
}
