/** What the lab's thread and the relay's say to each other. Each ask carries a ticket and is answered once. */
import type { EndpointId } from '../machine/contract.ts'
import type { DelaySample } from './delay-log.ts'
import type { PackedTrace } from './trace.ts'
import type { LinkUpdate, ShimReport } from './types.ts'

/** What the worker is started with. */
export interface ShimWorkerData {
  readonly seed: string
  /** `process.hrtime.bigint()` at the run's clock zero, in nanoseconds. */
  readonly startNs: bigint
}

export type Ask =
  | { readonly type: 'open'; readonly id: EndpointId }
  | { readonly type: 'attach'; readonly id: EndpointId; readonly port: number }
  | { readonly type: 'detach'; readonly id: EndpointId }
  | { readonly type: 'apply'; readonly updates: readonly LinkUpdate[] }
  | { readonly type: 'release' }
  | { readonly type: 'report' }
  | { readonly type: 'delays' }
  | { readonly type: 'trace' }
  /** Closes every socket and ends the thread; not answered. */
  | { readonly type: 'close' }

export interface Answers {
  readonly open: number
  readonly attach: null
  readonly detach: null
  readonly apply: number
  readonly release: number
  readonly report: ShimReport
  readonly delays: Readonly<Record<string, readonly DelaySample[]>>
  readonly trace: PackedTrace
  readonly close: null
}

export interface ToWorker {
  readonly ticket: number
  readonly ask: Ask
}

export type FromWorker =
  | { readonly type: 'answer'; readonly ticket: number; readonly value: Answers[keyof Answers] }
  /** The ask was refused (a port denied by the system, an endpoint never opened); the relay goes on. */
  | { readonly type: 'refused'; readonly ticket: number; readonly message: string; readonly code: string }
