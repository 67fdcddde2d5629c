/** Everybody's address, told to everybody whenever somebody comes or goes. */
import type { Addresses } from '../host/endpoint.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { AddressBook } from './address-book.ts'
import type { NodeProcess } from './node-process.ts'

export type AddressListener = (addresses: Addresses) => void

/** A node that does not answer is waited for no longer than this. */
const HEARD_MS = 500

export class Contacts {
  readonly #addresses: AddressBook
  readonly #lives: () => readonly NodeProcess[]
  /** Clients and the probe, who are told otherwise than nodes. */
  readonly #clients = new Map<EndpointId, AddressListener>()
  #last: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null

  constructor(addresses: AddressBook, lives: () => readonly NodeProcess[]) {
    this.#addresses = addresses
    this.#lives = lives
  }

  async connect(id: EndpointId, realPort: number, onAddresses: AddressListener): Promise<Addresses> {
    const isNew = await this.#addresses.open(id)
    await this.#addresses.attach(id, realPort)
    if (isNew) await this.spread()
    this.#clients.set(id, onAddresses)
    return this.#addresses.all()
  }

  async disconnect(id: EndpointId): Promise<void> {
    this.#clients.delete(id)
    await this.#addresses.detach(id)
  }

  /** Resolves when all know the addresses as they are now. Who asks while it is under way waits for the next, which is for all of them. */
  spread(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      this.#next = null
      return this.#tell()
    })
    this.#last = this.#next
    return this.#next
  }

  /** Child messages are read in order, so an answer to a question asked afterwards says that the addresses have come. */
  async #tell(): Promise<void> {
    const addresses = this.#addresses.all()
    for (const tell of this.#clients.values()) tell(addresses)
    await Promise.all(
      this.#lives().map(async (life) => {
        if (life.state === 'starting') return
        life.post({ type: 'addresses', addresses })
        await life.inspect({ what: 'status' }, HEARD_MS)
      }),
    )
  }
}
