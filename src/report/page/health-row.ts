/** Health over time: green, yellow, red, and for who sees no colours plain, hatched, crossed, with the word or its first letter. */
import type { HealthState } from '../../modes/mode.ts'
import type { HealthStretch } from '../recording/types.ts'
import { type Axis, atSeconds, rounded, span } from './axis.ts'
import { html, NOTHING } from './html.ts'
import { bar, type Row } from './picture.ts'

const WORD_FITS = 62
const LETTER_FITS = 11

export function healthRow(label: string, stretches: readonly HealthStretch[], axis: Axis, height: number): Row {
  return {
    label,
    height: height + 6,
    draw: (y) =>
      html`${stretches.map(({ fromNs, state, why }, i) => {
        const toNs = stretches[i + 1]?.fromNs ?? axis.toNs
        if (toNs <= axis.fromNs || fromNs >= axis.toNs) return NOTHING
        const { x, width } = bar(axis, fromNs, toNs, 0.8)
        const title = `${state} from ${atSeconds(fromNs)} for ${span(toNs - fromNs)}${why === '' ? '' : `: ${why}`}`
        const box = html`x="${x}" y="${y + 3}" width="${width}" height="${height}"`
        const pattern = state === 'healthy' ? NOTHING : html`<rect class="over-${state}" ${box}/>`
        const word = height < 12 ? '' : wordOf(state, width)
        const text =
          word === ''
            ? NOTHING
            : html`<text class="on-health" x="${rounded(x + width / 2)}" y="${y + 3 + height / 2 + 4}" text-anchor="middle">${word}</text>`
        return html`<g><title>${title}</title><rect class="health-${state}" ${box}/>${pattern}${text}</g>
`
      })}`,
  }
}

function wordOf(state: HealthState, width: number): string {
  if (width >= WORD_FITS) return state
  return width >= LETTER_FITS ? state.charAt(0).toUpperCase() : ''
}
