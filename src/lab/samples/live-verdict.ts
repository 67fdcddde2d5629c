/**
 * A checker that judges the history so far, again and again while the run goes on, in the thread that also judges it in the end. What was
 * broken in the beginning stays broken whatever follows; that the beginning was right is said with how much of it was looked at.
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
/** A history of more is judged once, in the end, by whoever asks. */
const MOST_EVENTS = 20_000

export type Judge = (request: CheckRequest) => Promise<Verdict>

export class LiveVerdict {
  readonly #checker: string
  readonly #judge: Judge
  #row: InvariantRow
  #judged = 0
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
  async look({ path, events, bytes }: Written): Promise<void> {
    if (bytes === 0 || this.#running || this.#row.holds === false || events === this.#judged || this.#nowMs() < this.#nextMs) return
    if (events > MOST_EVENTS) {
      this.#say(null, `${events} lines are too many to judge again and again; check ${this.#checker} judges them once`)
      this.#judged = events
      return
    }
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
    else if (operations > 0) this.#say(true, `${operations} operation${operations === 1 ? '' : 's'}`)
  }

  #say(holds: boolean | null, why: string): void {
    this.#row = { name: this.#row.name, holds, why }
  }
}
