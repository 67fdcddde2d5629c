/** What a client that nobody met before reads once all is over, judged by the graph: exactly the versions that nothing replaced. */
import type { Graph } from './dynamo-graph.ts'
import { Violation } from './monitor.ts'

/** What the run's faults allow to be otherwise. */
export interface Pardons {
  isExcused(op: string): boolean
  wasReaped(op: string): boolean
  hasTwins(op: string): boolean
}

/** How strict a way to tell versions apart can be: whether it may lose writes, and whether it may show what was replaced. */
export interface Strictness {
  readonly losesNothing: boolean
  readonly noFalseSiblings: boolean
}

/** Throws Violation: a read showed what nobody wrote, or what certainly was not written. `values`: what it showed; null if it does not say. */
export function noPhantom(graph: Graph, key: string, seen: readonly string[], values: readonly string[] | null): void {
  for (const op of seen) {
    const write = graph.get(op)
    if (write?.outcome === 'fail') throw new Violation('phantom', `a get of ${key} showed ${op}, which was refused for certain`)
    if (write !== undefined && write.key !== key) throw new Violation('phantom', `a get of ${key} showed ${op}, which wrote ${write.key}`)
    const { value } = write ?? {}
    if (values !== null && typeof value === 'string' && !values.includes(value))
      throw new Violation('phantom', `a get of ${key} showed ${op}, but not what it wrote`)
  }
}

/** Throws Violation for the first write that is lost, shown although replaced, or back from the dead. */
export function judgeFinal(graph: Graph, key: string, seen: readonly string[], pardons: Pardons, strictness: Strictness): void {
  for (const op of seen)
    if (graph.get(op) === undefined) throw new Violation('phantom', `the last get of ${key} shows ${op}, which nobody wrote`)
  if (strictness.losesNothing) {
    for (const { op } of graph.frontier(key)) {
      if (graph.covers(seen, op) || pardons.isExcused(op) || pardons.wasReaped(op)) continue
      throw new Violation('no acknowledged write lost', `the last get of ${key} shows ${list(seen)}: ${op} is lost`)
    }
  }
  if (!strictness.noFalseSiblings) return
  for (const old of seen) {
    if (pardons.hasTwins(old)) continue
    const young = graph.of(key).filter(({ op, outcome }) => (outcome === 'ok' || seen.includes(op)) && graph.replaced(old, op))
    const by = young.find(({ op }) => !pardons.isExcused(op))
    if (by === undefined) continue
    const deleted = young.find(({ value }) => value === null)
    if (deleted !== undefined)
      throw new Violation('no deleted value returns', `the last get of ${key} shows ${list(seen)}: ${deleted.op} deleted ${old}`)
    throw new Violation('no false sibling', `the last get of ${key} shows ${list(seen)}: ${by.op} replaced ${old}`)
  }
}

function list(ops: readonly string[]): string {
  return ops.length === 0 ? 'nothing' : ops.join(' ')
}
