/** What the disks of all nodes together still have of a write, and which writes went with the disks and buffers that faults took. */
import type { Graph } from './dynamo-graph.ts'
import { opsOf, type Records } from './dynamo-records.ts'

export class Disks {
  readonly #nodes: readonly Records[]
  readonly #graph: Graph
  readonly #excused = new Set<string>()

  constructor(nodes: readonly Records[], graph: Graph) {
    this.#nodes = nodes
    this.#graph = graph
  }

  get excused(): number {
    return this.#excused.size
  }

  /** Whether losing this write is what the mode allows: it, or something that replaced it, went with every disk that had it. */
  isExcused(op: string): boolean {
    return this.#graph.covers(this.#excused, op)
  }

  /**
   * Whether any later life of the node would find the write, or what replaced it: a power cut may take what is not synced, or leave it.
   * `unknown`: a client that still waits may have replaced it.
   */
  holds({ synced, written }: Records, key: string, op: string): 'covered' | 'uncovered' | 'unknown' {
    const now = this.#graph.coverage(synced.of(key).flatMap(opsOf), op)
    const soon = this.#graph.coverage(written.of(key).flatMap(opsOf), op)
    if (now === 'uncovered' || soon === 'uncovered') return 'uncovered'
    return now === 'unknown' || soon === 'unknown' ? 'unknown' : 'covered'
  }

  someHolds(key: string, op: string): boolean {
    return this.#nodes.some((node) => this.holds(node, key, op) !== 'uncovered')
  }

  /** A fault just took a disk or a buffer: those of these writes that are on no other are nobody's fault. */
  excuseWhatNoneHas(ops: Iterable<readonly [key: string, op: string]>): void {
    for (const [key, op] of ops) if (!this.#nodes.some((node) => this.holds(node, key, op) === 'covered')) this.#excused.add(op)
  }
}
