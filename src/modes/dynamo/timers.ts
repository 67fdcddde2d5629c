/** What shall run later, in the order of its time, and at one time in the order it was asked for. */

interface Entry {
  readonly atUs: number
  readonly order: number
  /** Null once it ran or was called off. */
  run: (() => void) | null
}

/** Most timers are called off long before their time (the answer came): beyond so many, those are cleared out when they are the most. */
const FEW = 256

export class Timers {
  /** A binary heap, the earliest first; what was called off goes when it comes to the top. */
  #heap: Entry[] = []
  #waiting = 0
  #asked = 0
  nowUs = 0

  /** The function returned calls it off. */
  after(delayUs: number, run: () => void): () => void {
    const entry: Entry = { atUs: this.nowUs + Math.max(0, Math.round(delayUs)), order: this.#asked++, run }
    this.#push(entry)
    this.#waiting++
    return () => {
      if (entry.run === null) return
      entry.run = null
      this.#waiting--
      if (this.#heap.length > FEW && this.#heap.length > 2 * this.#waiting) this.#clear()
    }
  }

  /** Absolute; Infinity when nothing waits. What was called off wakes nobody: a turn for nothing costs as much as a message. */
  get deadlineUs(): number {
    const heap = this.#heap
    while (heap[0]?.run === null) this.#pop()
    return heap[0]?.atUs ?? Number.POSITIVE_INFINITY
  }

  /** Runs all that is due. What that makes due at once runs in the next turn, so that a turn ends. */
  runDue(): void {
    if (this.deadlineUs > this.nowUs) return
    const due: Entry[] = []
    while ((this.#heap[0]?.atUs ?? Number.POSITIVE_INFINITY) <= this.nowUs) due.push(this.#pop())
    for (const entry of due) {
      const { run } = entry
      if (run === null) continue
      entry.run = null
      this.#waiting--
      run()
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above] as Entry
      if (!isBefore(entry, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  /** The first; there must be one. */
  #pop(): Entry {
    const heap = this.#heap
    const first = heap[0] as Entry
    const last = heap.pop() as Entry
    if (heap.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below++
      const child = heap[below] as Entry
      if (!isBefore(child, last)) break
      heap[at] = child
      at = below
    }
    heap[at] = last
    return first
  }

  /** In order they are a heap again. */
  #clear(): void {
    this.#heap = this.#heap.filter(({ run }) => run !== null).sort((a, b) => a.atUs - b.atUs || a.order - b.order)
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
}
