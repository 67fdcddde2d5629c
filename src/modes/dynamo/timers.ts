/** What shall run later, in the order of its time, and at one time in the order it was asked for. */
import { EventHeap } from '../../machine/heap.ts'

interface Entry {
  waits: boolean
  readonly atUs: number
  readonly run: () => void
}

/** Most timers are called off long before their time (the answer came): beyond this many of them the heap is built anew. */
const MOST_CALLED_OFF = 4_096

export class Timers {
  #heap = new EventHeap()
  #entries = new Set<Entry>()
  nowUs = 0

  /** The function returned calls it off. */
  after(delayUs: number, run: () => void): () => void {
    const entry: Entry = { waits: true, atUs: this.nowUs + Math.max(0, Math.round(delayUs)), run }
    this.#entries.add(entry)
    this.#push(entry)
    return () => {
      if (!entry.waits) return
      entry.waits = false
      this.#entries.delete(entry)
      if (this.#heap.size > MOST_CALLED_OFF && this.#heap.size > 2 * this.#entries.size) this.#rebuild()
    }
  }

  /** Absolute; Infinity when nothing waits. What was called off may still wake its owner, once and for nothing. */
  get deadlineUs(): number {
    return this.#entries.size === 0 ? Number.POSITIVE_INFINITY : this.#heap.nextAtUs
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

  #push(entry: Entry): void {
    this.#heap.push(entry.atUs, () => {
      if (!entry.waits) return
      entry.waits = false
      this.#entries.delete(entry)
      entry.run()
    })
  }

  /** A set keeps the order in which things came, so what is due at one time stays in its order. */
  #rebuild(): void {
    this.#heap = new EventHeap()
    for (const entry of this.#entries) this.#push(entry)
  }
}
