/** What watches a run: a mode's invariants. They see every step, every message that leaves, every sync and every crash. */
import type { EndpointId, InspectQuery, Output, StepInput, Stream } from '../machine/contract.ts'

/** A rule was broken. Ends the run; the seed is the proof. */
export class Violation extends Error {
  static override readonly name = 'Violation'
  readonly code = 'violation'
  readonly invariant: string
  constructor(invariant: string, why: string) {
    super(why)
    this.invariant = invariant
  }
}

export interface NodeStep {
  readonly node: EndpointId
  readonly input: StepInput
  readonly output: Output
  /** The machine's own answer to `inspect({ what: 'status' })` after the step; null for a monitor that does not watch it. */
  readonly status: unknown
}

/** What the simulator knows of a node that the node itself may not. */
export interface NodeTruth {
  readonly id: EndpointId
  readonly state: 'up' | 'asleep' | 'down'
  /** The node lost its disk in this run. */
  readonly amnesiac: boolean
  /** The machine's status, null while down. */
  readonly status: unknown
  /** This node's own copy of a key. */
  peek(key: string): unknown
  /** Its answer to any question; null while down. */
  look(query: InspectQuery): unknown
}

/** Every method throws Violation when a rule is broken. */
export interface Monitor {
  /** Whether it wants each node's status after each step, which costs. Rows on a node's state are shown then. */
  readonly watchesStatus: boolean
  /** Before anything happens: how to ask a node, at any time. */
  attach?(look: (node: EndpointId, query: InspectQuery) => unknown): void
  stepped(step: NodeStep): void
  /** This message goes to the network now, past every gate. */
  leaving(from: EndpointId, to: EndpointId, message: unknown): void
  /** Records up to and including this position are on the disk for good. */
  durable(node: EndpointId, stream: Stream, upTo: number): void
  /** The process ended; what it held in memory is gone. */
  crashed(node: EndpointId): void
  /** The disk of a node that is down is gone. */
  wiped?(node: EndpointId): void
  /** One line on a node, in columns. */
  row(node: EndpointId, status: unknown): string
  /** After all faults are gone: what is not yet as it should be, or null. */
  unsettled(nodes: readonly NodeTruth[]): string | null
  /** What happened how often, in the mode's own words, for the run's statistics. */
  readonly marks: Readonly<Record<string, number>>
}

/** For a mode without invariants of its own. */
export function plainMonitor(): Monitor {
  const nothing = (): void => undefined
  return {
    watchesStatus: true,
    stepped: nothing,
    leaving: nothing,
    durable: nothing,
    crashed: nothing,
    row: (node, status) => `${node} ${JSON.stringify(status)}`,
    unsettled: (nodes) => nodes.find((node) => node.state !== 'up')?.id ?? null,
    marks: {},
  }
}
