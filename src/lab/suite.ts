/** One lab under one mode: a fresh cluster, block after block, then the checks. Fills the result model. */

import { RunClock } from '../history/clock.ts'
import { EnvironmentFailure } from '../host/failure.ts'
import type { CaseResult, CheckResult, Cut, RibbonSpan, SuiteResult } from '../report/result.ts'
import type { Sample } from '../stream/events.ts'
import { type AnswerRule, BlockDraft } from './block.ts'
import { keepLabText, operationsOf, ribbonOf } from './kept-results.ts'
import { innermost, Lab } from './lab.ts'
import type { LabSource } from './lab-files.ts'
import { formatAnswer } from './language/answers.ts'
import type { LabBlock, LabRun, LabStep } from './language/lab-types.ts'
import type { GivenAnswer } from './language/match.ts'
import type { RunOptions } from './run-options.ts'
import { pause } from './scope.ts'
import type { Mark } from './session.ts'
import { checksOf } from './suite-checks.ts'
import { tellSample } from './told.ts'
import { Witness } from './witness.ts'

export interface SuiteOptions {
  readonly source: LabSource
  readonly labRun: LabRun
  /** The cluster it runs on. */
  readonly run: RunOptions
  readonly round: number
  readonly answers: AnswerRule
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

/** A lab begins when its cluster answers, so that its first second is the same on a slow machine; or, bug or not, after this. */
const READY_MS = 5_000

const CUT_WORDS = { 'time-limit': 'the time limit', interrupted: 'ctrl-C' } as const

type BlockSample = Extract<Sample, { type: 'block' }>

class Suite {
  readonly #options: SuiteOptions
  readonly #blocks: readonly BlockDraft[]
  readonly #reported = new Set<BlockDraft>()
  readonly #witness: Witness
  readonly #background = new Set<Promise<void>>()
  /** Where the todo blocks began, for the blocks that judge them. */
  readonly #marks = new Map<string, Mark>()
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
    const result = this.#result(checks, ribbon, lab?.folder ?? null, performance.now() - startedMs)
    return { result, answers: this.#blocks.flatMap((block) => block.answers) }
  }

