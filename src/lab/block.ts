/** A block of a lab while it runs: what was asked, what was answered, and how that reads in the result. */
import { performance } from 'node:perf_hooks'
import type { CaseResult, CaseStatus, CommandResult, Stall } from '../report/result.ts'
import type { LabBlock, LabStep } from './language/lab-types.ts'
import { matchAnswer } from './language/match.ts'
import type { Answer, LabEvent } from './types.ts'

const EVENTS_KEPT = 10

/** Commands that judge: an `unknown` of theirs is a verdict, not a failure. */
const JUDGING = new Set(['expect', 'check'])

export class BlockDraft {
  readonly file: string
  readonly block: LabBlock
  /** Background commands that have not ended. */
  waiting = 0
  reported = false
  readonly answers: { readonly line: number; readonly answer: readonly string[] }[] = []
  #status: CaseStatus = 'skipped'
  #why: string | null = null
  #commands: CommandResult[] = []
  #events: readonly LabEvent[] = []
  #startNs = 0
  /** A clock of its own, since `reset` starts the run's anew. */
  #startMs = 0
  #ms = 0
  #endNs: number | null = null

  constructor(file: string, block: LabBlock) {
    this.file = file
    this.block = block
  }

  get wrong(): boolean {
    return this.#status === 'failed' || this.#status === 'unknown' || this.#status === 'environment'
  }

  /** All its commands have ended, those in the background too. */
  get over(): boolean {
    return this.#endNs !== null && this.waiting === 0
  }

  begin(nowNs: number): void {
    this.#startNs = nowNs
    this.#startMs = performance.now()
    this.#status = 'passed'
  }

  judge(
    step: LabStep,
    answer: Answer,
    lines: readonly string[],
    timing: { readonly ms: number; readonly lateMs: number },
    stopped: boolean,
  ): void {
    const match = matchAnswer(step.expected, lines)
    const passed = step.expected.length > 0 ? match.ok : answer.status === 'ok'
    const expected = step.expected.length > 0 ? step.expected.join('\n') : null
    this.answers.push({ line: step.line, answer: lines })
    this.#commands.push({ line: step.line, command: step.command.text, passed, expected, actual: lines.join('\n'), ...timing })
    if (passed || this.wrong || stopped) return
    const verdict = answer.status === 'unknown' && JUDGING.has(step.command.name) ? 'unknown' : 'failed'
    this.broke(verdict, `${step.command.text}: ${match.ok ? (lines[0] ?? '') : `expected ${match.expected}, got ${match.actual}`}`)
  }

  broke(status: 'failed' | 'unknown' | 'environment', why: string): void {
    this.#status = status
    this.#why = why
  }

  end(nowNs: number, events: readonly LabEvent[], stopped: boolean): void {
    this.#endNs = nowNs
    this.#ms = performance.now() - this.#startMs
    this.#events = events.filter((event) => event.text !== undefined).slice(-EVENTS_KEPT)
    if (stopped && !this.wrong) this.broke('failed', 'it did not come to its end: the time limit, or ctrl-C')
  }

  result(stalls: readonly Stall[]): CaseResult {
    const endNs = this.#endNs ?? this.#startNs
    const mine = this.#status === 'skipped' ? [] : stalls.filter((stall) => stall.time >= this.#startNs && stall.time <= endNs + 1e8)
    const longest = Math.max(0, ...mine.map((stall) => stall.ms))
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
      ms: this.#ms,
    }
  }
}
