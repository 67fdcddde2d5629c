/** One lab under one mode: a fresh cluster, block after block, then the checks. Fills the result model. */

import { RunClock } from '../history/clock.ts'
import type { CaseResult, CheckResult, Cut, RibbonSpan, SuiteResult } from '../report/result.ts'
import { type AnswerRule, BlockDraft } from './block.ts'
import { BlockRunner, breakBlock, tell } from './block-runner.ts'
import { keepLabText } from './kept-results.ts'
import { Lab } from './lab.ts'
import type { LabSource } from './lab-files.ts'
import type { LabBlock, LabRun } from './language/lab-types.ts'
import type { GivenAnswer } from './language/match.ts'
import { untilReady } from './ready.ts'
import type { RunOptions } from './run-options.ts'
import { checksOf } from './suite-checks.ts'
import { operationsOf, ribbonOf, suiteResult } from './suite-result.ts'
import { Witness } from './witness.ts'

export interface SuiteOptions {
  readonly source: LabSource
  readonly labRun: LabRun
  /** The cluster it runs on. */
  readonly run: RunOptions
  readonly round: number
  readonly answers: AnswerRule
  /** `stop`: the first failure ends the lab. `next`: not that of a `todo` or `check`, so that a student's other blocks count too. */
  readonly afterFailure: 'stop' | 'next'
  readonly signal: AbortSignal
  /** Tells of each block that is over, and of those that never began. */
  readonly onBlock: (result: CaseResult) => void
}

export interface SuiteOutcome {
  readonly result: SuiteResult
  /** What was answered, by line of the file. */
  readonly answers: readonly GivenAnswer[]
}

/** Never rejects: what goes wrong stands in the result. */
export async function runSuite(options: SuiteOptions): Promise<SuiteOutcome> {
  return new Suite(options).run()
}

const CUT_WORDS = { 'time-limit': 'the time limit', interrupted: 'ctrl-C' } as const

class Suite {
  readonly #options: SuiteOptions
  readonly #blocks: readonly BlockDraft[]
  readonly #reported = new Set<BlockDraft>()
  readonly #witness: Witness
  readonly #stopping = new AbortController()
  /** Runs through every `reset`, with which a run's own clock starts again. */
  readonly #clock = new RunClock()
  #cut: Cut = 'none'
  /** The run folder that has the lab's text. */
  #folder = ''
  #verdicts: SuiteResult['verdicts'] = []
  #operations: SuiteResult['operations'] = { ok: 0, fail: 0, info: 0 }

  constructor(options: SuiteOptions) {
    this.#options = options
    this.#witness = new Witness(options.labRun, () => this.#clock.nowNs())
    const blocks = options.labRun.parts.filter((part): part is LabBlock => part.kind === 'lab')
    this.#blocks = blocks.map((block) => new BlockDraft(options.source.file, block, options.answers))
  }

  async run(): Promise<SuiteOutcome> {
    const startedMs = performance.now()
    const { signal, source, run } = this.#options
    const timer = setTimeout(() => this.#stop('time-limit'), source.lab.limitMs * run.patience)
    const interrupt = (): void => this.#stop('interrupted')
    signal.addEventListener('abort', interrupt, { once: true })
    if (signal.aborted) interrupt()
    const lab = await this.#open()
    const { checks, ribbon } = lab === null ? { checks: [], ribbon: [] } : await this.#inLab(lab)
    clearTimeout(timer)
    signal.removeEventListener('abort', interrupt)
    for (const block of this.#blocks) this.#report(block)
    const result = this.#result(checks, ribbon, lab, performance.now() - startedMs)
    return { result, answers: this.#blocks.flatMap((block) => block.answers) }
  }

  async #open(): Promise<Lab | null> {
    if (this.#stopping.signal.aborted) return null
    try {
      return await Lab.open(this.#options.run)
    } catch (error) {
      this.#blocks[0]?.broke('environment', error instanceof Error ? error.message : String(error))
      return null
    }
  }

  async #inLab(lab: Lab): Promise<{ readonly checks: readonly CheckResult[]; readonly ribbon: readonly RibbonSpan[] }> {
    let checks: readonly CheckResult[] = []
    let ribbon: readonly RibbonSpan[] = []
    this.#witness.attend(lab)
    try {
      await untilReady(lab, this.#stopping.signal)
      const startNs = lab.run.clock.nowNs()
      lab.session.ribbonNs = startNs
      const runner = this.#runner(lab)
      for (const block of this.#blocks) {
        if (!this.#goesOn || this.#moot(block)) continue
        this.#keepText(lab)
        await runner.run(block, () => this.#goesOn)
      }
      await runner.settle()
      this.#keepText(lab)
      for (const block of this.#blocks) if (!block.begun) tell(lab, block, 'skipped')
      ribbon = ribbonOf(lab, startNs)
      this.#verdicts = this.#witness.verdicts
      this.#operations = operationsOf(lab)
      if (this.#cut === 'interrupted') lab.always.close()
      else checks = await checksOf(lab, this.#options.source.lab.checks, this.#options.labRun)
      await lab.run.lookAtHost()
    } catch (error) {
      breakBlock(this.#blocks.findLast((block) => block.begun) ?? this.#blocks[0], error)
    }
    await lab.close().catch((error: unknown) => breakBlock(this.#blocks.at(-1), error))
    return { checks, ribbon }
  }

  /** A reset brings a folder of its own. */
  #keepText({ folder }: Lab): void {
    if (folder !== this.#folder) keepLabText(folder, this.#options.source.text)
    this.#folder = folder
  }

  #runner(lab: Lab): BlockRunner {
    return new BlockRunner({
      lab,
      signal: this.#stopping.signal,
      nowNs: () => this.#clock.nowNs(),
      cut: () => (this.#cut === 'none' ? null : CUT_WORDS[this.#cut]),
      onOver: (block) => this.#report(block),
    })
  }

  get #goesOn(): boolean {
    return !this.#stopping.signal.aborted && !this.#blocks.some((block) => block.wrong && !this.#forgiven(block))
  }

  #forgiven({ block, broken }: BlockDraft): boolean {
    return this.#options.afterFailure === 'next' && block.role.kind !== 'steps' && !broken
  }

  /** A check of a todo that failed has nothing to judge. */
  #moot({ block: { role } }: BlockDraft): boolean {
    if (role.kind !== 'check') return false
    return this.#blocks.some(({ block, wrong }) => wrong && block.role.kind === 'todo' && block.role.name === role.name)
  }

  #report(block: BlockDraft): void {
    if (this.#reported.has(block)) return
    this.#reported.add(block)
    this.#options.onBlock(block.result(this.#witness.stalls))
  }

  #stop(cut: Exclude<Cut, 'none'>): void {
    if (this.#cut === 'none') this.#cut = cut
    this.#stopping.abort()
  }

  #result(checks: readonly CheckResult[], ribbon: readonly RibbonSpan[], lab: Lab | null, ms: number): SuiteResult {
    return suiteResult({
      ...this.#options,
      blocks: this.#blocks,
      witness: this.#witness,
      checks,
      verdicts: this.#verdicts,
      operations: this.#operations,
      ribbon,
      cut: this.#cut,
      folder: lab?.folder ?? null,
      earlier: lab?.earlier ?? [],
      ms,
    })
  }
}
