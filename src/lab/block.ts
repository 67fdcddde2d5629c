/** A block of a lab while it runs: what was asked, what was answered, and how that reads in the result. */
import { tellingStalls } from '../report/format.ts'
import type { CaseResult, CaseStatus, CommandResult, Stall } from '../report/result.ts'
import { innermost } from './lab.ts'
import type { LabBlock, LabStep } from './language/lab-types.ts'
import { type GivenAnswer, matchAnswer } from './language/match.ts'
import type { Answer, LabEvent } from './types.ts'

const EVENTS_KEPT = 10
/** A stall is told when it is over, which may be after the block. */
const STALL_SLACK_NS = 1e8

/** Commands that judge: an `unknown` of theirs is a verdict, not a failure. */
const JUDGING = new Set(['expect', 'check'])

/** `compare`: answers must read as the file says. `rewrite`: the file will say what was answered; only judgements can fail. */
export type AnswerRule = 'compare' | 'rewrite'

export class BlockDraft {
  readonly file: string
  readonly block: LabBlock
  /** Background commands that have not ended. */
  waiting = 0
  /** For `--update`: what commands answered, judgements apart. */
  readonly answers: GivenAnswer[] = []
  readonly #rule: AnswerRule
  #status: CaseStatus = 'skipped'
  #why: string | null = null
  #commands: CommandResult[] = []
  #events: readonly LabEvent[] = []
  #startNs: number | null = null
  #endNs: number | null = null

  constructor(file: string, block: LabBlock, rule: AnswerRule) {
    this.file = file
    this.block = block
    this.#rule = rule
  }

  get status(): CaseStatus {
    return this.#status
  }

  get wrong(): boolean {
    return this.#status === 'failed' || this.#status === 'unknown' || this.#status === 'environment'
  }

  /** The machine or the lab itself failed, not what was asked. */
  get broken(): boolean {
    return this.#status === 'environment'
  }

  /** All its commands have ended, those in the background too. */
  get over(): boolean {
    return this.#endNs !== null && this.waiting === 0
  }

  get begun(): boolean {
    return this.#startNs !== null
  }

  begin(nowNs: number): void {
    this.#startNs = nowNs
    this.#status = 'passed'
  }

  /** `cut`: the run was being stopped, so the answer says nothing. */
  judge(
    step: LabStep,
    answer: Answer,
    lines: readonly string[],
    timing: Pick<CommandResult, 'ms' | 'lateMs'>,
    cut: boolean,
  ): CommandResult {
    const judging = JUDGING.has(innermost(step.command).name)
    const free = this.#rule === 'rewrite' && !judging
    const match = matchAnswer(step.expected, lines)
    const passed = free || (step.expected.length > 0 ? match.ok : answer.status === 'ok')
    const expected = step.expected.length > 0 ? step.expected.join('\n') : null
    if (free && !cut) this.answers.push({ line: step.line, answer: lines })
    const result = { line: step.line, command: step.command.text, passed, expected, actual: lines.join('\n'), ...timing }
    this.#commands.push(result)
    if (passed || cut) return result
    const why = match.ok ? (lines[0] ?? '') : `expected ${match.expected}, got ${match.actual}`
    this.broke(answer.status === 'unknown' && judging ? 'unknown' : 'failed', `${step.command.text}: ${why}`)
    return result
  }

  /** The first reason stands. */
  broke(status: 'failed' | 'unknown' | 'environment', why: string): void {
    if (this.wrong) return
    this.#status = status
    this.#why = why
  }

  /** `cut`: what stopped it before its end, in words; the run's own outcome says so too, so it is no failure of the block. */
  end(nowNs: number, events: readonly LabEvent[], cut: string | null): void {
    this.#endNs = nowNs
    this.#events = events.filter((event) => event.text !== undefined).slice(-EVENTS_KEPT)
    if (cut === null || this.wrong) return
    this.#status = 'skipped'
    this.#why = `${cut} came before its end`
  }

  result(stalls: readonly Stall[]): CaseResult {
    const startNs = this.#startNs ?? 0
    const endNs = this.#endNs ?? startNs
    const mine = this.#startNs === null ? [] : stalls.filter(({ time }) => time >= startNs && time <= endNs + STALL_SLACK_NS)
    const longest = Math.max(0, ...tellingStalls(mine).map((stall) => stall.ms))
    const stalled = this.wrong && longest > 0 ? `; the machine stalled ${Math.round(longest)} ms` : ''
    return {
      file: this.file,
      line: this.block.line,
      heading: this.block.heading,
      status: this.#status,
      why: this.#why === null ? null : `${this.#why}${stalled}`,
      commands: [...this.#commands].sort((a, b) => a.line - b.line),
      events: this.#events,
      stalls: mine,
      ms: (endNs - startNs) / 1e6,
    }
  }
}
