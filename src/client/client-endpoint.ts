/** A client machine on a socket of its own: what prompt clients, load clients and the probe have in common. */
import { crc32 } from 'node:zlib'
import { BentClock } from '../host/clock.ts'
import { type Addresses, Endpoint } from '../host/endpoint.ts'
import { EnvironmentFailure, messageOf } from '../host/failure.ts'
import type { EndpointId, Machine, Operation, OperationResult } from '../machine/contract.ts'
import { NodeCore } from '../node/core.ts'
import { NOTHING_STORED } from '../node/types.ts'

export interface ClientEndpointOptions {
  readonly id: EndpointId
  readonly runId: number
  readonly machine: Machine
  /** Which life of this client it is, from 1 on: no two of a run may be the same, or two of its writes could have one name. Counted by this thread if left out. */
  readonly life?: number
  /**
   * Puts the real port on the network; resolves to everybody's virtual ports when the nodes know this client. `onAddresses` hears
   * of them again when somebody came or went.
   */
  connect(id: EndpointId, realPort: number, onAddresses: (addresses: Addresses) => void): Promise<Addresses>
  onResult(result: OperationResult): void
  /** The machine threw or the socket broke: no result will come any more. */
  onFailure(error: unknown): void
}

/** Endpoints opened by this thread: an id that comes back must not continue the sequence numbers of its earlier life. */
let lives = 0

export class ClientEndpoint {
  readonly #core: NodeCore
  readonly #endpoint: Endpoint

  /** Rejects with EnvironmentFailure when the system gives no socket, or as `connect` does. */
  static async open(options: ClientEndpointOptions): Promise<ClientEndpoint> {
    const { id, runId, machine, life = ++lives } = options
    const core = new NodeCore({ id, runId, incarnation: life, machine, crc32, durable: false })
    core.recover({ log: NOTHING_STORED, bulk: NOTHING_STORED }, false)
    const opening = Endpoint.open({
      core,
      clock: new BentClock(),
      onTurn: ({ results }) => {
        for (const result of results) options.onResult(result)
      },
      onFailure: (error) => options.onFailure(error),
    })
    const endpoint = await opening.catch((error: unknown) => {
      throw new EnvironmentFailure(`cannot open a socket for ${id}: ${messageOf(error)}`, error)
    })
    try {
      endpoint.setAddresses(await options.connect(id, endpoint.port, (addresses) => endpoint.setAddresses(addresses)))
    } catch (error) {
      await endpoint.close()
      throw error
    }
    endpoint.begin()
    return new ClientEndpoint(core, endpoint)
  }

  private constructor(core: NodeCore, endpoint: Endpoint) {
    this.#core = core
    this.#endpoint = endpoint
  }

  invoke(operation: Operation): void {
    this.#core.control({ type: 'invoke', operation })
    this.#endpoint.wake()
  }

  reach(nodes: readonly EndpointId[] | null): void {
    this.#core.control({ type: 'reach', nodes })
    this.#endpoint.wake()
  }

  /** A live setting changed. */
  set(name: string, value: string): void {
    this.#core.control({ type: 'set', name, value })
    this.#endpoint.wake()
  }

  giveUp(): void {
    this.#core.control({ type: 'give-up' })
    this.#endpoint.wake()
  }

  async close(): Promise<void> {
    await this.#endpoint.close()
  }
}