  async #open(): Promise<Lab | null> {
    if (this.#stopping.signal.aborted) return null
    try {
      return await Lab.open(this.#options.run)
    } catch (error) {
      this.#blocks[0]?.broke('environment', messageOf(error))
      return null
    }
  }

  async #inLab(lab: Lab): Promise<{ readonly checks: readonly CheckResult[]; readonly ribbon: readonly RibbonSpan[] }> {
    let checks: readonly CheckResult[] = []
    let ribbon: readonly RibbonSpan[] = []
    this.#witness.attend(lab)
    try {
      await this.#untilReady(lab)
      const startNs = lab.run.clock.nowNs()
      lab.session.ribbonNs = startNs
      for (const block of this.#blocks) if (this.#goesOn) await this.#block(lab, block)
      await Promise.all(this.#background)
      ribbon = ribbonOf(lab.run, startNs)
      this.#verdicts = this.#witness.verdicts
      this.#operations = operationsOf(lab.run)
      if (this.#cut === 'interrupted') lab.always.close()
      else checks = await checksOf(lab, this.#options.source.lab.checks, this.#options.labRun)
      await lab.run.lookAtHost()
    } catch (error) {
      this.#broke(this.#blocks.findLast((block) => block.begun) ?? this.#blocks[0], error)
    }
    await lab.close().catch((error: unknown) => this.#broke(this.#blocks.at(-1), error))
    return { checks, ribbon }
  }

  get #goesOn(): boolean {
    return !this.#stopping.signal.aborted && !this.#blocks.some((block) => block.wrong)
  }

  async #untilReady({ run }: Lab): Promise<void> {
    const { signal } = this.#stopping
    const endNs = run.clock.nowNs() + READY_MS * this.#options.run.patience * 1e6
    while (!run.health.healthy && run.clock.nowNs() < endNs && !signal.aborted) await pause(20, signal)
  }

  async #block(lab: Lab, block: BlockDraft): Promise<void> {
    // A reset brings a folder of its own.
    if (lab.folder !== this.#folder) keepLabText(lab.folder, this.#options.source.text)
    this.#folder = lab.folder
    await this.#begin(lab, block)
    for (const step of block.block.steps) {
      if (!this.#goesOn) break
      const running = this.#step(lab, block, step)
      if (step.command.background) this.#sendOff(lab, block, running)
      else await running
    }
    lab.session.stopRepeating()
    block.end(this.#clock.nowNs(), lab.run.events.recent(), this.#cut === 'none' ? null : CUT_WORDS[this.#cut])
    if (block.over) this.#report(block, lab)
  }

  /** A block that judges a student's counts from where the student began. */
  async #begin(lab: Lab, block: BlockDraft): Promise<void> {
    const { role } = block.block
    const messages = await lab.run.passedMessages()
    const nowNs = lab.run.clock.nowNs()
    const judged = role.kind === 'check' ? this.#marks.get(role.name) : undefined
    if (judged !== undefined) lab.session.beginCheck(judged, nowNs)
    else {
      const mark = lab.session.beginBlock(nowNs, messages)
      if (role.kind === 'todo') this.#marks.set(role.name, mark)
    }
    block.begin(this.#clock.nowNs())
    this.#tell(lab, block, 'begun')
  }

  async #step(lab: Lab, block: BlockDraft, step: LabStep): Promise<void> {
    const { signal } = this.#stopping
    const startedMs = performance.now()
    let lateMs = 0
    const unlisten = lab.on('event', (event) => {
      if (event.type === 'late' && typeof event.lateMs === 'number' && step.command.text.endsWith(String(event.command)))
        lateMs = event.lateMs
    })
    try {
      const answer = await lab.execute(step.command, signal)
      const lines = formatAnswer(answer, innermost(step.command).name)
      block.judge(step, answer, lines, { ms: performance.now() - startedMs, lateMs }, signal.aborted)
      if (lab.run.failure !== null) this.#broke(block, new EnvironmentFailure(`the lab broke: ${lab.run.failure.message}`))
    } catch (error) {
      this.#broke(block, error)
    } finally {
      unlisten()
    }
  }

  /** Judged when it ends, whichever block runs by then. */
  #sendOff(lab: Lab, block: BlockDraft, running: Promise<void>): void {
    block.waiting += 1
    const watched = running.finally(() => {
      this.#background.delete(watched)
      block.waiting -= 1
      if (block.over) this.#report(block, lab)
    })
    this.#background.add(watched)
  }

  /** `lab`: the one it ran in, as long as it is open. */
  #report(block: BlockDraft, lab: Lab | null = null): void {
    if (this.#reported.has(block)) return
    this.#reported.add(block)
    const result = block.result(this.#witness.stalls)
    if (lab !== null) this.#tell(lab, block, result.status === 'environment' ? 'failed' : result.status)
    this.#options.onBlock(result)
  }

  /** For whoever draws the run: which part of the lab is on. */
  #tell({ run }: Lab, { file, block: { line, heading } }: BlockDraft, status: BlockSample['status']): void {
    tellSample(run.events, { type: 'block', file, line, heading, status })
  }

  #stop(cut: Exclude<Cut, 'none'>): void {
    if (this.#cut === 'none') this.#cut = cut
    this.#stopping.abort()
  }

  #broke(block: BlockDraft | undefined, error: unknown): void {
    block?.broke(error instanceof EnvironmentFailure ? 'environment' : 'failed', messageOf(error))
  }

  #result(checks: readonly CheckResult[], ribbon: readonly RibbonSpan[], folder: string | null, ms: number): SuiteResult {
    const { source, labRun, run, round } = this.#options
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
      cases: this.#blocks.map((block) => block.result(this.#witness.stalls)),
      checks,
      verdicts: this.#verdicts,
      operations: this.#operations,
      ribbon,
      stalls: this.#witness.stalls,
      incidents: this.#witness.incidents,
      hostLoss: this.#witness.hostLoss,
      cut: this.#cut,
      reproduce: `splitbrain run ${file} --seed ${run.seed}${patience === 1 ? '' : ` --patience ${patience}`}`,
      folder,
      ms,
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
