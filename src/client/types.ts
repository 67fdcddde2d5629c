import type { HistoryEvent, Request } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'

/** A client at work: one operation at a time, more wait their turn. */
export interface Client {
  readonly id: EndpointId
  /** Never rejects: every end is a result. `startNs`, `endNs` are on the run's clock. `recorded` false: no operation on data, left out of the history. */
  invoke(
    request: Request,
    options?: { readonly recorded?: boolean },
  ): Promise<OperationResult & { readonly startNs: number; readonly endNs: number }>
  /** The nodes it may ask now; null for all. */
  reach(nodes: readonly EndpointId[] | null): void
  /** A live setting changed. */
  set(name: string, value: string): void
  /** Answers what is pending with `info stopped` and closes the socket. */
  close(): Promise<void>
}

/** `load start clients=3 keys=10 rate=200/s mix=put:40,get:50,cas:10` */
export interface LoadPlan {
  readonly clients: readonly EndpointId[]
  readonly keys: number
  /** Operations a second over all clients; 0 for closed loop. */
  readonly rate: number
  /** Weights by operation. */
  readonly mix: Readonly<Record<string, number>>
  readonly timeoutMs: number
  readonly seed: string
}

export interface LatencySummary {
  readonly count: number
  readonly meanMs: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Sent by the load worker a few times a second. */
export interface LoadReport {
  /** Since the last report; counts and latency are since the load began. */
  readonly events: readonly HistoryEvent[]
  readonly ok: number
  readonly fail: number
  readonly info: number
  readonly latency: LatencySummary
  /** No event older than this will come any more (run clock, ns): the recorder may write up to here. */
  readonly upToNs: number
}
