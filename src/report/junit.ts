/**
 * JUnit XML, the common subset that CI systems read: a suite for each lab and mode, a case for each block and each check. Failed is `failure`,
 * unknown is a `failure` of type unknown, environment is `error`, not run is `skipped` (LANGUAGE §5).
 */
import { unreachable } from '../machine/assert.ts'
import { blame, failureLines, hostLossLine, incidentLine, incidentTitle, ribbonLine } from './format.ts'
import { statusOfCheck, unexplained } from './outcome.ts'
import type { CaseResult, CaseStatus, CheckResult, Incident, RunResult, SuiteResult } from './result.ts'
import { alignedLines, tableCells, verdictTableOf } from './verdict-table.ts'

interface TestCase {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly seconds: number
  readonly status: CaseStatus
  /** For failure and error: `failed unknown environment death finding time-limit interrupted`. */
  readonly type: string
  readonly message: string
  readonly body: string
}

export function toJunit(run: RunResult): string {
  const suites = run.suites.map((suite) => ({ suite, cases: casesOf(suite) }))
  const all = suites.flatMap(({ cases }) => cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="splitbrain" ${counts(all)} time="${seconds(run.ms)}">`,
    ...suites.flatMap(({ suite, cases }) => suiteLines(run, suite, cases)),
    ...tableSuite(run),
    '</testsuites>',
    '',
  ].join('\n')
}

/** Modes side by side, as text, where some lab ran in several: a suite without cases, since each is counted in its own. */
function tableSuite(run: RunResult): readonly string[] {
  const table = verdictTableOf(run)
  if (table.labs.every(({ verdicts }) => verdicts.length === 0)) return []
  return [
    '  <testsuite name="verdicts, modes side by side" tests="0" failures="0" errors="0" skipped="0" time="0">',
    `    <system-out>${escapeText(alignedLines(tableCells(table)).join('\n'))}</system-out>`,
    '  </testsuite>',
  ]
}

function suiteLines(run: RunResult, suite: SuiteResult, cases: readonly TestCase[]): readonly string[] {
  const round = suite.round > 1 ? ` round ${suite.round}` : ''
  const name = `${suite.title} [${suite.mode}]${round}`
  const properties = {
    seed: suite.seed,
    mode: suite.mode,
    nodes: String(suite.nodes),
    node: run.node,
    version: run.version,
    patience: String(run.patience),
    reproduce: suite.reproduce,
    ...suite.settings,
  }
  return [
    `  <testsuite name="${escapeXml(name)}" file="${escapeXml(suite.file)}" ${counts(cases)} time="${seconds(suite.ms)}" timestamp="${escapeXml(run.startedAt)}">`,
    '    <properties>',
    ...Object.entries(properties).map(([key, value]) => `      <property name="${escapeXml(key)}" value="${escapeXml(value)}"/>`),
    '    </properties>',
    ...cases.flatMap(caseLines),
    `    <system-out>${escapeText(transcript(suite))}</system-out>`,
    '  </testsuite>',
  ]
}

function casesOf(suite: SuiteResult): readonly TestCase[] {
  const cases = [
    ...suite.cases.map((one) => blockCase(one, suite)),
    ...suite.checks.map((one) => checkCase(one, suite)),
    ...unexplained(suite).map((one) => incidentCase(one, suite)),
  ]
  if (suite.cut === 'none') return cases
  const interrupted = suite.cut === 'interrupted'
  const ended: TestCase = {
    name: interrupted ? 'not interrupted' : 'within the time limit',
    file: suite.file,
    line: 1,
    seconds: 0,
    status: interrupted ? 'environment' : 'failed',
    type: suite.cut,
    message: interrupted ? 'the run was interrupted' : 'the lab reached its time limit',
    body: `again     ${suite.reproduce}`,
  }
  return [...cases, ended]
}

function blockCase(block: CaseResult, suite: SuiteResult): TestCase {
  const { file, line, heading, status } = block
  const calm = status === 'passed' || status === 'skipped'
  return {
    name: heading,
    file,
    line,
    seconds: block.ms / 1000,
    status,
    type: status,
    message: calm ? (block.why ?? '') : blame(block),
    body: calm ? '' : failureLines(block, suite).join('\n'),
  }
}

function checkCase(check: CheckResult, suite: SuiteResult): TestCase {
  const status = statusOfCheck(check)
  const witness = check.witness.map((event) => JSON.stringify(event)).join('\n')
  return {
    name: `check ${check.name}`,
    file: suite.file,
    line: 1,
    seconds: 0,
    status,
    type: status,
    message: check.why,
    body: `${witness}\nagain     ${suite.reproduce}`,
  }
}

function incidentCase(incident: Incident, suite: SuiteResult): TestCase {
  return {
    name: incidentTitle(incident),
    file: suite.file,
    line: 1,
    seconds: 0,
    status: 'failed',
    type: incident.kind,
    message: incidentLine(incident),
    body: `again     ${suite.reproduce}`,
  }
}

function caseLines(one: TestCase): readonly string[] {
  const open = `    <testcase name="${escapeXml(one.name)}" classname="${escapeXml(one.file)}" file="${escapeXml(one.file)}" line="${one.line}" time="${one.seconds.toFixed(3)}"`
  const inner = outcomeLine(one)
  return inner === null ? [`${open}/>`] : [`${open}>`, `      ${inner}`, '    </testcase>']
}

function outcomeLine(one: TestCase): string | null {
  switch (one.status) {
    case 'passed':
      return null
    case 'skipped':
      return `<skipped message="${escapeXml(one.message)}"/>`
    case 'failed':
    case 'unknown':
      return `<failure type="${one.type}" message="${escapeXml(one.message)}">${escapeText(one.body)}</failure>`
    case 'environment':
      return `<error type="${one.type}" message="${escapeXml(one.message)}">${escapeText(one.body)}</error>`
    default:
      return unreachable(one.status)
  }
}

/** What was typed and answered, block by block, and the ribbon. */
function transcript(suite: SuiteResult): string {
  const blocks = suite.cases.flatMap((one) => [`## ${one.heading}`, ...one.commands.flatMap((c) => [`> ${c.command}`, c.actual])])
  return [...blocks, ribbonLine(suite.ribbon), hostLossLine(suite.hostLoss) ?? ''].join('\n')
}

function counts(cases: readonly TestCase[]): string {
  const of = (...statuses: readonly CaseStatus[]): number => cases.filter((one) => statuses.includes(one.status)).length
  return `tests="${cases.length}" failures="${of('failed', 'unknown')}" errors="${of('environment')}" skipped="${of('skipped')}"`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no way to write most control characters or half a surrogate pair, so they go. Right in text and in attributes. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\p{Surrogate}/gu, '')
    .replace(/[&<>"]/g, (char) => entities[char] ?? char)
    .replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** In text a line feed may stand as itself, which keeps the file readable; an attribute would turn it into a blank. */
function escapeText(text: string): string {
  return escapeXml(text).replaceAll('&#10;', '\n')
}
