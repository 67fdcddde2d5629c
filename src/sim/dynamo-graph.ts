/**
 * Which write replaced which, from what clients were told (`lineage`), never from a clock. A write is named by its client; an edge
 * runs from a write to each version that its context held. Judged against this graph, the store's clocks have no say.
 */

export interface GraphWrite {
  readonly op: string
  readonly key: string
  /** Null deletes; undefined: only its client knows. */
  readonly value: string | null | undefined
  /** Null while its client still waits. `info`: it may have happened or may yet. */
  readonly outcome: 'ok' | 'info' | 'fail'
  /** The writes whose versions its context held. */
  readonly over: readonly string[]
}

export class Graph {
  readonly #writes = new Map<string, GraphWrite>()
  /** A write to all that it replaced, once that is known for certain. */
  readonly #closed = new Map<string, ReadonlySet<string>>()
  readonly #byKey = new Map<string, GraphWrite[]>()
  /** Per key: acknowledged writes that no other acknowledged write is known to have replaced. */
  readonly #frontiers = new Map<string, readonly GraphWrite[]>()

  add(write: GraphWrite): void {
    this.#writes.set(write.op, write)
    const ofKey = this.#byKey.get(write.key) ?? []
    this.#byKey.set(write.key, ofKey)
    ofKey.push(write)
    // Settled now, or nobody would settle those above it.
    this.#ancestors(write.op)
    const tops = [...this.frontier(write.key), ...(write.outcome === 'ok' ? [write] : [])]
    this.#frontiers.set(
      write.key,
      tops.filter(({ op }) => !tops.some((other) => this.replaced(op, other.op))),
    )
  }

  get(op: string): GraphWrite | undefined {
    return this.#writes.get(op)
  }

  keys(): readonly string[] {
    return [...this.#byKey.keys()]
  }

  of(key: string): readonly GraphWrite[] {
    return this.#byKey.get(key) ?? []
  }

  /** Whether `young` replaced `old`, directly or through others; a write does not replace itself. */
  replaced(old: string, young: string): boolean {
    return old !== young && this.#walk([young], old) === 'covered'
  }

  /** Whether `young` replaced `old` itself: it was in its context. */
  replacedItself(old: string, young: string): boolean {
    return this.#writes.get(young)?.over.includes(old) ?? false
  }

  /** Whether one of these writes is `old`, or replaced it. */
  covers(ops: Iterable<string>, old: string): boolean {
    return this.#walk(ops, old) === 'covered'
  }

  /** The same, but for `unknown`: a client that still waits may have done it. */
  coverage(ops: Iterable<string>, old: string): 'covered' | 'uncovered' | 'unknown' {
    return this.#walk(ops, old)
  }

  #walk(ops: Iterable<string>, old: string): 'covered' | 'uncovered' | 'unknown' {
    const met = new Set<string>(ops)
    if (met.has(old)) return 'covered'
    const open = [...met]
    let unknown = false
    for (let op = open.pop(); op !== undefined; op = open.pop()) {
      const all = this.#ancestors(op)
      if (all?.has(old) === true) return 'covered'
      if (all !== null) continue
      const write = this.#writes.get(op)
      if (write === undefined) unknown = true
      for (const under of write?.over ?? []) {
        if (under === old) return 'covered'
        if (!met.has(under)) {
          met.add(under)
          open.push(under)
        }
      }
    }
    return unknown ? 'unknown' : 'uncovered'
  }

  /** All that the write replaced, if every write among them is known. */
  #ancestors(op: string): ReadonlySet<string> | null {
    const known = this.#closed.get(op)
    if (known !== undefined) return known
    const write = this.#writes.get(op)
    if (write === undefined) return null
    const all = new Set<string>(write.over)
    for (const under of write.over) {
      const below = this.#closed.get(under)
      // Only what its neighbours settled: a chain is settled from its old end, as its clients are answered.
      if (below === undefined) return null
      for (const one of below) all.add(one)
    }
    this.#closed.set(op, all)
    return all
  }

  /** What must be somewhere: acknowledged writes but for those that acknowledged ones replaced. */
  frontier(key: string): readonly GraphWrite[] {
    return this.#frontiers.get(key) ?? []
  }
}
