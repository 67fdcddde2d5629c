/** One lab under one mode: a fresh cluster, block after block, then the checks. Fills the result model. */
import { EnvironmentFailure } from '../cluster/failure.ts'
import { findMode } from '../modes/registry.ts'
import type { CheckResult, Cut, RibbonSpan, Stall, SuiteResult } from '../report/result.ts'
import { BlockDraft } from './block.ts'
import { Lab } from './lab.ts'
import type { LabSource } from './lab-files.ts'
import { formatAnswer } from './language/answers.ts'
import type { SettingChange } from './language/ast.ts'
import type { LabBlock, LabRun, LabStep } from './language/lab-types.ts'
import { optionsFrom } from './open.ts'
import { runCheck } from './verdicts.ts'

export interface SuiteOptions {
  readonly patience: number
  /** Overrides the lab's own. */
  readonly seed: string | null
  readonly round: number
  readonly baseDir: string
  readonly signal: AbortSignal
  /** Tells of a block that is over. */
  readonly onBlock: (draft: BlockDraft) => void
}

export async function runSuite(source: LabSource, run: LabRun, options: SuiteOptions): Promise<SuiteResult> {
  return new Suite(source, run, options).run()
}

class Suite {
  readonly #source: LabSource
  readonly #labRun: LabRun
  readonly #options: SuiteOptions
  readonly #blocks: readonly BlockDraft[]
  readonly #stalls: Stall[] = []
  readonly #startedMs = performance.now()
  readonly #background = new Set<Promise<void>>()
  readonly #limit = new AbortController()
  #cut: Cut = 'none'
  #lab: Lab | null = null

  constructor(source: LabSource, labRun: LabRun, options: SuiteOptions) {
    this.#source = source
    this.#labRun = labRun
    this.#options = options
    const blocks = labRun.parts.filter((part): part is LabBlock => part.kind === 'lab')
    this.#blocks = blocks.map((block) => new BlockDraft(source.file, block))
  }

