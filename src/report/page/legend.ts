/** What the signs mean, drawn as they stand in the pictures. */
import { type Html, html, NOTHING } from './html.ts'

function swatch(inside: Html, words: string): Html {
  return html`<li><svg class="swatch" viewBox="0 0 34 18" width="34" height="18" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">${inside}</svg> ${words}</li>
`
}

function box(kind: string, height: number, y: number): Html {
  return html`<rect class="${kind}" x="1" y="${y}" width="32" height="${height}"/>`
}

export function legend(roles: boolean): Html {
  return html`<ul class="legend" aria-label="Legend">
${swatch(box('health-healthy', 12, 3), 'healthy')}
${swatch(html`${box('health-degraded', 12, 3)}${box('over-degraded', 12, 3)}`, 'degraded')}
${swatch(html`${box('health-unhealthy', 12, 3)}${box('over-unhealthy', 12, 3)}`, 'unhealthy')}
${swatch(html`<path class="mark-fault" d="M12,4h10l-5,9z"/>`, 'fault')}
${swatch(html`<path class="mark-undone" d="M12,13h10l-5,-9z"/>`, 'undone')}
${
  roles
    ? html`${swatch(box('node-lead', 16, 1), 'leads')}
${swatch(box('node-seek', 16, 1), 'wants to lead')}
${swatch(box('node-plain', 8, 5), 'one of many')}
${swatch(box('node-asleep', 12, 3), 'asleep')}
${swatch(html`<line class="node-dead" x1="12" x2="33" y1="9" y2="9"/><path class="cross" d="M8,5l8,8m0,-8l-8,8"/>`, 'dead')}`
    : NOTHING
}
${operationSwatches()}
</ul>`
}

export function operationSwatches(): Html {
  return html`${swatch(box('op-ok', 8, 5), 'answered (ok)')}
${swatch(html`<rect class="op-fail" x="1" y="10" width="24" height="5"/><path class="op-cross" d="M25,10l5,5m0,-5l-5,5"/>`, 'refused (fail)')}
${swatch(box('op-info', 5, 3), 'outcome unknown (info)')}
${swatch(html`<rect class="lit-box" x="2" y="1" width="30" height="16"/><rect class="op-ok" x="4" y="5" width="26" height="8"/>`, 'part of a violation')}`
}
