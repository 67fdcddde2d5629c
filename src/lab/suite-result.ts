/** From a lab that was run, or played, to the result model. */
import type { CheckResult, Cut, RibbonSpan, SuiteResult } from '../report/result.ts'
import type { BlockDraft } from './block.ts'
import type { Lab } from './lab.ts'
import type { LabSource } from './lab-files.ts'
import type { LabRun } from './language/lab-types.ts'
import type { RunOptions } from './run-options.ts'
import type { Witness } from './witness.ts'

export interface SuiteParts {
  readonly source: LabSource
  readonly labRun: LabRun
  /** The cluster it ran on. */
  readonly run: RunOptions
  readonly round: number
  readonly blocks: readonly BlockDraft[]
  readonly witness: Witness
  readonly checks: readonly CheckResult[]
  readonly verdicts: SuiteResult['verdicts']
  readonly operations: SuiteResult['operations']
  readonly ribbon: readonly RibbonSpan[]
  readonly cut: Cut
  readonly folder: string | null
  readonly earlier?: readonly string[]
  readonly ms: number
}

export function suiteResult(parts: SuiteParts): SuiteResult {
  const { source, labRun, run, round, blocks, witness, checks, verdicts, operations, ribbon, cut, folder, earlier = [], ms } = parts
  const { file, lab } = source
  const { patience } = run
  return {
    file,
    title: lab.title,
    mode: labRun.mode,
    nodes: run.nodes,
    seed: String(run.seed),
    settings: Object.fromEntries(run.given.map(({ name, value }) => [name, value])),
    round,
    cases: blocks.map((block) => block.result(witness.stalls)),
    checks,
    verdicts,
    operations,
    ribbon,
    stalls: witness.stalls,
    incidents: witness.incidents,
    hostLoss: witness.hostLoss,
    cut,
    reproduce: `splitbrain run ${file} --seed ${run.seed}${patience === 1 ? '' : ` --patience ${patience}`}`,
    folder,
    ...(earlier.length === 0 ? {} : { earlier }),
    ms,
  }
}

/** Of people and loads since the last `reset`. */
export function operationsOf({ run }: Pick<Lab, 'run'>): SuiteResult['operations'] {
  const history = run.history.events()
  return { ok: history.count('ok'), fail: history.count('fail'), info: history.count('info') }
}

export function ribbonOf({ run }: Pick<Lab, 'run'>, fromNs: number): RibbonSpan[] {
  return run.health.ribbon.since(fromNs, run.clock.nowNs()).map(({ state, fromNs, toNs }) => ({ state, ms: (toNs - fromNs) / 1e6 }))
}
