/** Runs the blocks of a lab file on a running lab, command by command, and lets each block's draft judge the answers. `run` and `play` share it. */
import { EnvironmentFailure } from '../host/failure.ts'
import type { CaseResult, CommandResult } from '../report/result.ts'
import type { BlockDraft } from './block.ts'
import { innermost, type Lab } from './lab.ts'
import { formatAnswer } from './language/answers.ts'
import type { LabStep } from './language/lab-types.ts'
import type { Mark } from './session.ts'
import { tellSample } from './told.ts'

export interface BlockRunnerOptions {
  readonly lab: Lab
  /** Gives up the command that runs. */
  readonly signal: AbortSignal
  /** Runs through every `reset`, with which a run's own clock starts again. */
  nowNs(): number
  /** Why a block that ends now was cut short, in words; null if it was not. */
  cut(): string | null
  /** All commands of the block have ended, those in the background too. */
  onOver(block: BlockDraft): void
  /** A person watches: awaited before each command. */
  before?(block: BlockDraft, step: LabStep): Promise<void>
  onJudged?(block: BlockDraft, result: CommandResult): void
}

export class BlockRunner {
  readonly #options: BlockRunnerOptions
  readonly #background = new Set<Promise<void>>()
  /** Where the todo blocks began, for the blocks that judge them. */
  readonly #marks = new Map<string, Mark>()

  constructor(options: BlockRunnerOptions) {
    this.#options = options
  }

  /** `goesOn` is asked before each command. */
  async run(block: BlockDraft, goesOn: () => boolean): Promise<void> {
    await this.begin(block)
    await this.perform(block, block.block.steps, goesOn)
    this.end(block)
  }

  /** A block that judges a student's counts from where the student began. */
  async begin(block: BlockDraft): Promise<void> {
    const { lab } = this.#options
    const { role } = block.block
    const messages = await lab.run.passedMessages()
    const nowNs = lab.run.clock.nowNs()
    const judged = role.kind === 'check' ? this.#marks.get(role.name) : undefined
    if (judged !== undefined) lab.session.beginCheck(judged, nowNs)
    else {
      const mark = lab.session.beginBlock(nowNs, messages)
      if (role.kind === 'todo') this.#marks.set(role.name, mark)
    }
    block.begin(this.#options.nowNs())
    tell(lab, block, 'begun')
  }

  async perform(block: BlockDraft, steps: readonly LabStep[], goesOn: () => boolean): Promise<void> {
    for (const step of steps) {
      if (!goesOn() || block.wrong) return
      await this.#options.before?.(block, step)
      const running = this.#step(block, step)
      if (step.command.background) this.#sendOff(block, running)
      else await running
    }
  }

  end(block: BlockDraft): void {
    const { lab } = this.#options
    lab.session.stopRepeating()
    block.end(this.#options.nowNs(), lab.run.events.recent(), this.#options.cut())
    if (block.over) this.#over(block)
  }

  /** Resolves when nothing runs in the background any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#background)
  }

  async #step(block: BlockDraft, step: LabStep): Promise<void> {
    const { lab, signal } = this.#options
    const startedMs = performance.now()
    let lateMs = 0
    const unlisten = lab.on('event', (event) => {
      if (event.type === 'late' && typeof event.lateMs === 'number' && step.command.text.endsWith(String(event.command)))
        lateMs = event.lateMs
    })
    try {
      const answer = await lab.execute(step.command, signal)
      const lines = formatAnswer(answer, innermost(step.command).name)
      const result = block.judge(step, answer, lines, { ms: performance.now() - startedMs, lateMs }, signal.aborted)
      this.#options.onJudged?.(block, result)
      if (lab.run.failure !== null) breakBlock(block, new EnvironmentFailure(`the lab broke: ${lab.run.failure.message}`))
    } catch (error) {
      breakBlock(block, error)
    } finally {
      unlisten()
    }
  }

  /** Judged when it ends, whichever block runs by then. */
  #sendOff(block: BlockDraft, running: Promise<void>): void {
    block.waiting += 1
    const watched = running.finally(() => {
      this.#background.delete(watched)
      block.waiting -= 1
      if (block.over) this.#over(block)
    })
    this.#background.add(watched)
  }

  #over(block: BlockDraft): void {
    tell(this.#options.lab, block, block.status)
    this.#options.onOver(block)
  }
}

/** Which block runs, and what became of it, in the one stream, so that whoever draws the run can show the lesson beside it. */
export function tell({ run }: Lab, { file, block: { line, heading } }: BlockDraft, status: CaseResult['status'] | 'begun'): void {
  tellSample(run.events, { type: 'block', file, line, heading, status: status === 'environment' ? 'failed' : status })
}

/** What was thrown instead of answered. */
export function breakBlock(block: BlockDraft | undefined, error: unknown): void {
  block?.broke(error instanceof EnvironmentFailure ? 'environment' : 'failed', error instanceof Error ? error.message : String(error))
}
