/** One run as one HTML file: nothing is fetched, and without scripts everything can be read. The same recording gives the same bytes. */
import { duration } from '../format.ts'
import type { Recording } from '../recording/types.ts'
import { facts } from './facts.ts'
import { type Html, html, jsonInScript, NOTHING } from './html.ts'
import { lesson } from './lesson.ts'
import { plots } from './plots.ts'
import { SCRIPT } from './script.ts'
import { sign } from './signs.ts'
import { spaceTime } from './space-time.ts'
import { PATTERNS, STYLES } from './styles.ts'
import { timeline } from './timeline.ts'
import { outcomeOf, outcomeSign, verdicts } from './verdicts.ts'
import { litOf, violations } from './violation.ts'

interface Section {
  readonly id: string
  readonly name: string
  readonly content: Html
}

/** `tooLarge`: its size in bytes, where it is larger than a page should be and nothing more could be left out. */
export function page(recording: Recording, tooLarge: number | null = null): string {
  const lit = litOf(recording)
  const sections: readonly Section[] = [
    { id: 'verdicts', name: 'Verdicts', content: verdicts(recording) },
    { id: 'violations', name: 'Why it cannot be', content: violations(recording, lit) },
    { id: 'timeline', name: 'The run over time', content: timeline(recording, lit) },
    { id: 'load', name: 'Throughput and latency', content: plots(recording) },
    { id: 'moments', name: 'Close looks', content: spaceTime(recording, lit) },
    { id: 'lab', name: recording.lab === null ? 'What was typed' : 'The lab', content: lesson(recording) },
    { id: 'facts', name: 'Details', content: facts(recording) },
  ].filter(({ content }) => content !== NOTHING)
  const title = titleOf(recording)
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>
<title>${`${title}: ${outcomeOf(recording) ?? 'no result'}`}</title>
<style>${STYLES}</style></head>
<body><a class="skip" href="#verdicts">To the verdicts</a>
${PATTERNS}
${header(recording, title)}
${tooLarge === null ? NOTHING : html`<p class="note">This page has ${(tooLarge / 1e6).toFixed(1)} MB, more than a page should have: less of the run could not be shown.</p>`}
<nav aria-label="On this page"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>${sections.map(({ content }) => content)}</main>
<script type="application/json" id="run">${jsonInScript(summary(recording))}</script>
<script>${SCRIPT}</script>
</body></html>
`.source
}

function titleOf({ result, story, lab }: Recording): string {
  const lesson = /^#\s+(.+)$/m.exec(lab?.text ?? '')?.[1]
  // One of several clusters of a lab has no result but its own.
  if (result?.kind === 'session' && lesson !== undefined) return `${lesson} (before a reset)`
  return result?.title ?? lesson ?? `A session of ${story.started.mode === '' ? 'an unknown mode' : story.started.mode}`
}

function header(recording: Recording, title: string): Html {
  const { result, story, endNs, name } = recording
  const seed = result?.seed ?? (story.started.seed === null ? null : String(story.started.seed))
  const started = startedAt(name)
  const round = result !== null && result.round > 1 ? html`<li>round ${result.round}</li>` : NOTHING
  const bug = story.started.bug === 'none' ? NOTHING : html`<li>${sign('open', `known-bad variant ${story.started.bug}, on purpose`)}</li>`
  const tolerates = story.tolerates === null ? '' : `, ${story.tolerates} may fail`
  return html`<header><p class="outcome">${outcomeSign(recording)}</p>
<h1>${title}</h1>
<ul class="about"><li>mode <strong>${result?.mode ?? story.started.mode}</strong></li><li><strong>${story.started.nodes}</strong> nodes${tolerates}</li>${seed === null ? NOTHING : html`<li>seed <strong>${seed}</strong></li>`}<li>${duration(endNs / 1e6)}</li>${started === null ? NOTHING : html`<li>${started}</li>`}${round}${bug}</ul>
<p class="note">Run it again:</p><div class="again"><code data-copy="">${reproduce(recording)}</code></div></header>`
}

/** A session is opened again as it was; what was typed stands below. */
function reproduce({ result, story }: Recording): string {
  if (result !== null) return result.reproduce
  const { mode, nodes, seed, bug } = story.started
  return `splitbrain --mode ${mode} --nodes ${nodes}${seed === null ? '' : ` --seed ${seed}`}${bug === 'none' ? '' : ` --bug ${bug}`}`
}

/** From the folder's name, `20261120-152656.435-61-7356.1`: the page itself knows no clock. */
function startedAt(name: string): string | null {
  const found = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(name)
  return found === null ? null : `${found[1]}-${found[2]}-${found[3]} ${found[4]}:${found[5]}:${found[6]} UTC`
}

/** For programs that find a page: what it says, as data. */
function summary(recording: Recording): unknown {
  const { result, story, judgements, name } = recording
  return {
    format: 1,
    run: name,
    title: titleOf(recording),
    outcome: outcomeOf(recording),
    mode: result?.mode ?? story.started.mode,
    nodes: story.started.nodes,
    seed: result?.seed ?? story.started.seed,
    reproduce: reproduce(recording),
    checks: judgements.map(({ name: check, verdict, why }) => ({ check, verdict, why })),
  }
}
