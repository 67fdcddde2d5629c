/** How many operations ended and how long answers took, over time: drawn by Observable Plot, coloured by the page. */
import { areaY, dot, gridY, lineY, type Markish, plot, rectY, ruleX, ruleY } from '@observablehq/plot'
import type { Pace, Recording } from '../recording/types.ts'
import { GUTTER, PICTURE_WIDTH } from './axis.ts'
import { type Html, html, NOTHING } from './html.ts'
import { htmlOf, SvgDocument } from './svg-tree.ts'

const HEIGHT = 170

export function plots({ pace, story, endNs, clients }: Recording): Html {
  const total = clients.reduce((sum, { counts }) => sum + counts.ok + counts.fail + counts.info, 0)
  if (total === 0) return NOTHING
  const faults = story.marks.filter(({ kind }) => kind === 'fault').map(({ atNs }) => atNs / 1e9)
  const marks = faults.length > 60 ? [] : [ruleX(faults, { stroke: 'var(--fault)', strokeDasharray: '2,3', strokeOpacity: 0.7 })]
  return html`<section id="load" aria-labelledby="load-title"><h2 id="load-title">Throughput and latency</h2>
<figure><figcaption>Operations that ended, per second: <span class="key key-ok">ok</span> <span class="key key-fail">fail, on top of it</span> <span class="key key-info">unknown, on top of both</span></figcaption>
${throughput(pace, endNs, marks)}</figure>
${
  pace.every(({ p50Ms }) => p50Ms === null)
    ? NOTHING
    : html`<figure><figcaption>Time to an answer, milliseconds, of those answered ok: median as a line, 99th percentile dashed</figcaption>
${latency(pace, endNs, marks)}</figure>`
}
</section>`
}

interface Column {
  readonly from: number
  readonly to: number
  readonly low: number
  readonly high: number
}

function throughput(pace: readonly Pace[], endNs: number, marks: readonly Markish[]): Html {
  const columns = (below: (one: Pace) => number, count: (one: Pace) => number): readonly Column[] =>
    pace
      .filter((one) => count(one) > 0)
      .map((one) => {
        const seconds = Math.max(1e-3, (one.toNs - one.fromNs) / 1e9)
        const low = below(one) / seconds
        return { from: one.fromNs / 1e9, to: one.toNs / 1e9, low, high: low + count(one) / seconds }
      })
  const layer = (data: readonly Column[], fill: string): Markish =>
    rectY(data, { x1: 'from', x2: 'to', y1: 'low', y2: 'high', fill, insetRight: 0.5 })
  return draw('Operations per second', endNs, { label: 'operations / s', nice: true }, [
    layer(
      columns(
        () => 0,
        ({ ok }) => ok,
      ),
      'var(--ok)',
    ),
    layer(
      columns(
        ({ ok }) => ok,
        ({ fail }) => fail,
      ),
      'var(--fail)',
    ),
    layer(
      columns(
        ({ ok, fail }) => ok + fail,
        ({ info }) => info,
      ),
      'var(--info)',
    ),
    ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
    ...marks,
  ])
}

function latency(pace: readonly Pace[], endNs: number, marks: readonly Markish[]): Html {
  const points = pace.map(({ fromNs, toNs, p50Ms, p99Ms }) => ({
    at: (fromNs + toNs) / 2e9,
    p50: p50Ms === null ? Number.NaN : Math.max(p50Ms, 0.01),
    p99: p99Ms === null ? Number.NaN : Math.max(p99Ms, 0.01),
  }))
  const answered = points.filter(({ p50 }) => Number.isFinite(p50))
  return draw(
    'Time to an answer',
    endNs,
    { label: 'ms', type: 'log', nice: true, ticks: 4, tickFormat: (value: number) => String(value) },
    [
      areaY(points, { x: 'at', y1: 'p50', y2: 'p99', fill: 'var(--ok)', fillOpacity: 0.18 }),
      lineY(points, { x: 'at', y: 'p99', stroke: 'currentColor', strokeDasharray: '4,3', strokeWidth: 1 }),
      lineY(points, { x: 'at', y: 'p50', stroke: 'var(--ok-line)', strokeWidth: 2 }),
      // A single point has no line.
      dot(answered, { x: 'at', y: 'p50', r: 1.8, fill: 'var(--ok-line)' }),
      dot(answered, { x: 'at', y: 'p99', r: 1.4, fill: 'currentColor' }),
      ...marks,
    ],
  )
}

function draw(label: string, endNs: number, y: Readonly<Record<string, unknown>>, marks: readonly Markish[]): Html {
  const picture = plot({
    document: new SvgDocument(),
    width: PICTURE_WIDTH,
    height: HEIGHT,
    marginLeft: GUTTER,
    marginRight: 12,
    className: 'plot',
    ariaLabel: label,
    x: { domain: [0, Math.max(endNs / 1e9, 1e-3)], label: 'seconds', ticks: 10 },
    y,
    marks: [gridY({ strokeOpacity: 0.15 }), ...marks],
  })
  return htmlOf(picture)
}
