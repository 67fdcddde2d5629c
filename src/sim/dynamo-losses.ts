/**
 * What Dynamo may lose, and what not: an acknowledged write is somewhere until something replaced it, or until every disk that had it is
 * gone. Whether one write replaced another the oracle graph decides.
 */
import type { EndpointId } from '../machine/contract.ts'
import { buildRing } from '../modes/dynamo/ring/build.ts'
import { removedFrom } from '../modes/dynamo/ring/history.ts'
import type { Ring } from '../modes/dynamo/ring/ring.ts'
import type { DynamoOptions } from '../modes/dynamo/settings.ts'
import type { Copy } from '../modes/dynamo/versions.ts'
import { Disks } from './dynamo-disks.ts'
import type { Graph, GraphWrite } from './dynamo-graph.ts'
import { opsOf, type Records } from './dynamo-records.ts'
import { Violation } from './monitor.ts'

/** A copy that no longer has an acknowledged write, and whose writes are not all answered yet: it is judged once they are. */
interface Suspicion {
  readonly node: EndpointId
  readonly old: string
  readonly ops: readonly string[]
  readonly how: string
}

/** How many nodes an acknowledged write was to reach, and the monitor's era when it was asked. */
export interface Answered {
  readonly needed: number
  readonly era: number
}

export class Losses {
  readonly #nodes: ReadonlyMap<EndpointId, Records>
  readonly #options: DynamoOptions
  readonly #graph: Graph
  readonly #disks: Disks
  /** Deletes whose tombstone somebody dropped. */
  readonly #reaped = new Set<string>()
  readonly #suspicions = new Map<string, Suspicion[]>()
  /** Node and key: it let the key go at some time. */
  readonly #let = new Set<string>()
  readonly #rings = new Map<string, Ring>()
  #era = 0

  constructor(nodes: ReadonlyMap<EndpointId, Records>, options: DynamoOptions, graph: Graph) {
    this.#nodes = nodes
    this.#options = options
    this.#graph = graph
    this.#disks = new Disks([...nodes.values()], graph)
  }

  /** Counts disks lost and processes that ended. */
  get era(): number {
    return this.#era
  }

  /** How many writes nobody is to blame for. */
  get excused(): number {
    return this.#disks.excused
  }

  /** Lww loses by design; the paper's clock has its hole, so only a merge may not lose: that is judged by its own checks. */
  get losesNothing(): boolean {
    return this.#options.versions === 'dotted' || this.#options.versions === 'merged'
  }

  isExcused(op: string): boolean {
    return this.#disks.isExcused(op)
  }

  wasReaped(op: string): boolean {
    return this.#graph.covers(this.#reaped, op)
  }

  // -- what happened

