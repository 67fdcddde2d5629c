/** The virtual ports of all endpoints, each opened once however many ask for it at the same time. */

import { EnvironmentFailure, messageOf } from '../host/failure.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Shim } from '../net/types.ts'

export class AddressBook {
  readonly #shim: Shim
  readonly #ports = new Map<EndpointId, number>()
  readonly #opening = new Map<EndpointId, Promise<void>>()

  constructor(shim: Shim) {
    this.#shim = shim
  }

  /** False when the endpoint was known before. Rejects with EnvironmentFailure when no port is to be had. */
  async open(id: EndpointId): Promise<boolean> {
    const underWay = this.#opening.get(id)
    if (underWay !== undefined) {
      await underWay
      return false
    }
    const opening = this.#shim.open(id).then(
      (port) => void this.#ports.set(id, port),
      (error: unknown) => {
        this.#opening.delete(id)
        throw new EnvironmentFailure(`cannot open an address for ${id}: ${messageOf(error)}`, error)
      },
    )
    this.#opening.set(id, opening)
    await opening
    return true
  }

  /** Maps the endpoint's real port. Rejects with EnvironmentFailure. */
  async attach(id: EndpointId, realPort: number): Promise<void> {
    try {
      await this.#shim.attach(id, realPort)
    } catch (error) {
      throw new EnvironmentFailure(`cannot put ${id} on the network: ${messageOf(error)}`, error)
    }
  }

  /** Its real port is forgotten, if it ever had one. */
  async detach(id: EndpointId): Promise<void> {
    if (this.#ports.has(id)) await this.#shim.detach(id)
  }

  /** It may be opened again, and has the same port then: the shim keeps its virtual address. */
  forget(id: EndpointId): void {
    this.#ports.delete(id)
    this.#opening.delete(id)
  }

  all(): Record<EndpointId, number> {
    return Object.fromEntries(this.#ports)
  }
}
