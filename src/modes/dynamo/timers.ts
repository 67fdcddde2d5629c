/** What shall run later, in the order of its time, and at one time in the order it was asked for. */
import { EventHeap } from '../../machine/heap.ts'

export class Timers {
  readonly #heap = new EventHeap()
  #calledOff = 0
  nowUs = 0

  /** The function returned calls it off. */
  after(delayUs: number, run: () => void): () => void {
    let waits = true
    this.#heap.push(this.nowUs + Math.max(0, Math.round(delayUs)), () => {
      if (!waits) {
        this.#calledOff--
        return
      }
      waits = false
      run()
    })
    return () => {
      if (waits) this.#calledOff++
      waits = false
    }
  }

  /** Absolute; Infinity when nothing waits. What was called off may still wake its owner, once and for nothing. */
  get deadlineUs(): number {
    return this.#heap.size === this.#calledOff ? Number.POSITIVE_INFINITY : this.#heap.nextAtUs
  }

  /** Runs all that is due. What that makes due at once runs in the next turn, so that a turn ends. */
  runDue(): void {
    const due: (() => void)[] = []
    while (this.#heap.nextAtUs <= this.nowUs) {
      const entry = this.#heap.pop()
      if (entry !== null) due.push(entry.run)
    }
    for (const run of due) run()
  }
}