  async run(): Promise<SuiteResult> {
    const timer = setTimeout(() => this.#stop('time-limit'), this.#source.lab.limitMs * this.#options.patience)
    const interrupt = (): void => this.#stop('interrupted')
    this.#options.signal.addEventListener('abort', interrupt, { once: true })
    let checks: readonly CheckResult[] = []
    try {
      if (this.#options.signal.aborted) interrupt()
      this.#lab = await Lab.open(this.#runOptions())
      this.#lab.on('event', (event) => {
        if (event.type === 'stall' && typeof event.ms === 'number') {
          this.#stalls.push({ time: event.time, ms: event.ms, where: String(event.where) })
        }
      })
      for (const block of this.#blocks) await this.#block(this.#lab, block)
      await Promise.all(this.#background)
      checks = await this.#check(this.#lab)
    } catch (error) {
      this.#broke(error)
    } finally {
      clearTimeout(timer)
      this.#options.signal.removeEventListener('abort', interrupt)
      for (const block of this.#blocks) this.#finish(block)
    }
    const result = this.#result(checks)
    await this.#lab?.close()
    return result
  }

  async #block(lab: Lab, block: BlockDraft): Promise<void> {
    if (this.#blocks.some((each) => each.wrong) || this.#limit.signal.aborted) return
    lab.session.beginBlock(lab.run.clock.nowNs(), await lab.run.passedMessages())
    block.begin(lab.run.clock.nowNs())
    for (const step of block.block.steps) {
      if (this.#blocks.some((each) => each.wrong) || this.#limit.signal.aborted) break
      const running = this.#step(lab, block, step)
      if (!step.command.background) await running
      else {
        block.waiting += 1
        const watched: Promise<void> = running.finally(() => {
          this.#background.delete(watched)
          block.waiting -= 1
          this.#reportIfOver(block)
        })
        this.#background.add(watched)
      }
    }
    lab.session.stopSchedules()
    block.end(lab.run.clock.nowNs(), lab.run.events.recent(), this.#limit.signal.aborted)
    this.#reportIfOver(block)
  }

  async #step(lab: Lab, block: BlockDraft, step: LabStep): Promise<void> {
    const startedMs = performance.now()
    let lateMs = 0
    const unlisten = lab.on('event', (event) => {
      if (event.type === 'late' && typeof event.lateMs === 'number') lateMs = event.lateMs
    })
    const answer = await lab.execute(step.command, this.#limit.signal)
    unlisten()
    const inner = 'command' in step.command ? step.command.command.name : step.command.name
    block.judge(step, answer, formatAnswer(answer, inner), { ms: performance.now() - startedMs, lateMs }, this.#limit.signal.aborted)
  }

  #reportIfOver(block: BlockDraft): void {
    if (block.over && !block.reported) this.#finish(block)
  }

  #finish(block: BlockDraft): void {
    if (block.reported) return
    block.reported = true
    this.#options.onBlock(block)
  }

  /** Everything back, every key read once more, then the mode's checks and the armed rules. */
  async #check(lab: Lab): Promise<readonly CheckResult[]> {
    if (this.#cut === 'interrupted') return []
    const results: CheckResult[] = []
    const { run } = lab
    if (this.#source.lab.checks) {
      if (run.loaded) await lab.do('load stop')
      if (run.faults().length > 0 || run.chaos !== null) await lab.do('recover')
      for (const name of run.mode.checks) {
        const verdict = await runCheck(run, name)
        results.push({ name, ...verdict, passed: verdict.verdict === 'valid' })
      }
    }
    for (const { expectation, broken } of await lab.finishAlways()) {
      results.push({
        name: `always ${expectation.text}`,
        verdict: 'invalid',
        why: broken ?? 'broken',
        witness: [],
        operations: 0,
        open: 0,
        passed: false,
      })
    }
    return results
  }

  #stop(cut: Cut): void {
    if (this.#cut === 'none') this.#cut = cut
    this.#limit.abort()
  }

  #broke(error: unknown): void {
    const block = this.#blocks.find((each) => !each.over) ?? this.#blocks.at(-1)
    const why = error instanceof Error ? error.message : String(error)
    block?.broke(error instanceof EnvironmentFailure ? 'environment' : 'failed', why)
  }

  #given(): readonly SettingChange[] {
    const { seed } = this.#options
    return seed === null ? this.#labRun.given : [...this.#labRun.given, { name: 'seed', value: seed }]
  }

  #runOptions(): Parameters<typeof Lab.open>[0] {
    const mode = findMode(this.#labRun.mode)
    if (mode === null) throw new Error(`there is no mode ${this.#labRun.mode}`)
    return { ...optionsFrom(mode, this.#given()), baseDir: this.#options.baseDir, patience: this.#options.patience }
  }

  #result(checks: readonly CheckResult[]): SuiteResult {
    const lab = this.#lab
    const seed = String(lab?.run.options.seed ?? this.#options.seed ?? this.#labRun.seed ?? 'random')
    const { file, lab: text } = this.#source
    const { patience, round } = this.#options
    // A lab that never opened drew none.
    const seeded = seed === 'random' ? '' : ` --seed ${seed}`
    return {
      file,
      title: text.title,
      mode: this.#labRun.mode,
      nodes: this.#labRun.nodes,
      seed,
      settings: Object.fromEntries(this.#given().map(({ name, value }) => [name, value])),
      round,
      cases: this.#blocks.map((block) => block.result(this.#stalls)),
      checks,
      ribbon: lab === null ? [] : ribbonOf(lab),
      stalls: this.#stalls,
      cut: this.#cut,
      reproduce: `splitbrain run ${file}${seeded}${patience === 1 ? '' : ` --patience ${patience}`}`,
      folder: lab?.folder ?? null,
      ms: performance.now() - this.#startedMs,
    }
  }
}

function ribbonOf(lab: Lab): RibbonSpan[] {
  const { run } = lab
  return run.health.ribbon.since(0, run.clock.nowNs()).map(({ state, fromNs, toNs }) => ({ state, ms: (toNs - fromNs) / 1e6 }))
}
