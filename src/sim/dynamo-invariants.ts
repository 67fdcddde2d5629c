/**
 * Dynamo's promises, checked at every record a node writes and every answer a client gets. What a node keeps is read from its own
 * records; whether one write replaced another is decided by the oracle graph, never by the clocks that are on trial.
 */
import type { EndpointId, Input, InspectQuery, OperationResult, Stream } from '../machine/contract.ts'
import type { StoredRecord } from '../modes/dynamo/house.ts'
import { buildRing } from '../modes/dynamo/ring/build.ts'
import { removedFrom } from '../modes/dynamo/ring/history.ts'
import type { Ring } from '../modes/dynamo/ring/ring.ts'
import type { DynamoOptions } from '../modes/dynamo/settings.ts'
import type { DynamoStatus } from '../modes/dynamo/status.ts'
import type { Copy } from '../modes/dynamo/versions.ts'
import { Disks } from './dynamo-disks.ts'
import { Events } from './dynamo-events.ts'
import type { Graph, GraphWrite } from './dynamo-graph.ts'
import { opsOf, Records, readRecord } from './dynamo-records.ts'
import { dynamoUnsettled } from './dynamo-settled.ts'
import { dynamoRow, readDynamoStatus } from './dynamo-status.ts'
import { Views } from './dynamo-views.ts'
import { type Monitor, type NodeStep, type NodeTruth, Violation } from './monitor.ts'

/** A copy that no longer has an acknowledged write, and whose writes are not all answered yet: it is judged once they are. */
interface Suspicion {
  readonly node: EndpointId
  readonly old: string
  readonly ops: readonly string[]
  readonly how: string
}

/** What of a scenario the invariants go by. */
export interface Watched {
  readonly nodes: readonly EndpointId[]
  readonly spares: readonly EndpointId[]
  readonly keys: readonly string[]
}

/** How many nodes an acknowledged write was to reach, and the monitor's era when it was asked. */
export interface Answered {
  readonly needed: number
  readonly era: number
}

export class DynamoMonitor implements Monitor {
  readonly watchesStatus = false
  readonly #graph: Graph
  readonly #keys: readonly string[]
  readonly #options: DynamoOptions
  readonly #nodes: ReadonlyMap<EndpointId, Records>
  readonly #events: Events
  readonly #views = new Views()
  readonly #disks: Disks
  /** Deletes whose tombstone somebody dropped. */
  readonly #reaped = new Set<string>()
  /** Maps differ in this seed: nodes come and go, or had not met. */
  readonly #moves: boolean
  readonly #suspicions = new Map<string, Suspicion[]>()
  /** Node and key: it let the key go at some time. */
  readonly #let = new Set<string>()
  /** Counts disks lost and processes that ended. */
  era = 0
  readonly #rings = new Map<string, Ring>()
  readonly #counts = { joins: 0, leaves: 0, hints: 0, drops: 0 }
  #look: (node: EndpointId, query: InspectQuery) => unknown = () => null

  constructor({ nodes, spares, keys }: Watched, options: DynamoOptions, graph: Graph) {
    this.#moves = spares.length > 0 || options.founders !== null
    this.#graph = graph
    this.#keys = keys
    this.#options = options
    this.#nodes = new Map([...nodes, ...spares].map((id) => [id, new Records(id)]))
    this.#disks = new Disks([...this.#nodes.values()], graph)
    this.#events = new Events(options.versions)
  }

