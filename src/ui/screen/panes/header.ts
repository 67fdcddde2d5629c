/** The two rows on top: how it is and why, and what the cluster does. */
import { ellipsize, printable, textWidth } from '../../../lab/text-width.ts'
import { isNode } from '../../../machine/ids.ts'
import { withoutStart } from '../../../stream/ribbon.ts'
import type { Scene } from '../../../stream/scene.ts'
import { fitRow, type Row, rowWidth, type Span, type Style, span, spread } from '../../style.ts'
import { type Reading, sparkline } from '../draw/spark.ts'
import { healthBadges, healthTones, sign } from '../signs.ts'
import { rateOf, wholeMs } from './numbers.ts'

export interface HeaderInput {
  readonly scene: Scene
  /** How far the picture is behind the cluster, in whole seconds; null while it is not held. */
  readonly heldSeconds: number | null
}

/** A reason shorter than this says nothing. Cells. */
const LEAST_REASON = 14
/** Sparklines beside the figures. Cells each. */
const SPARK = 10

export function headerRows({ scene, heldSeconds }: HeaderInput, columns: number, style: Style): readonly Row[] {
  const whole = identity(scene, heldSeconds, style)
  const health = healthSpans(scene, columns - rowWidth(whole), style)
  if (health.whole || heldSeconds !== null) return [spread(health.row, whole, columns), workRow(scene, columns, style)]
  // Why it is not well says more than how many nodes there are.
  const short = kind(scene, style)
  const more = healthSpans(scene, columns - rowWidth(short), style)
  return [spread(more.row, short, columns), workRow(scene, columns, style)]
}

/** In `cells`, one of which stays blank behind it. `whole`: the reason is not cut. */
function healthSpans(scene: Scene, cells: number, style: Style): { readonly row: Row; readonly whole: boolean } {
  const { observed, predicted } = scene
  if (observed === null || isStarting(scene)) return { row: [span(` ${sign('starting', style)} starting `, 'reverse')], whole: true }
  const head = span(` ${sign(observed.state, style)} ${observed.state} `, healthBadges[observed.state])
  const differs = predicted !== null && predicted.state !== observed.state
  const expected = differs
    ? [span('  predicted '), span(`${predicted.uncertain ? 'perhaps ' : ''}${predicted.state}`, healthTones[predicted.state])]
    : []
  const room = cells - rowWidth([head, ...expected]) - 2
  const why = printable(differs && observed.why === '' ? predicted.why : observed.why)
  if (room < LEAST_REASON) return { row: [head, ...expected], whole: false }
  return { row: [head, span(` ${ellipsize(why, room)}`), ...expected], whole: textWidth(why) <= room }
}

function isStarting(scene: Scene): boolean {
  return scene.observed?.state === 'unhealthy' && scene.faultCount === 0 && withoutStart(scene).length === 0
}

function identity(scene: Scene, heldSeconds: number | null, style: Style): Row {
  if (heldSeconds !== null) return [span(` held, ${heldSeconds} s behind; Space goes on `, 'reverse')]
  const { nodes, tolerates } = scene
  const servers = nodes.filter(({ id }) => isNode(id)).length
  const dot = ` ${sign('dot', style)} `
  return [
    ...kind(scene, style),
    span(`${dot}${servers} node${servers === 1 ? '' : 's'}`, 'dim'),
    ...(tolerates === null ? [] : [span(`${dot}f=${tolerates}`, 'dim')]),
  ]
}

/** What of the identity is never left out. */
function kind({ mode, bug }: Scene, style: Style): Row {
  return [...(bug === 'none' ? [] : [span(`bug=${printable(bug)}`, 'bad'), span(` ${sign('dot', style)} `, 'dim')]), span(mode, 'bold')]
}

function workRow(scene: Scene, columns: number, style: Style): Row {
  const parts: Row[] = [ledBy(scene), ...tempoParts(scene, columns, style)]
  const gap = span(`  ${style.ascii ? '|' : '│'}  `, 'dim')
  const left = parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : [gap, ...part]))
  const room = columns - rowWidth(left)
  const { faults } = scene
  if (faults.length === 0 || room < LEAST_REASON) return fitRow(left, columns)
  const words = faults.map(printable).join(` ${sign('dot', style)} `)
  return fitRow([...left, gap, span(`${sign('fault', style)} ${words}`, 'warn')], columns)
}

/** Who leads; or, where nobody does, what the mode shows in that place. */
function ledBy({ facts, leader, term, observed }: Scene): Row {
  if (facts !== null)
    return facts.flatMap(({ name, value, warn }, at): Span[] => [
      span(`${at === 0 ? ' ' : '  '}${printable(name)} `, 'dim'),
      span(printable(value), warn === true ? 'warn' : 'bold'),
    ])
  if (leader === null) return observed === null ? [] : [span(' no leader', 'warn'), ...termSpans(term)]
  return [span(' leader ', 'dim'), span(leader, 'bold'), ...termSpans(term)]
}

function termSpans(term: number | null): readonly Span[] {
  return term === null ? [] : [span('  term ', 'dim'), span(String(term), 'bold')]
}

function tempoParts({ tempo }: Scene, columns: number, style: Style): readonly Row[] {
  const newest = tempo.at(-1)
  if (newest === undefined) return []
  const rates = tempo.slice(-SPARK * 2).map(rateOf)
  const p99s = tempo.slice(-SPARK * 2).map(({ p99Ms }) => p99Ms)
  const spark = (values: readonly Reading[]): Row => (columns < 76 ? [] : [span(`  ${sparkline(values, SPARK, style)}`, 'hue0')])
  const rate: Row = [span(`${rateOf(newest)}`, 'bold'), span(' ops/s', 'dim'), ...spark(rates)]
  if (newest.p50Ms === null || newest.p99Ms === null) return [rate]
  const delay: Row = [
    span('p50 ', 'dim'),
    span(wholeMs(newest.p50Ms)),
    span('  p99 ', 'dim'),
    span(wholeMs(newest.p99Ms)),
    span(' ms', 'dim'),
    ...(columns < 100 ? [] : spark(p99s)),
  ]
  return [rate, delay]
}
