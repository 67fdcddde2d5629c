/** Everything that belongs to one cluster, and to what it went through: left as a whole when there is another one. */
import type { RunClock } from '../../history/clock.ts'
import type { CommandResult } from '../../report/result.ts'
import type { BlockDraft } from '../block.ts'
import { BlockRunner } from '../block-runner.ts'
import type { Lab } from '../lab.ts'
import type { LabRun, LabStep } from '../language/lab-types.ts'
import { untilReady } from '../ready.ts'
import { Witness } from '../witness.ts'

export interface Stage {
  readonly lab: Lab
  readonly runner: BlockRunner
  readonly witness: Witness
  /** When it was ready. */
  readonly startNs: number
  /** Gives up what still runs in the background; nothing of it is told any more. */
  leave(): Promise<void>
}

/** What happens on it, while it is not left. */
export interface StageHooks {
  before(lab: Lab, block: BlockDraft, step: LabStep): Promise<void>
  judged(block: BlockDraft, result: CommandResult): void
  over(block: BlockDraft, witness: Witness): void
}

/** Resolves when the cluster is ready. */
export async function openStage(lab: Lab, labRun: LabRun, clock: RunClock, hooks: StageHooks): Promise<Stage> {
  const nowNs = (): number => clock.nowNs()
  const witness = new Witness(labRun, nowNs)
  const unlisten = witness.attend(lab)
  const left = new AbortController()
  const runner = new BlockRunner({
    lab,
    signal: AbortSignal.any([lab.stopped, left.signal]),
    nowNs,
    cut: () => null,
    before: (block, step) => hooks.before(lab, block, step),
    onJudged: (block, result) => {
      if (!left.signal.aborted) hooks.judged(block, result)
    },
    onOver: (block) => {
      if (!left.signal.aborted) hooks.over(block, witness)
    },
  })
  await untilReady(lab, lab.stopped)
  const startNs = lab.run.clock.nowNs()
  lab.session.ribbonNs = startNs
  const leave = (): Promise<void> => {
    unlisten()
    left.abort()
    return runner.settle()
  }
  return { lab, runner, witness, startNs, leave }
}
