/** From what ran to points: a check block counts whole or not at all. */
import { blame, place } from '../../report/format.ts'
import { statusOfCheck } from '../../report/outcome.ts'
import type { CaseResult, CheckResult, SuiteResult } from '../../report/result.ts'
import type { LabBlock } from '../language/lab-types.ts'
import type { Origin } from './combine.ts'
import type { Key } from './key.ts'
import { predictionCell, tickedIn } from './predictions.ts'
import type { Taken } from './take.ts'
import { type MarkRow, oneLine, type Place, placeText } from './types.ts'

/** A solution that nothing can be taken from: no points for any block, and why. */
export function rowsWithout(key: Key, student: string, why: string): MarkRow[] {
  return [...key.worth].map(([block, of]) => ({ student, block, points: 0, of, failed: oneLine(why), prediction: '', seed: null }))
}

/** `suites`: one for each mode of the key, its lines already those that people wrote; none when nothing was worth running. */
export function rowsOf(key: Key, student: string, text: string, taken: Taken, suites: readonly SuiteResult[]): MarkRow[] {
  const ticked = tickedIn(text)
  const seed = suites[0]?.seed ?? null
  const rows = [...key.worth].map(([block, of]): MarkRow => {
    const prediction = oneLine(predictionCell(key.predictions.get(block) ?? [], ticked))
    const refused = taken.refused.get(block)
    const mark = refused === undefined ? markOf(key, taken, block, suites) : { points: 0, failed: refused }
    return { student, block, of, prediction, seed, ...mark, failed: mark.failed === null ? null : oneLine(mark.failed) }
  })
  const others = [...taken.unknown].map(
    ([block, why]): MarkRow => ({ student, block: oneLine(block), points: 0, of: 0, failed: oneLine(why), prediction: '', seed: null }),
  )
  return [...rows, ...others]
}

interface Judged {
  readonly block: LabBlock
  readonly result: CaseResult
  readonly suite: SuiteResult
  /** What ended the lab before its last block: not the todos and checks, which stand for themselves. */
  readonly stopper: CaseResult | undefined
}

/** No points where the todo itself fails or the lab does at its end; else those of each check that passed in every mode it ran in. */
function markOf(key: Key, taken: Taken, name: string, suites: readonly SuiteResult[]): Pick<MarkRow, 'points' | 'failed'> {
  const judged = judgedOf(taken, name, suites)
  const wrong = judged.filter(({ result }) => result.status !== 'passed')
  const [first] = wrong
  const ended = suites.flatMap((suite) => suite.checks).find((check) => statusOfCheck(check) !== 'passed')
  if (suites.length === 0 || wrong.some(({ block }) => block.role.kind === 'todo') || ended !== undefined)
    return { points: 0, failed: first !== undefined ? reasonOf(first) : ended !== undefined ? endReason(key, ended) : 'it did not run' }
  const lost = new Set(wrong.map(({ block }) => block.line))
  const checks = new Map(judged.flatMap(({ block }) => (block.role.kind === 'check' ? [[block.line, block.role.points]] : [])))
  const points = [...checks].reduce((sum, [line, worth]) => sum + (lost.has(line) ? 0 : worth), 0)
  return { points, failed: first === undefined ? null : reasonOf(first) }
}

/** The todo and its checks, in every mode. A suite's cases are the blocks of its run, in order. */
function judgedOf({ lab }: Taken, name: string, suites: readonly SuiteResult[]): Judged[] {
  return suites.flatMap((suite) => {
    const run = lab?.runs.find(({ mode }) => mode === suite.mode)
    const blocks = (run?.parts ?? []).filter((part): part is LabBlock => part.kind === 'lab')
    const stopper = suite.cases.find(({ status }, i) => status === 'environment' || (isWrong(status) && blocks[i]?.role.kind === 'steps'))
    return blocks.flatMap((block, i) => {
      const result = suite.cases[i]
      return block.role.kind !== 'steps' && block.role.name === name && result !== undefined ? [{ block, result, suite, stopper }] : []
    })
  })
}

/** A block that never began is blamed on what kept it from it. */
function reasonOf({ result, suite, stopper }: Pick<Judged, 'result' | 'suite' | 'stopper'>): string {
  const at = placeText(place(result))
  if (result.status !== 'skipped' || result.why !== null) return `${at}: ${blame(result)}`
  if (suite.cut === 'time-limit') return `${at}: the time limit came before it`
  if (suite.cut === 'interrupted') return `${at}: the marking was interrupted before it`
  return `${at}: not reached${stopper === undefined ? '' : `: ${placeText(place(stopper))}: ${blame(stopper)}`}`
}

function isWrong(status: CaseResult['status']): boolean {
  return status === 'failed' || status === 'unknown'
}

function endReason({ source }: Key, { name, verdict, why }: CheckResult): string {
  return `${source.file}, at its end: ${name}: ${verdict}: ${why}`
}

/** A suite that ran on the combined text, with the files and lines that people wrote. */
export function asWritten(suite: SuiteResult, origins: readonly Origin[]): SuiteResult {
  const placeOf = (line: number): Place => origins[line - 1] ?? { file: suite.file, line }
  const cases = suite.cases.map((one) => ({
    ...one,
    file: placeOf(one.line).file,
    line: placeOf(one.line).line,
    commands: one.commands.map((command) => ({ ...command, line: placeOf(command.line).line })),
  }))
  return { ...suite, cases }
}
