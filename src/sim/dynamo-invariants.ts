/**
 * Dynamo's promises, checked at every record a node writes and every answer a client gets. What a node keeps is read from its own
 * records; whether one write replaced another is decided by the oracle graph, never by the clocks that are on trial.
 */
import type { EndpointId, Input, InspectQuery, OperationResult, Stream } from '../machine/contract.ts'
import type { StoredRecord } from '../modes/dynamo/house.ts'
import type { DynamoOptions } from '../modes/dynamo/settings.ts'
import type { DynamoStatus } from '../modes/dynamo/status.ts'
import type { Copy } from '../modes/dynamo/versions.ts'
import { Events } from './dynamo-events.ts'
import type { Graph, GraphWrite } from './dynamo-graph.ts'
import { type Answered, Losses } from './dynamo-losses.ts'
import { opsOf, Records, readRecord } from './dynamo-records.ts'
import { dynamoUnsettled } from './dynamo-settled.ts'
import { dynamoRow, readDynamoStatus } from './dynamo-status.ts'
import { Views } from './dynamo-views.ts'
import { type Monitor, type NodeStep, type NodeTruth, Violation } from './monitor.ts'

/** What of a scenario the invariants go by. */
export interface Watched {
  readonly nodes: readonly EndpointId[]
  readonly spares: readonly EndpointId[]
  readonly keys: readonly string[]
}

export class DynamoMonitor implements Monitor {
  readonly watchesStatus = false
  readonly #graph: Graph
  readonly #keys: readonly string[]
  readonly #options: DynamoOptions
  readonly #nodes: ReadonlyMap<EndpointId, Records>
  readonly #losses: Losses
  readonly #events: Events
  readonly #views = new Views()
  /** Maps differ in this seed: nodes come and go, or had not met. */
  readonly #moves: boolean
  readonly #counts = { joins: 0, leaves: 0, hints: 0, drops: 0 }
  #look: (node: EndpointId, query: InspectQuery) => unknown = () => null

  constructor({ nodes, spares, keys }: Watched, options: DynamoOptions, graph: Graph) {
    this.#moves = spares.length > 0 || options.founders !== null
    this.#graph = graph
    this.#keys = keys
    this.#options = options
    this.#nodes = new Map([...nodes, ...spares].map((id) => [id, new Records(id)]))
    this.#losses = new Losses(this.#nodes, options, graph)
    this.#events = new Events(options.versions)
  }

  get marks(): Readonly<Record<'joins' | 'leaves' | 'hints' | 'drops' | 'excused', number>> {
    return { ...this.#counts, excused: this.#losses.excused }
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
    if (key === null || !this.#losses.losesNothing || node.changed.has(key)) return
    const shown = copy === null ? [] : opsOf(copy as Copy)
    for (const op of node.written.of(key).flatMap(opsOf)) {
      if (this.#graph.coverage(shown, op) !== 'uncovered' || this.#graph.get(op) === undefined) continue
      throw new Violation('hints are served', `${from} answered a read of ${key} with ${shown.join(' ') || 'nothing'}, but it keeps ${op}`)
    }
  }

  durable(id: EndpointId, stream: Stream, upTo: number): void {
    this.#records(id).sync(stream, upTo)
  }

  crashed(id: EndpointId): void {
    this.#views.crashed(id)
    this.#losses.crashed()
  }

  wiped(id: EndpointId): void {
    this.#losses.wiped(this.#records(id))
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

  /** Counts disks lost and processes that ended. */
  get era(): number {
    return this.#losses.era
  }

  /** A client was told what became of its write: the graph has it now. */
  answered(write: GraphWrite, how: Answered): void {
    this.#losses.answered(write, how)
  }

  isExcused(op: string): boolean {
    return this.#losses.isExcused(op)
  }

  wasReaped(op: string): boolean {
    return this.#losses.wasReaped(op)
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
        if (before !== null) this.#losses.keeps(node.node, record.key, before, record.copy, 'copy')
        return
      }
      case 'hint': {
        this.#counts.hints++
        const before = node.written.hints.get(record.key)?.get(record.home) ?? null
        this.#events.copy(node.node, record.key, record.copy, null)
        if (before === null) this.#isAbsent(node.node, record)
        node.write(stream, record)
        if (before !== null) this.#losses.keeps(node.node, record.key, before, record.copy, `hint for ${record.home}`)
        return
      }
      case 'drop': {
        this.#counts.drops++
        const before = node.written.copies.get(record.key) ?? null
        node.write(stream, record)
        this.#losses.dropped(node, record.key, before)
        return
      }
      case 'hint-gone': {
        const before = node.written.hints.get(record.key)?.get(record.home) ?? null
        node.write(stream, record)
        if (before !== null) this.#losses.hintGone(node, record.key, record.home, before)
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
}
