/** A picture of lanes over one time axis: names on the left, the axis above, rules of moments through all of it. */
import { type Axis, GUTTER, PICTURE_WIDTH, rounded } from './axis.ts'
import { cut, type Html, html, NOTHING } from './html.ts'

export interface Row {
  readonly label: string
  readonly height: number
  /** What stands in the row; `y` is its upper edge. */
  draw(y: number): Html
}

export interface Rule {
  readonly atNs: number
  readonly kind: 'fault' | 'undone' | 'told'
}

export interface Picture {
  /** Names the picture for who cannot see it. */
  readonly title: string
  readonly description: string
  readonly axis: Axis
  readonly rows: readonly Row[]
  readonly rules: readonly Rule[]
  /** Over everything, once the rows are placed: `yOf` is the middle of a row by its label. */
  over?(yOf: (label: string) => number | null): Html
}

const AXIS_HEIGHT = 22
/** Of a label; the whole name stands in its title. */
const LONGEST_LABEL = 14

export function picture({ title, description, axis, rows, rules, over }: Picture): Html {
  const tops: number[] = []
  let y = AXIS_HEIGHT
  for (const row of rows) {
    tops.push(y)
    y += row.height
  }
  const middles = new Map(rows.map((row, i) => [row.label, (tops[i] ?? 0) + row.height / 2]))
  const height = y + 4
  return html`<svg class="picture" viewBox="0 0 ${PICTURE_WIDTH} ${height}" role="img" aria-label="${`${title}. ${description}`}" xmlns="http://www.w3.org/2000/svg">
${rows.map((row, i) => (i % 2 === 1 ? stripe(tops[i] ?? 0, row.height) : NOTHING))}
${axis.ticks.map(({ atNs, label }) => tick(axis.x(atNs), label, height))}
${rules.map(({ atNs, kind }) => html`<line class="rule-${kind}" x1="${axis.x(atNs)}" x2="${axis.x(atNs)}" y1="${AXIS_HEIGHT - 4}" y2="${height}"/>`)}
${rows.map(
  (row, i) => html`<g>${labelOf(row, tops[i] ?? 0)}${row.draw(tops[i] ?? 0)}</g>
`,
)}${over?.((label) => middles.get(label) ?? null) ?? NOTHING}</svg>`
}

function stripe(y: number, height: number): Html {
  return html`<rect class="stripe" x="0" y="${rounded(y)}" width="${PICTURE_WIDTH}" height="${height}"/>
`
}

function tick(x: number, label: string, height: number): Html {
  return html`<line class="tick" x1="${x}" x2="${x}" y1="${AXIS_HEIGHT - 6}" y2="${height}"/><text class="tick-label" x="${x}" y="11" text-anchor="middle">${label}</text>
`
}

function labelOf({ label, height }: Row, y: number): Html {
  const shown = cut(label, LONGEST_LABEL)
  const whole = shown === label ? NOTHING : html`<title>${label}</title>`
  return html`<text class="lane-label" x="${GUTTER - 10}" y="${rounded(y + height / 2 + 4)}" text-anchor="end">${shown}${whole}</text>`
}

/** A bar from one moment to another, never thinner than `least`. */
export function bar(axis: Axis, fromNs: number, toNs: number, least = 1): { readonly x: number; readonly width: number } {
  const x = axis.x(fromNs)
  return { x, width: rounded(Math.max(least, axis.x(toNs) - x)) }
}
