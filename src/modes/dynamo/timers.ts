/** What shall run later, in the order of its time, and at one time in the order it was asked for. */
import { EventHeap } from '../../machine/heap.ts'

/** Most timers are called off long before their time; with so many of them the heap is made anew without. */
const MOST_CALLED_OFF = 4_096

export class Timers {
  #heap = new EventHeap()
  readonly #calledOff = new Set<() => void>()
  nowUs = 0

  /** The function returned calls it off. */
  after(delayUs: number, run: () => void): () => void {
    let waits = true
    const runOnce = (): void => {
      this.#calledOff.delete(runOnce)
      if (!waits) return
      waits = false
      run()
    }
    this.#heap.push(this.nowUs + Math.max(0, Math.round(delayUs)), runOnce)
    return () => {
      if (!waits) return
      waits = false
      this.#calledOff.add(runOnce)
      if (this.#calledOff.size >= MOST_CALLED_OFF && this.#calledOff.size * 2 > this.#heap.size) this.#sweep()
    }
  }

  /** Absolute; Infinity when nothing waits. What was called off may still wake its owner, once and for nothing. */
  get deadlineUs(): number {
    return this.#heap.size === this.#calledOff.size ? Number.POSITIVE_INFINITY : this.#heap.nextAtUs
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

  /** In the order of their turns, so that this order stays. */
  #sweep(): void {
    const swept = new EventHeap()
    for (let entry = this.#heap.pop(); entry !== null; entry = this.#heap.pop()) {
      if (!this.#calledOff.has(entry.run)) swept.push(entry.atUs, entry.run)
    }
    this.#calledOff.clear()
    this.#heap = swept
  }
}
