/** With what it ran, and everything that was told on the way. */
import type { Recording } from '../recording/types.ts'
import { atSeconds } from './axis.ts'
import { cut, type Html, html, LONGEST_LINE, NOTHING } from './html.ts'

export function facts({ story, result, name, unread }: Recording): Html {
  const { seed, settings: given } = story.started
  // It was drawn where nobody named one: the same run again wants the number.
  const settings = Object.entries(seed === null || !('seed' in given) ? given : { ...given, seed: String(seed) })
  const named = new Set(Object.keys(result?.settings ?? {}))
  return html`<section id="facts" aria-labelledby="facts-title"><h2 id="facts-title">The run in detail</h2>
<details><summary>Settings</summary><table><tbody>${settings.map(
    ([setting, value]) => html`<tr><th scope="row">${setting}</th><td>${value}${named.has(setting) ? ' (set by the lab)' : ''}</td></tr>
`,
  )}</tbody></table></details>
<details><summary>Everything that was told</summary><ul class="told">${story.told.map(
    ({ atNs, text }) => html`<li><span class="when">${atSeconds(atNs)}</span> ${cut(text, LONGEST_LINE)}</li>
`,
  )}</ul>${story.toldLeft > 0 ? html`<p class="note">Not shown: ${story.toldLeft} older lines.</p>` : NOTHING}</details>
<p class="note">Run folder <code>${name}</code>${programOf(result)}.${unread > 0 ? ` ${unread} ${unread === 1 ? 'line of its files was' : 'lines of its files were'} torn or unreadable.` : ''}</p>
</section>`
}

function programOf(result: Recording['result']): string {
  if (result?.version === undefined) return ''
  return `, splitbrain ${result.version}${result.node === undefined ? '' : `, Node ${result.node}`}${result.platform === undefined ? '' : `, ${result.platform}`}`
}