  get marks(): Readonly<Record<'joins' | 'leaves' | 'hints' | 'drops' | 'excused', number>> {
    return { ...this.#counts, excused: this.#disks.excused }
  }

  attach(look: (node: EndpointId, query: InspectQuery) => unknown): void {
    this.#look = look
  }

  stepped({ node: id, input, output }: NodeStep): void {
    const node = this.#records(id)
    this.#views.stepped(id, input, output.events)
    node.turnAt(input.nowUs)
    for (const one of input.inputs) if (one.kind === 'start') this.#starts(node, one)
    for (const { stream, bytes } of output.store) this.#writes(node, stream, readRecord(bytes))
  }

  /** A node serves what it keeps, hints among it: an answer to a read has all that it had before this turn. */
  leaving(from: EndpointId, to: EndpointId, message: unknown): void {
    const { type, id, re, key: asked, copy } = message as Readonly<Record<string, unknown>>
    if (typeof id === 'string') this.#views.asks(from, to, id, type === 'read' && typeof asked === 'string' ? asked : null)
    if (type !== 'copy' || typeof re !== 'string') return
    const key = this.#views.readOf(to, from, re)
    const node = this.#records(from)
    if (key === null || !this.#losesNothing || node.changed.has(key)) return
    const shown = copy === null ? [] : opsOf(copy as Copy)
    for (const op of node.written.of(key).flatMap(opsOf)) {
      if (this.#graph.coverage(shown, op) !== 'uncovered' || this.#graph.get(op) === undefined) continue
      throw new Violation('hints are served', `${from} answered a read of ${key} with ${shown.join(' ') || 'nothing'}, but it keeps ${op}`)
    }
  }

  durable(id: EndpointId, stream: Stream, upTo: number): void {
    this.#records(id).sync(stream, upTo)
  }

  /** What it only held in memory is gone: where the mode allows that, what no disk has is nobody's fault. */
  crashed(id: EndpointId): void {
    this.era++
    this.#views.crashed(id)
    if (this.#options.durability === 'all') return
    this.#disks.excuseWhatNoneHas(this.#graph.keys().flatMap((key) => this.#graph.frontier(key).map(({ op }) => [key, op] as const)))
  }

  wiped(id: EndpointId): void {
    const node = this.#records(id)
    const had = node.everything().map(([key, { op }]) => [key, op] as const)
    node.wipe(++this.era)
    this.#disks.excuseWhatNoneHas(had)
  }

  row(node: EndpointId, status: unknown): string {
    return dynamoRow(node, readDynamoStatus(status))
  }

  unsettled(nodes: readonly NodeTruth[]): string | null {
    return dynamoUnsettled(nodes, this.#keys, this.#options)
  }

  changed(what: 'join' | 'leave', outcome: OperationResult['outcome']): void {
    if (outcome === 'ok') this.#counts[what === 'join' ? 'joins' : 'leaves']++
  }

  /** A client was told what became of its write: the graph has it now. */
  answered(write: GraphWrite, how: Answered): void {
    if (write.outcome === 'ok' && this.#losesNothing) this.#isDurable(write, how)
    const waiting = this.#suspicions.get(write.key) ?? []
    this.#suspicions.delete(write.key)
    for (const suspicion of waiting) this.#lost(write.key, suspicion)
  }

  isExcused(op: string): boolean {
    return this.#disks.isExcused(op)
  }

  wasReaped(op: string): boolean {
    return this.#graph.covers(this.#reaped, op)
  }

  hasTwins(op: string): boolean {
    return this.#events.dotsOf(op) > 1
  }

  // -- records

  #records(id: EndpointId): Records {
    const node = this.#nodes.get(id)
    if (node === undefined) throw new Violation('message', `${id} is no node of this cluster`)
    return node
  }

  #starts(node: Records, { log, bulk, lostDisk }: Extract<Input, { kind: 'start' }>): void {
    node.start('log', log, lostDisk)
    node.start('bulk', bulk, lostDisk)
    const status = readDynamoStatus(this.#look(node.node, { what: 'status' }))
    this.#foundItsHints(node, status)
  }

  /** A holder finds its hints again after a restart, or the homes wait for them in vain. */
  #foundItsHints({ node, written }: Records, { hints }: DynamoStatus): void {
    const kept = [...written.hints.values()].reduce((sum, ofKey) => sum + ofKey.size, 0)
    const found = Object.values(hints).reduce((sum, count) => sum + count, 0)
    if (found < kept)
      throw new Violation('no hint forgotten', `${node} has ${kept} hints on its disk and knows of ${found} after its restart`)
  }

  #writes(node: Records, stream: Stream, record: StoredRecord): void {
    switch (record.kind) {
      case 'copy': {
        const before = node.written.copies.get(record.key) ?? null
        this.#events.copy(node.node, record.key, record.copy, before)
        this.#areConcurrent(node.node, record.key, record.copy)
        node.write(stream, record)
        if (before !== null) this.#keeps(node.node, record.key, before, record.copy, 'copy')
        return
      }
      case 'hint': {
        this.#counts.hints++
        const before = node.written.hints.get(record.key)?.get(record.home) ?? null
        this.#events.copy(node.node, record.key, record.copy, null)
        if (before === null) this.#isAbsent(node.node, record)
        node.write(stream, record)
        if (before !== null) this.#keeps(node.node, record.key, before, record.copy, `hint for ${record.home}`)
        return
      }
      case 'drop': {
        this.#counts.drops++
        const before = node.written.copies.get(record.key) ?? null
        node.write(stream, record)
        this.#let.add(`${node.node} ${record.key}`)
        if (before === null) return
        if (this.#wasRemoved(node.node)) this.#forgets(record.key, before)
        else this.#mayDrop(node, record.key, before)
        return
      }
      case 'hint-gone': {
        const before = node.written.hints.get(record.key)?.get(record.home) ?? null
        node.write(stream, record)
        if (before === null) return
        if (this.#wasRemoved(node.node)) {
          this.#let.add(`${node.node} ${record.key}`)
          this.#forgets(record.key, before)
        } else this.#areElsewhere(node.node, record.key, before, `confirmed its hint for ${record.home}`)
        return
      }
      case 'map':
        node.write(stream, record)
        return
    }
  }

  // -- what must hold

  #isAbsent(node: EndpointId, { home, key }: { readonly home: EndpointId; readonly key: string }): void {
    const name = 'hints only for absent homes'
    if (home === node) throw new Violation(name, `${node} keeps a hint of ${key} for itself`)
    // By another map the home may be another; whoever leaves ships its hints; and swim may clear of suspicion whom a coordinator just asked in vain.
    if (this.#options.detector === 'swim' || this.#moves || this.#views.isAbsent(home)) return
    throw new Violation(name, `${node} keeps a hint of ${key} for ${home}, whom nobody takes to be down`)
  }

  /** What a copy had it keeps, or has what replaced it. */
  #keeps(node: EndpointId, key: string, before: Copy, after: Copy, what: string): void {
    if (!this.#losesNothing) return
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

  /** Siblings are truly concurrent (dotted only): none was in the context of another. A retried write may have a twin, which counts apart. */
  #areConcurrent(node: EndpointId, key: string, copy: Copy): void {
    // A twin in a buffer that was lost is known to nobody.
    if (this.#options.versions !== 'dotted' || this.#options.durability !== 'all' || copy.versions.length < 2) return
    const ops = opsOf(copy)
    for (const old of ops) {
      // A context names what was read; events long replaced it may forget, so nothing is said of what others replaced before.
      const young = ops.find((op) => this.#graph.replacedItself(old, op))
      if (young === undefined || this.hasTwins(old)) continue
      throw new Violation('siblings are concurrent', `${node} keeps ${old} of ${key} beside ${young}, whose context held it`)
    }
  }

  /** Of tombstones only: reaped. All else: the homes have it. */
  #mayDrop(node: Records, key: string, before: Copy): void {
    if (before.versions.every(({ value }) => value === null)) {
      for (const { op } of before.versions) this.#reaped.add(op)
      return
    }
    const ring = this.#ringOf(node)
    if (ring === null || !this.#losesNothing || this.#options.durability !== 'all') return
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
    if (!this.#losesNothing || this.#options.durability !== 'all') return
    for (const op of opsOf(before))
      if (this.#mustBeSomewhere(key, op) && !this.#disks.someHolds(key, op))
        throw new Violation('no acknowledged write lost', `${op} of ${key} is on no disk any more: ${node} ${how}`)
  }

  #isDurable({ op, key }: GraphWrite, { needed, era }: Answered): void {
    if (this.#options.durability !== 'all') {
      // A buffer that was lost since it was asked may have been the only one that had it.
      if (this.era > era) this.#disks.excuseWhatNoneHas([[key, op]])
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

  /** Lww loses by design; the paper's clock has its hole, so only a merge may not lose: that is judged by its own checks. */
  get #losesNothing(): boolean {
    return this.#options.versions === 'dotted' || this.#options.versions === 'merged'
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
