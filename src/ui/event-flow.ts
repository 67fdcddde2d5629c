/**
 * How many event lines a screen can take before nobody can read or type any more: a bucket. What does not fit is counted and said in one line;
 * what tells of verdicts, health and faults always fits.
 */
import type { LabEvent } from '../lab/types.ts'

/** Lines at once, as an election of nine nodes makes them. */
const BURST = 60
/** Lines a second, for as long as it lasts. */
const PER_SECOND = 8
/** The count is told this often while the storm goes on. Milliseconds. */
const TOLD_EVERY_MS = 1000

const always: readonly string[] = ['health', 'finding', 'fault', 'undone', 'check', 'failure']

export class EventFlow {
  #room = BURST
  #atMs = 0
  #left = 0
  #toldMs = Number.NEGATIVE_INFINITY

  /** Whether `event` is to be shown now. */
  admit(event: LabEvent, nowMs: number): boolean {
    this.#room = Math.min(BURST, this.#room + ((nowMs - this.#atMs) / 1000) * PER_SECOND)
    this.#atMs = nowMs
    if (always.includes(event.type) || event.failed === true) return true
    if (this.#room < 1) {
      this.#left++
      return false
    }
    this.#room--
    return true
  }

  /** How many were kept back since it was last told; 0 while it is too soon to tell. */
  told(nowMs: number): number {
    if (this.#left === 0 || nowMs - this.#toldMs < TOLD_EVERY_MS) return 0
    const left = this.#left
    this.#left = 0
    this.#toldMs = nowMs
    return left
  }
}
