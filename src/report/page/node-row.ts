/** A node over time: how tall its bar is says what it is to the others, a cross where it died. */
import { at } from '../recording/lanes.ts'
import type { LeaderStretch, NodeLane, NodeStretch } from '../recording/types.ts'
import { type Axis, atSeconds, rounded, span } from './axis.ts'
import { type Html, html, NOTHING } from './html.ts'
import { bar, type Row } from './picture.ts'

const HEIGHT = 24
const PX_PER_LETTER = 6.2

export function nodeRow({ id, stretches }: NodeLane, leaders: readonly LeaderStretch[], axis: Axis, height = HEIGHT): Row {
  return {
    label: id,
    height,
    draw: (y) => {
      if (stretches.length === 0)
        return html`<line class="node-unknown" x1="${axis.x(axis.fromNs)}" x2="${axis.x(axis.toNs)}" y1="${y + height / 2}" y2="${y + height / 2}"/>`
      return html`${stretches.map((stretch, i) => {
        const toNs = stretches[i + 1]?.fromNs ?? axis.toNs
        return toNs <= axis.fromNs || stretch.fromNs >= axis.toNs ? NOTHING : one(id, stretch, toNs, leaders, axis, y + height / 2)
      })}`
    },
  }
}

function one(id: string, stretch: NodeStretch, toNs: number, leaders: readonly LeaderStretch[], axis: Axis, middle: number): Html {
  const kind = kindOf(stretch)
  const { x, width } = bar(axis, Math.max(stretch.fromNs, axis.fromNs), toNs, kind === 'plain' ? 0.5 : 1.5)
  const words = wordsOf(id, stretch, toNs, leaders)
  const title = html`<title>${`${id} ${words} from ${atSeconds(stretch.fromNs)} for ${span(toNs - stretch.fromNs)}`}</title>`
  const text =
    words.length * PX_PER_LETTER < width - 6 && kind !== 'plain' && kind !== 'none'
      ? html`<text class="on-${kind}" x="${rounded(x + 5)}" y="${middle + 4}">${words}</text>`
      : NOTHING
  if (kind !== 'dead') {
    const height = HEIGHTS[kind]
    return html`<g>${title}<rect class="node-${kind}" x="${x}" y="${middle - height / 2}" width="${width}" height="${height}"/>${text}</g>
`
  }
  return html`<g>${title}<line class="node-dead" x1="${x}" x2="${rounded(x + width)}" y1="${middle}" y2="${middle}"/>${stretch.fromNs < axis.fromNs ? NOTHING : html`<path class="cross" d="M${rounded(x - 4)},${middle - 4}l8,8m0,-8l-8,8"/>`}${text === NOTHING ? NOTHING : html`<text class="on-dead" x="${rounded(x + 9)}" y="${middle - 3}">${words}</text>`}</g>
`
}

type Kind = 'lead' | 'seek' | 'plain' | 'none' | 'asleep' | 'starting' | 'dead'

const HEIGHTS: Readonly<Record<Exclude<Kind, 'dead'>, number>> = { lead: 18, seek: 18, plain: 8, none: 4, asleep: 12, starting: 8 }

function kindOf({ state, weight }: NodeStretch): Kind {
  if (state === 'live') return weight
  return state === 'restarting' ? 'starting' : state
}

function wordsOf(id: string, { state, weight, role, fromNs }: NodeStretch, toNs: number, leaders: readonly LeaderStretch[]): string {
  if (state !== 'live') return state
  const word = role ?? 'live'
  if (weight !== 'lead') return word
  // The sample that names the leader may come a moment after the one that shows its face.
  const leader = at(leaders, toNs - 1) ?? at(leaders, fromNs)
  return leader?.leader === id && leader.term !== null ? `${word}, term ${leader.term}` : word
}
