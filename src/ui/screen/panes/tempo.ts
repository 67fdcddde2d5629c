/** What stands at the side of a wide screen: throughput, latency, faults in force and how to undo them, rules watched. */
import { printable } from '../../../lab/text-width.ts'
import type { Scene } from '../../../stream/scene.ts'
import { fitRow, type Row, type Style, span, spread, type Tone } from '../../style.ts'
import { peak, type Reading, sparkRows } from '../draw/spark.ts'
import { sign } from '../signs.ts'
import type { Area } from '../types.ts'
import { rateOf, wholeMs } from './numbers.ts'

type Slice = Pick<Scene, 'tempo' | 'faults' | 'invariants'>

/** Charts first; what does not fit below them is left out, the faults last. */
export function sideRows(scene: Slice, area: Area, style: Style): readonly Row[] {
  const faults = faultRows(scene.faults, area.columns, style)
  const rules = invariantRows(scene, area.columns, style)
  const room = area.rows - Math.min(faults.length, Math.floor(area.rows / 2))
  const height = Math.max(1, Math.min(6, Math.floor((room - 2) / 2)))
  const charts = room < 4 ? [] : chartRows(scene, area.columns, height, style)
  const rows: Row[] = [...charts]
  for (const part of [faults, rules]) {
    const left = area.rows - rows.length
    if (part.length === 0 || left < 2) continue
    rows.push(...part.slice(0, left))
  }
  return rows
}

function chartRows({ tempo }: Slice, columns: number, height: number, style: Style): readonly Row[] {
  const newest = tempo.at(-1)
  const rates = tempo.map(rateOf)
  const p99s = tempo.map(({ p99Ms }) => p99Ms)
  const cells = columns
  const head = (name: string, now: string, values: readonly Reading[], unit: string): Row => {
    const most = peak(values.slice(-cells * 2))
    return spread(
      [span(name, 'bold'), span(` ${now}`, 'accent')],
      most > 0 ? [span(`highest ${unit === 'ms' ? `${wholeMs(most)} ms` : most}`, 'dim')] : [],
      columns,
    )
  }
  const chart = (values: readonly Reading[], tone: Tone): readonly Row[] =>
    sparkRows(values, cells, height, style).map((text) => [span(text, tone)])
  const now = newest === undefined ? '' : `${rateOf(newest)} ops/s`
  const delay = newest?.p99Ms === null || newest === undefined ? '' : `p50 ${wholeMs(newest.p50Ms ?? 0)}  p99 ${wholeMs(newest.p99Ms)} ms`
  return [head('throughput', now, rates, 'ops'), ...chart(rates, 'hue0'), head('latency', delay, p99s, 'ms'), ...chart(p99s, 'hue1')]
}

function faultRows(faults: readonly string[], columns: number, style: Style): readonly Row[] {
  if (faults.length === 0) return []
  return [
    [span('broken now', 'bold'), span('  recover undoes it', 'dim')],
    ...faults.map((text) => fitRow([span(`${sign('fault', style)} ${printable(text)}`, 'warn')], columns)),
  ]
}

function invariantRows({ invariants }: Slice, columns: number, style: Style): readonly Row[] {
  if (invariants.length === 0) return []
  return [
    [span('rules', 'bold'), span('  6 shows why', 'dim')],
    ...invariants.map(({ name, holds }) => {
      const tick =
        holds === null
          ? span(sign('dot', style), 'dim')
          : holds
            ? span(style.ascii ? '+' : '✓', 'good')
            : span(sign('unhealthy', style), 'bad')
      return fitRow([tick, span(` ${printable(name)}`, holds === false ? 'bad' : holds === null ? 'dim' : 'plain')], columns)
    }),
  ]
}
