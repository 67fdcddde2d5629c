/** The end of a lesson: its checks, and the result as `run` would have it, kept in the run folder. */
import type { SuiteResult } from '../../report/result.ts'
import type { BlockDraft } from '../block.ts'
import { keepLabText, keepResult } from '../kept-results.ts'
import type { LabSource } from '../lab-files.ts'
import type { LabRun } from '../language/lab-types.ts'
import type { RunOptions } from '../run-options.ts'
import { checksOf } from '../suite-checks.ts'
import { operationsOf, ribbonOf, suiteResult } from '../suite-result.ts'
import type { Stage } from './stage.ts'

export interface Judged {
  readonly source: LabSource
  readonly labRun: LabRun
  readonly run: RunOptions
  /** In the order of the file; those that did not run too. */
  readonly blocks: readonly BlockDraft[]
  /** Of the whole lesson. */
  readonly ms: () => number
}

/** Null: the lab was stopped meanwhile. `told`: which check runs, how many have ended, and of how many. */
export async function verdictOn(
  { lab, runner, witness, startNs }: Stage,
  { source, labRun, run, blocks, ms }: Judged,
  told: (what: string, done: number, of: number) => void,
): Promise<SuiteResult | null> {
  await runner.settle()
  const ribbon = ribbonOf(lab, startNs)
  const operations = operationsOf(lab)
  const { verdicts } = witness
  const checks = await checksOf(lab, source.lab.checks, labRun, told)
  await lab.run.lookAtHost()
  if (lab.stopped.aborted) return null
  const { folder } = lab
  const made = { source, labRun, run, round: 1, cut: 'none', folder, ms: ms() } as const
  const suite = suiteResult({ ...made, blocks, witness, checks, verdicts, operations, ribbon })
  keepLabText(folder, source.text)
  keepResult(suite)
  return suite
}
