/** The lab as it reads, with what came of it: each block's result, each command's answer. Of a session at the prompt, what was typed. */
import { duration } from '../format.ts'
import { casesOf, type ShownCase } from '../recording/cases.ts'
import type { CommandLine, LabText, Recording } from '../recording/types.ts'
import type { CommandResult } from '../result.ts'
import { atSeconds } from './axis.ts'
import { cut, type Html, html, LONGEST_LINE, NOTHING } from './html.ts'
import { type FenceText, inline, prose } from './prose.ts'
import { readQuestion } from './question.ts'
import { sign, toneOf } from './signs.ts'

/** Many lines may be an answer, as that of `nodes`. Characters. */
const LONGEST_ANSWER = 4_000
/** The largest shipped lab has 8 kB. Characters. */
const LONGEST_LAB = 150_000

export function lesson({ lab, result, story }: Recording): Html {
  if (lab !== null) return labSection(lab, casesOf(result, story))
  return transcript(story.commands, story.commandsLeft)
}

function labSection({ file, text }: LabText, cases: readonly ShownCase[]): Html {
  return html`<section id="lab" aria-labelledby="lab-title"><h2 id="lab-title">The lab, and what came of it</h2>
<p class="note"><code>${file}</code></p>
<div class="lesson">${prose(cut(text, LONGEST_LAB), (fence) => drawFence(fence, cases))}</div>
${text.length > LONGEST_LAB ? html`<p class="note">Not shown: the rest of the text, ${text.length - LONGEST_LAB} characters.</p>` : NOTHING}
</section>`
}

function drawFence(fence: FenceText, cases: readonly ShownCase[]): Html | null {
  const [word, ...rest] = fence.info.split(/\s+/)
  if (word === 'predict') return prediction(fence)
  if (word !== 'lab') return null
  const result = cases.find(({ line }) => line === fence.line)
  if (result === undefined)
    return html`<div class="block"><p class="block-head">${sign('quiet', rest[0] === undefined ? 'not run' : `for ${rest[0]}`)}</p>${unrun(fence.body)}</div>`
  const waiting = unanswered(fence, result)
  return html`<div class="block block-${result.status}"><p class="block-head">${sign(toneOf(result.status), result.status)} <span class="when">${result.status === 'skipped' ? '' : duration(result.ms)}</span></p>
${result.why === null ? NOTHING : html`<p class="why">${result.why}</p>`}
${result.commands.map(command)}${waiting.length === 0 ? NOTHING : unrun(waiting)}</div>`
}

/** Command lines that were not reached. */
function unanswered({ body, line }: FenceText, { commands }: ShownCase): readonly string[] {
  const steps = body.map((text, i) => ({ text, line: line + 1 + i })).filter(({ text }) => /^>(?:[ \t]|$)/.test(text))
  const answered = new Set(commands.map((one) => one.line))
  // Of a run without a result only their number is known.
  if (answered.has(0)) return steps.slice(commands.length).map(({ text }) => text)
  return steps.filter((step) => !answered.has(step.line)).map(({ text }) => text)
}

function command({ command: text, passed, expected, actual, ms, lateMs }: CommandResult): Html {
  const wrong = passed ? NOTHING : html`<p class="expected">expected ${expected === null ? 'ok' : html`<code>${expected}</code>`}</p>`
  const late = lateMs > 50 ? `, ${duration(lateMs)} late` : ''
  return html`<div class="command${passed ? '' : ' wrong'}"><p><code class="typed">${cut(text, LONGEST_LINE)}</code> <span class="when">${duration(ms)}${late}</span></p><pre class="answer">${cut(actual, LONGEST_ANSWER)}</pre>${wrong}</div>
`
}

function unrun(lines: readonly string[]): Html {
  return html`<pre class="unrun">${lines.join('\n')}</pre>`
}

/** The answer opens on its own: who reads the report may want to guess, too. */
function prediction({ body }: FenceText): Html {
  const { question, choices, because } = readQuestion(body)
  return html`<div class="predict"><p>${inline(question)}</p><ul>${choices.map(
    ({ text }) => html`<li>${inline(text)}</li>
`,
  )}</ul><details><summary>Answer</summary>${choices.filter(({ right }) => right).map(({ text }) => html`<p><strong>${inline(text)}</strong></p>`)}${because === '' ? NOTHING : html`<p>${inline(because)}</p>`}</details></div>`
}

function transcript(commands: readonly CommandLine[], left: number): Html {
  if (commands.length === 0) return NOTHING
  return html`<section id="lab" aria-labelledby="lab-title"><h2 id="lab-title">What was typed</h2>
<div class="lesson">${commands.map(
    ({ atNs, text, author, answer }) =>
      html`<div class="command"><p><span class="when">${atSeconds(atNs)}</span> <code class="typed">${cut(text, LONGEST_LINE)}</code>${author === 'person' ? '' : ` (${author})`}</p>${answer === null ? NOTHING : html`<pre class="answer">${cut(answer.text, LONGEST_ANSWER)}</pre>`}</div>
`,
  )}</div>
${left > 0 ? html`<p class="note">Not shown: ${left} older commands.</p>` : NOTHING}</section>`
}
