/**
 * A checker that judges the history so far, again and again while the run goes on, in the thread that also judges it in the end. What was
 * broken in the beginning stays broken whatever follows; that the beginning was right is said with how much of it was looked at. Of a history
 * that grew too long a beginning is judged a last time, and from then on the row says that it speaks of no more than that.
 */
import type { CheckLimits, Verdict } from '../../check/types.ts'
import type { CheckRequest } from '../../check/worker.ts'
import type { InvariantRow } from '../../modes/face.ts'
import { checkInThread } from '../check-thread.ts'

/** What the history's file holds for certain by now. */
export interface Written {
  readonly path: string
  readonly events: number
  readonly bytes: number
}

/** Two of the machine's seconds at most for one look. */
const LIMITS: CheckLimits = { timeMs: 2_000, configurations: 200_000 }
const FIRST_MS = 1_500
const EVERY_MS = 5_000
/** A look rests so many times as long as it took: the screen must not cost what the cluster needs. */
const RESTS = 80
/** Of a history of more, only a beginning of no more is judged here: the whole of it once, by whoever asks. */
const MOST_EVENTS = 20_000

export type Judge = (request: CheckRequest) => Promise<Verdict>

export class LiveVerdict {
  readonly #checker: string
  readonly #judge: Judge
  #row: InvariantRow
  #judged = 0
  /** The longest beginning that is not too long. */
  #within: Written | null = null
  /** Operations of the beginning that was right. */
  #right: number | null = null
  #running = false
  readonly #nowMs: () => number
  #nextMs: number

  constructor(checker: string, judge: Judge = checkInThread, nowMs: () => number = () => performance.now()) {
    this.#checker = checker
    this.#judge = judge
    this.#nowMs = nowMs
    this.#nextMs = nowMs() + FIRST_MS
    this.#row = { name: `${checker} so far`, holds: null, why: 'no operation was acknowledged' }
  }

  get row(): InvariantRow {
    return this.#row
  }

  /** Judges if it is time, and there is something new. Resolves when it is judged; never rejects. */
  async look(written: Written): Promise<void> {
    if (written.bytes === 0) return
    if (written.events <= MOST_EVENTS) this.#within = written
    if (this.#running || this.#row.holds === false || this.#nowMs() < this.#nextMs) return
    if (this.#within !== null && this.#within.events !== this.#judged) await this.#judgeUpTo(this.#within)
    else if (written.events > MOST_EVENTS) this.#say(null, this.#restWords())
  }

  async #judgeUpTo({ path, events, bytes }: Written): Promise<void> {
    this.#running = true
    this.#judged = events
    const fromMs = this.#nowMs()
    try {
      this.#hear(await this.#judge({ path, checker: this.#checker, limits: LIMITS, bytes }))
    } catch (error) {
      this.#say(null, `the checker broke: ${error instanceof Error ? error.message : String(error)}`)
    }
    const nowMs = this.#nowMs()
    this.#nextMs = nowMs + Math.max(EVERY_MS, RESTS * (nowMs - fromMs))
    this.#running = false
  }

  #hear({ verdict, why, operations }: Verdict): void {
    if (verdict === 'invalid') this.#say(false, why)
    else if (verdict === 'unknown') this.#say(null, why)
    else if (operations > 0) {
      this.#right = operations
      this.#say(true, `${operations} operation${operations === 1 ? '' : 's'}`)
    }
  }

  /** Once there is more than is judged here. */
  #restWords(): string {
    const rest = `check ${this.#checker} judges`
    return this.#right === null ? `more than is judged while it runs; ${rest} it` : `the first ${this.#right} operations are; ${rest} all`
  }

  #say(holds: boolean | null, why: string): void {
    this.#row = { name: this.#row.name, holds, why }
  }
}
