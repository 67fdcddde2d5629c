/** The clients of a run: each exists from first mention, and asks only its own side of a partition. */
import { type ClientOptions, openClient } from '../client/client.ts'
import type { Client } from '../client/types.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { NetworkPlan } from '../net/plan.ts'
import type { Shim } from '../net/types.ts'

export class RunClients {
  readonly #options: () => Omit<ClientOptions, 'id'>
  readonly #plan: NetworkPlan
  readonly #shim: Shim
  readonly #clients = new Map<EndpointId, Promise<Client>>()

  /** `options` answers what a client is opened with now: nodes come and go. */
  constructor(options: () => Omit<ClientOptions, 'id'>, plan: NetworkPlan, shim: Shim) {
    this.#options = options
    this.#plan = plan
    this.#shim = shim
  }

  get ids(): readonly EndpointId[] {
    return [...this.#clients.keys()]
  }

  /** Rejects when the system gives no socket. */
  get(id: EndpointId): Promise<Client> {
    const known = this.#clients.get(id)
    if (known !== undefined) return known
    const opening = this.#open(id)
    this.#clients.set(id, opening)
    opening.catch(() => this.#clients.delete(id))
    return opening
  }

  /** After a change of the plan. */
  async reach(): Promise<void> {
    for (const opening of this.#clients.values()) this.#tell(await opening)
  }

  /** A live setting changed: those that are open hear of it, others are opened with it. */
  async set(name: string, value: string): Promise<void> {
    for (const opening of this.#clients.values()) (await opening).set(name, value)
  }

  async close(): Promise<void> {
    const ends = await Promise.allSettled(this.#clients.values())
    await Promise.all(ends.map((end) => (end.status === 'fulfilled' ? end.value.close() : undefined)))
  }

  async #open(id: EndpointId): Promise<Client> {
    this.#plan.addEndpoint(id)
    const client = await openClient({ ...this.#options(), id })
    await this.#shim.apply(this.#plan.takeUpdates())
    this.#tell(client)
    return client
  }

  #tell(client: Client): void {
    client.reach(this.#plan.reachFrom(client.id, this.#options().nodes))
  }
}