  /** What a node only held in memory is gone: where the mode allows that, what no disk has is nobody's fault. */
  crashed(): void {
    this.#era++
    if (this.#options.durability === 'all') return
    this.#disks.excuseWhatNoneHas(this.#graph.keys().flatMap((key) => this.#graph.frontier(key).map(({ op }) => [key, op] as const)))
  }

  wiped(node: Records): void {
    const had = node.everything().map(([key, { op }]) => [key, op] as const)
    node.wipe(++this.#era)
    this.#disks.excuseWhatNoneHas(had)
  }

  /** A client was told what became of its write: the graph has it now. */
  answered(write: GraphWrite, how: Answered): void {
    if (write.outcome === 'ok' && this.losesNothing) this.#isDurable(write, how)
    const waiting = this.#suspicions.get(write.key) ?? []
    this.#suspicions.delete(write.key)
    for (const suspicion of waiting) this.#lost(write.key, suspicion)
  }

  /** What a copy had it keeps, or has what replaced it. */
  keeps(node: EndpointId, key: string, before: Copy, after: Copy, what: string): void {
    if (!this.losesNothing) return
    const ops = opsOf(after)
    for (const old of new Set(opsOf(before)))
      if (!ops.includes(old)) this.#lost(key, { node, old, ops, how: `its ${what} went from ${opsOf(before)} to ${ops}` })
  }

  #lost(key: string, suspicion: Suspicion): void {
    const { node, old, ops, how } = suspicion
    const coverage = this.#graph.coverage(ops, old)
    if (this.#graph.get(old)?.outcome === 'fail' || coverage === 'covered') return
    if (coverage === 'unknown' || this.#graph.get(old) === undefined) {
      const waiting = this.#suspicions.get(key) ?? []
      waiting.push(suspicion)
      this.#suspicions.set(key, waiting)
      return
    }
    throw new Violation('no acknowledged write lost', `${node} lost ${old} of ${key}, which nothing there replaced: ${how}`)
  }

  /** Its record that it keeps the key no longer is written. */
  dropped(node: Records, key: string, before: Copy | null): void {
    this.#let.add(`${node.node} ${key}`)
    if (before === null) return
    if (this.#wasRemoved(node.node)) this.#forgets(key, before)
    else this.#mayDrop(node, key, before)
  }

  /** Its record that the hint is no longer needed is written. */
  hintGone({ node }: Records, key: string, home: EndpointId, before: Copy): void {
    if (this.#wasRemoved(node)) {
      this.#let.add(`${node} ${key}`)
      this.#forgets(key, before)
    } else this.#areElsewhere(node, key, before, `confirmed its hint for ${home}`)
  }

  // -- what must hold

  /** Of tombstones only: reaped. All else: the homes have it. */
  #mayDrop(node: Records, key: string, before: Copy): void {
    if (before.versions.every(({ value }) => value === null)) {
      for (const { op } of before.versions) this.#reaped.add(op)
      return
    }
    const ring = this.#ringOf(node)
    if (ring === null || !this.losesNothing || this.#options.durability !== 'all') return
    for (const home of ring.homes(ring.partitionOf(key))) {
      const has = this.#nodes.get(home)
      if (home === node.node || has === undefined || has.wipedEra > 0 || this.#let.has(`${home} ${key}`)) continue
      for (const op of opsOf(before)) {
        if (this.#mustBeSomewhere(key, op) && this.#disks.holds(has, key, op) === 'uncovered')
          throw new Violation('source deletes last', `${node.node} dropped ${key} before its home ${home} had ${op} on its disk`)
      }
    }
    this.#areElsewhere(node.node, key, before, 'dropped it')
  }

  /** Others recorded that it left, so it comes back with nothing: as if its disk were lost. */
  #wasRemoved(id: EndpointId): boolean {
    return [...this.#nodes.values()].some(({ history }) => history !== null && removedFrom(history).has(id))
  }

  #forgets(key: string, copy: Copy): void {
    this.#disks.excuseWhatNoneHas(opsOf(copy).map((op) => [key, op] as const))
  }

  #areElsewhere(node: EndpointId, key: string, before: Copy, how: string): void {
    if (!this.losesNothing || this.#options.durability !== 'all') return
    for (const op of opsOf(before))
      if (this.#mustBeSomewhere(key, op) && !this.#disks.someHolds(key, op))
        throw new Violation('no acknowledged write lost', `${op} of ${key} is on no disk any more: ${node} ${how}`)
  }

  #isDurable({ op, key }: GraphWrite, { needed, era }: Answered): void {
    if (this.#options.durability !== 'all') {
      // A buffer that was lost since it was asked may have been the only one that had it.
      if (this.#era > era) this.#disks.excuseWhatNoneHas([[key, op]])
      return
    }
    const having = [...this.#nodes.values()].filter(
      (node) => this.#disks.holds(node, key, op) !== 'uncovered' || this.#hadIt(node, key, era),
    )
    if (having.length < needed && !this.isExcused(op))
      throw new Violation(
        'durable before reply',
        `${op} of ${key} was acknowledged for ${needed} nodes, but only ${having.map(({ node }) => node).join(' ') || 'none'} had it on a disk`,
      )
  }

  /** Lost its disk since it was asked, or let the key go. */
  #hadIt(node: Records, key: string, era: number): boolean {
    return node.wipedEra > era || this.#let.has(`${node.node} ${key}`)
  }

  #mustBeSomewhere(key: string, op: string): boolean {
    const top = this.#graph.frontier(key).some((write) => write.op === op)
    return top && !this.isExcused(op) && !this.wasReaped(op)
  }

  /** As the node's own map says; null if it never wrote one. */
  #ringOf(node: Records): Ring | null {
    const { history } = node
    if (history === null) return null
    const name = JSON.stringify(history)
    const known = this.#rings.get(name) ?? buildRing(history, this.#options, { distinct: true })
    this.#rings.set(name, known)
    return known
  }
}
