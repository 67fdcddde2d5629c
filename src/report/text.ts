/** A run as text: progress while it goes on, each failure where it happens, one verdict table at the end with the modes side by side. */
import { unreachable } from '../machine/assert.ts'
import { duration, failureLines, hostLossLine, incidentLine, place, ribbonLine, stallLine } from './format.ts'
import { exit, exitOfSuite, statusOfCheck, unexplained } from './outcome.ts'
import type { CaseResult, CaseStatus, CheckResult, RunEvent, RunResult, SuiteResult } from './result.ts'
import { alignedLines, tableCells, verdictTableOf } from './verdict-table.ts'

const signs: Readonly<Record<CaseStatus, string>> = { passed: '✓', failed: '✗', unknown: '?', skipped: '-', environment: '!' }

/** The lines an event of the run prints. With several jobs suites interleave, so each prints whole, at its end. */
export function progressLines(event: RunEvent, jobs: number): readonly string[] {
  switch (event.type) {
    case 'suite-start':
      return jobs > 1 ? [] : ['', suiteTitle(event)]
    case 'case-end':
      return jobs > 1 ? [] : [caseLine(event.result)]
    case 'suite-end':
      return jobs > 1
        ? ['', suiteTitle(event.result), ...event.result.cases.map(caseLine), ...suiteEnd(event.result)]
        : suiteEnd(event.result)
    default:
      return unreachable(event)
  }
}

function suiteTitle({ file, title, mode, round }: Pick<SuiteResult, 'file' | 'title' | 'mode' | 'round'>): string {
  return `${file}  ${title}  [${mode}]${round > 1 ? `  round ${round}` : ''}`
}

function caseLine(result: CaseResult): string {
  const time = result.status === 'skipped' ? 'skipped' : duration(result.ms)
  return `  ${signs[result.status]} ${result.heading}  ${time}`
}

function suiteEnd(suite: SuiteResult): readonly string[] {
  const lines = suite.checks.map((check) => `  ${signs[statusOfCheck(check)]} ${checkLine(check)}`)
  if (suite.ribbon.length > 0) lines.push(`  ${ribbonLine(suite.ribbon)}`)
  const lost = hostLossLine(suite.hostLoss)
  if (lost !== null) lines.push(`  ${lost}`)
  for (const result of suite.cases) {
    if (result.status === 'passed' || result.status === 'skipped') continue
    const { file, line } = place(result)
    lines.push('', `  ${file}:${line}  ${result.heading}  ${result.status}`, ...failureLines(result, suite).map((text) => `    ${text}`))
  }
  for (const check of suite.checks) {
    if (statusOfCheck(check) === 'passed') continue
    lines.push('', `  ${suite.file}  check ${check.name}: ${check.verdict}`, `    why       ${check.why}`)
    lines.push(...check.witness.map((event) => `    ${JSON.stringify(event)}`), `    again     ${suite.reproduce}`)
  }
  const incidents = unexplained(suite).map(incidentLine)
  if (incidents.length > 0) lines.push('', ...incidents.map((line) => `  ${signs.failed} ${line}`), `    again     ${suite.reproduce}`)
  if (suite.cut === 'time-limit')
    lines.push('', `  stopped at its time limit after ${duration(suite.ms)}`, `    again     ${suite.reproduce}`)
  if (suite.cut === 'interrupted') lines.push('', '  interrupted')
  if (suite.stalls.length > 0 && exitOfSuite(suite) !== exit.passed) lines.push(`  ${worstStall(suite)}`)
  return lines
}

function checkLine(check: CheckResult): string {
  if (check.operations === 0) return `${check.name}: ${check.verdict}`
  const open = check.open > 0 ? `, ${check.open} of unknown outcome` : ''
  return `${check.name}: ${check.verdict} (${check.operations} operations${open})`
}

function worstStall({ stalls }: SuiteResult): string {
  const worst = stalls.reduce((most, one) => (one.ms > most.ms ? one : most))
  return `${stallLine(worst)}, the longest of ${stalls.length}`
}

/** Labs down, modes across; a lab that ran several times shows how many of them passed. */
export function verdictTable(run: RunResult): readonly string[] {
  const lines = alignedLines(tableCells(verdictTableOf(run)))
  const passed = run.suites.filter((suite) => exitOfSuite(suite) === exit.passed).length
  const patience = run.patience === 1 ? '' : `, patience ${run.patience}`
  return ['', ...lines, '', `${passed} of ${run.suites.length} passed in ${duration(run.ms)}${patience}`]
}
