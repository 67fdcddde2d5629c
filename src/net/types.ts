import type { EndpointId } from '../machine/contract.ts'
import type { DelaySample } from './delay-log.ts'

/** How a delay varies. `uniform`: the same for all, give or take the jitter. `exp`: drawn for each, exponential, with the delay as its mean. */
export type DelayShape = 'uniform' | 'exp'

/** The rules of one directed link, applied in this order: cut, loss, corrupt, duplicate, rate, delay with jitter. Probabilities 0 to 1. */
export interface LinkRules {
  readonly cut: boolean
  /** Datagrams wait (bounded) until `release`. */
  readonly hold: boolean
  readonly loss: number
  readonly corrupt: number
  readonly duplicate: number
  /** The chance that a datagram waits until the next one has passed, 50 ms at most. */
  readonly reorder: number
  /** Bytes a second; 0 for no limit. The queue holds 64 KiB, then drops its tail. */
  readonly rate: number
  readonly delayMs: number
  readonly jitterMs: number
  readonly shape: DelayShape
}

export const OPEN_LINK: LinkRules = {
  cut: false,
  hold: false,
  loss: 0,
  corrupt: 0,
  duplicate: 0,
  reorder: 0,
  rate: 0,
  delayMs: 0,
  jitterMs: 0,
  shape: 'uniform',
}

export interface LinkUpdate {
  readonly from: EndpointId
  readonly to: EndpointId
  readonly rules: LinkRules
}

/** Datagrams by what became of them; a duplicate counts again. `dropped` is keyed by reason: cut loss rate queue-full unmapped send-error. */
export interface LinkCounters {
  readonly passed: number
  readonly bytes: number
  readonly corrupted: number
  readonly duplicated: number
  readonly reordered: number
  readonly held: number
  readonly dropped: Readonly<Record<string, number>>
}

export interface TraceRecord {
  /** Nanoseconds since the run began. */
  readonly time: number
  readonly from: EndpointId
  readonly to: EndpointId
  readonly bytes: number
  /** `passed`, or why not. */
  readonly fate: string
  /** Its first bytes as they came, for those who know what it carries; the whole datagram if it is short. */
  readonly head: Uint8Array
  /** For passed: when it left, nanoseconds since the run began. */
  readonly left?: number
}

export interface ShimReport {
  /** Keyed `from>to`. */
  readonly links: Readonly<Record<string, LinkCounters>>
  /** Datagrams from senders no endpoint is mapped to. */
  readonly strangers: number
  /** Errors the system reported at the shim's sockets, sends apart (those are counted by link). */
  readonly socketErrors: number
  /** Datagrams the kernel dropped at the shim's sockets, where the system tells; null where it does not. */
  readonly kernelDrops: number | null
  /** The longest stall of the worker's loop since the last report, milliseconds. */
  readonly stallMs: number
  /** As the system counts it, overhead included: Linux reports twice what it granted. */
  readonly receiveBufferBytes: number
}

/** The lab's handle of the relay that runs in a worker thread. A throw in the worker is fatal to the lab. */
export interface Shim {
  /** Opens the endpoint's virtual address (a socket on 127.0.0.1) and returns its port. */
  open(id: EndpointId): Promise<number>
  /** From now on datagrams from this real port are the endpoint's, and it receives there. */
  attach(id: EndpointId, realPort: number): Promise<void>
  /** Forget the real port (on exit, before the port can be used again). The virtual address stays. */
  detach(id: EndpointId): Promise<void>
  /** All updates in one turn of the worker. Resolves to the time they took effect, nanoseconds since the run began. */
  apply(updates: readonly LinkUpdate[]): Promise<number>
  /**
   * Lifts every hold and delivers what it kept, in order; resolves to how many datagrams that was. An `apply` that ends a hold
   * delivers as well, so release first when the number matters.
   */
  release(): Promise<number>
  report(): Promise<ShimReport>
  /** How long datagrams were under way, keyed `from>to`: samples of what passed, oldest stretch first. */
  delays(): Promise<Readonly<Record<string, readonly DelaySample[]>>>
  /** The newest records, oldest first, and how many were lost since the last call. */
  trace(): Promise<{ records: readonly TraceRecord[]; lost: number }>
  onFailure(listener: (error: Error) => void): void
  close(): Promise<void>
}
