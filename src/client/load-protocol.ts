/** What the load worker and its main handle say to each other. */
import type { Addresses } from '../host/endpoint.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Settings } from '../modes/mode.ts'
import type { LoadPlan, LoadReport } from './types.ts'

export interface LoadWorkerData {
  readonly plan: LoadPlan
  readonly mode: string
  readonly settings: Settings
  readonly nodes: readonly EndpointId[]
  readonly epoch: number
  readonly runId: number
  /** The run clock's zero. */
  readonly startNs: bigint
}

export type ToLoad =
  | { readonly type: 'connected'; readonly id: EndpointId; readonly addresses: Addresses }
  /** Somebody came or went since it was connected. */
  | { readonly type: 'addresses'; readonly id: EndpointId; readonly addresses: Addresses }
  | { readonly type: 'refused'; readonly id: EndpointId; readonly why: string }
  | { readonly type: 'reach'; readonly id: EndpointId; readonly nodes: readonly EndpointId[] | null }
  | { readonly type: 'set'; readonly name: string; readonly value: string }
  | { readonly type: 'stop' }

export type FromLoad =
  /** Put this socket on the network. */
  | { readonly type: 'connect'; readonly id: EndpointId; readonly port: number }
  /** Every client is on the network and at work. */
  | { readonly type: 'started' }
  | { readonly type: 'report'; readonly report: LoadReport }
  /** The last report: nothing is under way any more. */
  | { readonly type: 'stopped'; readonly report: LoadReport }
