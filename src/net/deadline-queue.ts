/** Items by the time they are due, first come first out at a tie: a binary heap. Bounded by its callers. */
interface Entry<T> {
  readonly atMs: number
  readonly order: number
  readonly item: T
}

export class DeadlineQueue<T> {
  readonly #heap: Entry<T>[] = []
  #order = 0

  get size(): number {
    return this.#heap.length
  }

  /** When the first item is due; Infinity when there is none. */
  get nextMs(): number {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  push(atMs: number, item: T): void {
    const entry = { atMs, order: this.#order++, item }
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !before(entry, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  /** The first item if it is due at `nowMs`, else undefined. */
  popDue(nowMs: number): T | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.atMs > nowMs) return undefined
    const last = this.#heap.pop()
    if (last !== undefined && last !== first) this.#sink(last)
    return first.item
  }

  /** Puts an entry where the removed top was and lets it find its place. */
  #sink(entry: Entry<T>): void {
    const heap = this.#heap
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const left = heap[child]
      const right = heap[child + 1]
      const smaller = right !== undefined && left !== undefined && before(right, left) ? child + 1 : child
      const below = heap[smaller]
      if (below === undefined || !before(below, entry)) break
      heap[at] = below
      at = smaller
    }
    heap[at] = entry
  }
}

function before<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
