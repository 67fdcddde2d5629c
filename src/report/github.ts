/** Marks on the lines of a pull request, and the table of the run, where GitHub runs the labs. */
import { blame, duration, incidentLine, incidentTitle, place, ribbonLine } from './format.ts'
import { exitOfSuite, statusOfCheck, unexplained, wordOfExit } from './outcome.ts'
import type { RunResult, SuiteResult } from './result.ts'
import { verdictTableOf } from './verdict-table.ts'

/** GitHub shows ten of a step and drops the rest. */
const MAX_ANNOTATIONS = 10
/** A summary over 1024 KB is dropped whole, so we stop well before. Characters of at most 4 bytes. */
const MAX_SUMMARY = 200_000

interface Finding {
  readonly file: string
  readonly line: number
  readonly title: string
  readonly message: string
}

/** Workflow commands for the first ten failures, a line each. */
export function annotations(run: RunResult): readonly string[] {
  return run.suites
    .flatMap(findings)
    .slice(0, MAX_ANNOTATIONS)
    .map(({ file, line, title, message }) => `::error file=${property(file)},line=${line},title=${property(title)}::${escapeData(message)}`)
}

function findings(suite: SuiteResult): readonly Finding[] {
  const blocks = suite.cases
    .filter((one) => one.status !== 'passed' && one.status !== 'skipped')
    .map((one) => ({ ...place(one), title: `${one.heading} [${suite.mode}]`, message: `${blame(one)}\n${suite.reproduce}` }))
  const checks = suite.checks
    .filter((check) => statusOfCheck(check) !== 'passed')
    .map((check) => ({
      file: suite.file,
      line: 1,
      title: `${check.name} is ${check.verdict} [${suite.mode}]`,
      message: `${check.why}\n${suite.reproduce}`,
    }))
  const incidents = unexplained(suite).map((one) => ({
    file: suite.file,
    line: 1,
    title: `${incidentTitle(one)} [${suite.mode}]`,
    message: `${incidentLine(one)}\n${suite.reproduce}`,
  }))
  return [...blocks, ...checks, ...incidents]
}

/** Markdown for the step summary: a row for each suite. */
export function stepSummary(run: RunResult): string {
  const lines = ['| lab | mode | result | time | observed health |', '|---|---|---|---|---|']
  let length = 0
  for (const [at, suite] of run.suites.entries()) {
    const cells = [suite.title, suite.mode, wordOfExit(exitOfSuite(suite)), duration(suite.ms), ribbonLine(suite.ribbon)]
    const row = `| ${cells.map(cell).join(' | ')} |`
    length += row.length
    if (length > MAX_SUMMARY) {
      lines.push('', `and ${run.suites.length - at} more`)
      break
    }
    lines.push(row)
  }
  lines.push(...sideBySide(run, MAX_SUMMARY - length))
  return `${lines.join('\n')}\n`
}

/** A table of verdicts for each lab that ran in several modes, while there is room. */
function sideBySide(run: RunResult, room: number): readonly string[] {
  const lines: string[] = []
  let left = room
  for (const { title, result, verdicts } of verdictTableOf(run).labs) {
    if (verdicts.length === 0) continue
    const modes = Object.keys(result)
    const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
    const body = [{ name: 'result', byMode: result }, ...verdicts].map(({ name, byMode }) =>
      row([name, ...modes.map((mode) => byMode[mode] ?? '–')]),
    )
    const table = ['', row([title, ...modes]), `|${'---|'.repeat(modes.length + 1)}`, ...body]
    left -= table.join('\n').length
    if (left < 0) break
    lines.push(...table)
  }
  return lines
}

function cell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|\\<]/g, (char) => (char === '<' ? '&lt;' : `\\${char}`))
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
