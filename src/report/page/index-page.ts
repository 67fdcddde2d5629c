/** Where several labs ran: one page that leads to theirs, labs down, modes and rounds as they came. */
import { duration, ribbonLine } from '../format.ts'
import { exitOfRun, exitOfSuite, wordOfExit } from '../outcome.ts'
import type { RunResult, SuiteResult } from '../result.ts'
import { html } from './html.ts'
import { sign, toneOf } from './signs.ts'
import { STYLES } from './styles.ts'

export interface SuitePage {
  readonly suite: SuiteResult
  /** Beside the index; null where no page could be made. */
  readonly file: string | null
}

export function indexPage(run: RunResult, pages: readonly SuitePage[]): string {
  const passed = run.suites.filter((suite) => exitOfSuite(suite) === 0).length
  const outcome = wordOfExit(exitOfRun(run))
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>
<title>${`${passed} of ${run.suites.length} labs passed`}</title><style>${STYLES}</style></head>
<body><header><p class="outcome">${sign(toneOf(outcome), outcome)}</p><h1>${passed} of ${run.suites.length} passed in ${duration(run.ms)}</h1>
<p class="note">${run.startedAt}, splitbrain ${run.version}, Node ${run.node}, ${run.platform}${run.patience === 1 ? '' : `, patience ${run.patience}`}</p></header>
<main><table><thead><tr><th scope="col">lab</th><th scope="col">mode</th><th scope="col">result</th><th scope="col" class="number">time</th><th scope="col">observed health</th></tr></thead>
<tbody>${pages.map(({ suite, file }) => {
    const word = wordOfExit(exitOfSuite(suite))
    const name = `${suite.title}${suite.round > 1 ? `, round ${suite.round}` : ''}`
    const link = file === null ? html`${name}` : html`<a href="${encodeURI(file)}">${name}</a>`
    return html`<tr><th scope="row">${link}</th><td>${suite.mode}</td><td>${sign(toneOf(word), word)}</td><td class="number">${duration(suite.ms)}</td><td>${ribbonLine(suite.ribbon)}</td></tr>
`
  })}</tbody></table></main></body></html>
`.source
}
