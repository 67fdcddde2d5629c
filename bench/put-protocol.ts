/** What the thread of the mode's clients (put-clients.ts) and its main handle say to each other. */
import type { Addresses } from '../src/host/endpoint.ts'
import type { EndpointId } from '../src/machine/contract.ts'
import type { Settings } from '../src/modes/mode.ts'

/** Where the clients live. */
export interface PutClientsData {
  readonly mode: string
  readonly settings: Settings
  readonly nodes: readonly EndpointId[]
  readonly runId: number
  readonly clients: readonly EndpointId[]
  /** Keys are chosen among so many. */
  readonly keys: number
}

export type ToPutClients =
  /** This client is on the network, or somebody came or went since. */
  | { readonly type: 'addresses'; readonly id: EndpointId; readonly addresses: Addresses }
  /** Puts by the first of the clients in a closed loop; one run at a time. */
  | { readonly type: 'run'; readonly clients: number; readonly ms: number }

export type FromPutClients =
  /** Put this socket on the network. */
  | { readonly type: 'connect'; readonly id: EndpointId; readonly port: number }
  /** Every client is on the network. */
  | { readonly type: 'open' }
  | { readonly type: 'result'; readonly result: PutResult }

/** What was answered within the time of a run. */
export interface PutResult {
  /** Those answered ok. */
  readonly puts: number
  readonly seconds: number
  readonly p50Ms: number
  readonly notOk: number
}
