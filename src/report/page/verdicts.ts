/** What the run came to: the verdicts of the checks, and what went wrong by itself. */
import { duration, hostLossLine, incidentLine, incidentTitle, stallLine } from '../format.ts'
import { exitOfSuite, wordOfExit } from '../outcome.ts'
import { isViolation } from '../recording/judgements.ts'
import type { Judgement, KeptResult, Recording } from '../recording/types.ts'
import { type Html, html, NOTHING, slug } from './html.ts'
import { sign, type Tone, toneOf } from './signs.ts'

/** One word for the whole run; null while it has no end: it still ran, or was killed. */
export function outcomeOf({ result }: Recording): string | null {
  if (result === null) return null
  return result.kind === 'session' ? 'session' : wordOfExit(exitOfSuite(result))
}

export function verdicts(recording: Recording): Html {
  const { judgements, result, story } = recording
  return html`<section id="verdicts" aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts</h2>
${judgements.length === 0 ? html`<p class="note">Nothing was checked in this run.</p>` : checkTable(judgements)}
${story.checksLeft > 0 ? html`<p class="note">Not shown: ${story.checksLeft} more verdicts.</p>` : NOTHING}
${result === null ? NOTHING : ofResult(result)}
</section>`
}

function checkTable(judgements: readonly Judgement[]): Html {
  return html`<table class="checks"><thead><tr><th scope="col">check</th><th scope="col">verdict</th><th scope="col">why</th><th scope="col" class="number">operations</th></tr></thead>
<tbody>${judgements.map(checkRow)}</tbody></table>
${judgements.filter(({ rows }) => (rows ?? []).length > 0).map(measured)}`
}

function checkRow(judgement: Judgement): Html {
  const { name, verdict, why, operations, open, passed, final } = judgement
  const asked =
    !passed && verdict === 'invalid' && !final
      ? ' when it was asked during the run'
      : passed && verdict === 'invalid'
        ? ', as the lab expects'
        : ''
  return html`<tr><th scope="row">${isViolation(judgement) ? html`<a href="#${slug(`violation-${name}`)}">${name}</a>` : name}</th><td>${sign(toneOfCheck(judgement), verdict)}${asked}</td><td>${why}</td><td class="number">${operations}${open === 0 ? '' : `, ${open} of unknown outcome`}</td></tr>
`
}

function toneOfCheck({ verdict, passed, final }: Judgement): Tone {
  if (verdict === 'unknown') return 'open'
  if (passed) return 'good'
  return final ? 'bad' : 'quiet'
}

/** A table that a check brings along, as it stands on a terminal. */
function measured({ name, rows }: Judgement): Html {
  const [head, ...body] = rows ?? []
  return html`<details><summary>What ${name} measured</summary><table><thead><tr>${(head ?? []).map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${body.map(
    (row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></details>`
}

function ofResult(result: KeptResult): Html {
  const { cases, incidents, stalls, operations, ms } = result
  const steps = cases.filter(({ status }) => status === 'passed').length
  const lost = hostLossLine(result.hostLoss)
  const stall = stalls.length === 0 ? null : stalls.reduce((most, one) => (one.ms > most.ms ? one : most))
  return html`<ul class="facts">
${
  cases.length === 0
    ? NOTHING
    : html`<li>${steps} of ${cases.length} steps passed in ${duration(ms)}</li>
`
}<li>${operations.ok} operations answered, ${operations.fail} refused, ${operations.info} of unknown outcome</li>
${incidents.map(
  (
    incident,
  ) => html`<li>${sign(incident.explained === null ? 'bad' : 'quiet', incidentTitle(incident))}: ${incidentLine(incident)}${incident.explained === null ? '' : `; explained by ${incident.explained}`}</li>
`,
)}${
  result.cut === 'none'
    ? NOTHING
    : html`<li>${sign('open', result.cut === 'time-limit' ? 'stopped at its time limit' : 'interrupted')}</li>
`
}${
  lost === null
    ? NOTHING
    : html`<li>${lost}</li>
`
}${
  stall === null
    ? NOTHING
    : html`<li>${stallLine(stall)}${stalls.length > 1 ? `, the longest of ${stalls.length}` : ''}</li>
`
}</ul>`
}

/** The sign above everything. */
export function outcomeSign(recording: Recording): Html {
  const word = outcomeOf(recording)
  if (word === null) return sign('open', 'no result: the run had not ended, or was killed')
  if (word !== 'session') return sign(toneOf(word), word)
  const what = recording.lab === null ? 'session' : 'one cluster of a lab'
  const wrong = [...new Set(recording.judgements.filter(({ verdict }) => verdict === 'invalid').map(({ name }) => name))]
  if (wrong.length > 0) return sign('bad', `${what}: ${wrong.join(', ')} did not hold`)
  const open = recording.judgements.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name)
  if (open.length > 0) return sign('open', `${what}: of ${open.join(', ')} nobody can say`)
  return recording.judgements.length === 0 ? sign('quiet', `${what}, nothing was checked`) : sign('good', `${what}, every check held`)
}
