/** One table for the whole run: labs down, modes across, and for a lab that ran in several modes each verdict on a row of its own. */
import { exit, exitOfSuite, wordOfExit } from './outcome.ts'
import type { RunResult, SuiteResult } from './result.ts'

export interface VerdictTable {
  readonly modes: readonly string[]
  readonly labs: readonly LabRow[]
}

export interface LabRow {
  readonly file: string
  readonly title: string
  /** By mode: how its suites ended, `passed (2/2)` when there were several. A mode in which the lab did not run is left out. */
  readonly result: Readonly<Record<string, string>>
  /** Only for a lab of several modes; from the last round of each. */
  readonly verdicts: readonly VerdictRow[]
}

export interface VerdictRow {
  /** A checker, or `operations`: how many were answered, and how. */
  readonly name: string
  readonly byMode: Readonly<Record<string, string>>
}

export function verdictTableOf({ suites }: Pick<RunResult, 'suites'>): VerdictTable {
  const files = [...new Set(suites.map(({ file }) => file))]
  return { modes: modesOf(suites), labs: files.map((file) => labRow(suites.filter((suite) => suite.file === file))) }
}

/** Cells of a text table, headings first; rows of verdicts are set in. Nothing to say is a dash. */
export function tableCells({ modes, labs }: VerdictTable): readonly (readonly string[])[] {
  const across = (byMode: Readonly<Record<string, string>>): readonly string[] => modes.map((mode) => byMode[mode] ?? '–')
  const rows = labs.flatMap(({ file, result, verdicts }) => [
    [file, ...across(result)],
    ...verdicts.map(({ name, byMode }) => [`  ${name}`, ...across(byMode)]),
  ])
  return [['lab', ...modes], ...rows]
}

export function alignedLines(table: readonly (readonly string[])[]): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function modesOf(suites: readonly SuiteResult[]): readonly string[] {
  return [...new Set(suites.map(({ mode }) => mode))]
}

function labRow(suites: readonly SuiteResult[]): LabRow {
  const modes = modesOf(suites)
  const inMode = (mode: string): readonly SuiteResult[] => suites.filter((suite) => suite.mode === mode)
  const [first] = suites
  return {
    file: first?.file ?? '',
    title: first?.title ?? '',
    result: Object.fromEntries(modes.map((mode) => [mode, resultCell(inMode(mode))])),
    verdicts: modes.length < 2 ? [] : verdictRows(modes.flatMap((mode) => inMode(mode).slice(-1))),
  }
}

/** One suite a mode. Checks in the order in which they were asked first. */
function verdictRows(suites: readonly SuiteResult[]): readonly VerdictRow[] {
  const asked = suites.map((suite) => ({ mode: suite.mode, verdicts: verdictsOf(suite) }))
  const names = [...new Set(asked.flatMap(({ verdicts }) => [...verdicts.keys()]))]
  const row = (name: string): VerdictRow => ({
    name,
    byMode: Object.fromEntries(asked.flatMap(({ mode, verdicts }) => (verdicts.has(name) ? [[mode, verdicts.get(name) ?? '']] : []))),
  })
  const operations = { name: 'operations', byMode: Object.fromEntries(suites.map((suite) => [suite.mode, answered(suite)])) }
  return [operations, ...names.map(row)]
}

/** What the lab itself asked, then what ended it; the last word on a check stands. */
function verdictsOf({ verdicts, checks }: SuiteResult): ReadonlyMap<string, string> {
  return new Map([...verdicts, ...checks].map(({ name, verdict }) => [name, verdict]))
}

function answered({ operations: { ok, fail, info } }: SuiteResult): string {
  const parts = [`${ok} ok`, ...(fail > 0 ? [`${fail} fail`] : []), ...(info > 0 ? [`${info} unknown`] : [])]
  return parts.join(', ')
}

function resultCell(suites: readonly SuiteResult[]): string {
  const first = suites[0]
  if (first === undefined) return '–'
  if (suites.length === 1) return wordOfExit(exitOfSuite(first))
  const bad = suites.filter((suite) => exitOfSuite(suite) !== exit.passed)
  const worst = bad[0] === undefined ? 'passed' : wordOfExit(exitOfSuite(bad[0]))
  return `${worst} (${suites.length - bad.length}/${suites.length})`
}
