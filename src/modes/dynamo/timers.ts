/** What shall run later, in the order of its time, and at one time in the order it was asked for. */

interface Entry {
  readonly atUs: number
  readonly order: number
  run: (() => void) | null
}

export class Timers {
  readonly #heap: Entry[] = []
  #orders = 0
  nowUs = 0

  /** The function returned calls it off. */
  after(delayUs: number, run: () => void): () => void {
    const entry: Entry = { atUs: this.nowUs + Math.max(0, Math.round(delayUs)), order: this.#orders++, run }
    this.#push(entry)
    return () => {
      entry.run = null
    }
  }

  /** Absolute; Infinity when nothing waits. */
  get deadlineUs(): number {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.run !== null) return first.atUs
      this.#pop()
    }
    return Number.POSITIVE_INFINITY
  }

  /** Runs all that is due. What it makes due at once runs in the next turn, so that a turn ends. */
  runDue(): void {
    const due: Entry[] = []
    while (this.deadlineUs <= this.nowUs) {
      const entry = this.#pop()
      if (entry !== undefined) due.push(entry)
    }
    for (const entry of due) {
      const { run } = entry
      entry.run = null
      run?.()
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || before(parent, entry)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  #pop(): Entry | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const a = heap[left]
      const b = heap[left + 1]
      const child = a !== undefined && b !== undefined && before(b, a) ? left + 1 : left
      const below = heap[child]
      if (below === undefined || before(last, below)) break
      heap[at] = below
      at = child
    }
    heap[at] = last
    return first
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
}
