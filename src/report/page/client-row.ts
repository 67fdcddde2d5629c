/** A client over time: answered in the middle, refused below with a cross, unknown above and open to the right. One by one while they are few, as bands when not. */
import { identityOf } from '../recording/operations.ts'
import { SLICES } from '../recording/tracks.ts'
import type { ClientTrack, Outcome, ShownOperation } from '../recording/types.ts'
import { type Axis, atSeconds, rounded, span } from './axis.ts'
import { type Html, html, NOTHING } from './html.ts'
import { bar, type Row } from './picture.ts'

const HEIGHT = 24
/** Where in the row an outcome stands: upper edge and height. */
const PLACES: Readonly<Record<Outcome, readonly [top: number, height: number]>> = { info: [2, 5], ok: [8, 8], fail: [17, 5] }
const OUTCOMES: readonly Outcome[] = ['ok', 'fail', 'info']

/** Operations by identity that are lit up, and the name each has there: `A1`. */
export type Lit = ReadonlyMap<string, { readonly name: string; readonly operation: ShownOperation }>

export function clientRow(track: ClientTrack, lit: Lit, axis: Axis): Row {
  return {
    label: track.client,
    height: HEIGHT,
    draw: (y) => {
      const mine = [...lit.values()].filter(({ operation }) => operation.client === track.client)
      const rest = track.single?.filter((operation) => !lit.has(identityOf(operation)))
      return html`${rest === undefined ? bands(track, axis, y) : rest.map((operation) => operationBar(operation, axis, y))}${mine.map(({ name, operation }) => litBar(name, operation, axis, y))}`
    },
  }
}

export function operationBar(operation: ShownOperation, axis: Axis, y: number): Html {
  const { outcome, beginNs, endNs } = operation
  const [top, height] = PLACES[outcome]
  const { x, width } = bar(axis, beginNs, endNs ?? axis.toNs, 1.2)
  const sign =
    outcome === 'fail'
      ? html`<path class="op-cross" d="M${rounded(x + width)},${y + top}l${height},${height}m0,-${height}l-${height},${height}"/>`
      : NOTHING
  return html`<g><title>${operationWords(operation)}</title><rect class="op-${outcome}" x="${x}" y="${y + top}" width="${width}" height="${height}"/>${sign}</g>
`
}

/** Can be jumped to: `#op-A1`. */
export function litBar(name: string, operation: ShownOperation, axis: Axis, y: number, id = `op-${name}`): Html {
  const { beginNs, endNs, outcome } = operation
  const { x, width } = bar(axis, beginNs, endNs ?? axis.toNs, 4)
  return html`<g class="lit" id="${id}"><title>${`${name}: ${operationWords(operation)}`}</title><rect class="lit-box" x="${rounded(x - 1)}" y="${y + 1}" width="${rounded(width + 2)}" height="${HEIGHT - 3}"/><rect class="op-${outcome}" x="${x}" y="${y + 8}" width="${width}" height="8"/><text class="lit-name" x="${rounded(x - 3)}" y="${y + 10}" text-anchor="end">${name}</text></g>
`
}

function operationWords({ client, asked, answered, outcome, beginNs, endNs, node }: ShownOperation): string {
  const took = endNs === null ? 'no answer' : `${outcome === 'info' ? 'gave up' : 'answered'} after ${span(endNs - beginNs)}`
  return `${client} ${asked}: ${answered} (${outcome}; asked at ${atSeconds(beginNs)}, ${took}${node === null ? '' : ` by ${node}`})`
}

/** A band for each outcome: dense where operations follow on each other. */
function bands({ covered, counts, client }: ClientTrack, axis: Axis, y: number): Html {
  return html`${OUTCOMES.map((outcome) => {
    if (counts[outcome] === 0) return NOTHING
    const [top, height] = PLACES[outcome]
    const path = runsOf(covered[outcome]).map(([from, length]) => {
      const x = axis.x((from / SLICES) * axis.toNs)
      return `M${x},${y + top}h${rounded(axis.x(((from + length) / SLICES) * axis.toNs) - x)}v${height}H${x}z`
    })
    return html`<path class="op-${outcome}" d="${path.join('')}"><title>${`${client}: ${counts[outcome]} ${outcome}`}</title></path>
`
  })}`
}

/** Runs of ones: where each begins and how long it is. */
function runsOf(bits: Uint8Array): readonly (readonly [from: number, length: number])[] {
  const runs: [number, number][] = []
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] !== 1) continue
    const last = runs.at(-1)
    if (last !== undefined && last[0] + last[1] === i) last[1] += 1
    else runs.push([i, 1])
  }
  return runs
}
