/** What a person hears of who is down and who is up again: one line for all that changed at about one moment. Programs read each change. */
import type { EndpointId } from '../../machine/contract.ts'
import { byNumber } from '../../machine/ids.ts'
import type { House } from './house.ts'

/** A cut shows by and by, as one question after another stays unanswered. */
const MOMENT_US = 500_000

interface Change {
  readonly type: 'peers-down' | 'peers-up'
  readonly why: string
}

export class PeerNews {
  readonly #house: House
  /** What is not told yet, by peer, oldest first. */
  readonly #changes = new Map<EndpointId, Change>()

  constructor(house: House) {
    this.#house = house
  }

  add(peer: EndpointId, change: Change): void {
    // Down and up again within a moment: nothing that anybody could have seen.
    if (this.#changes.delete(peer)) return
    this.#changes.set(peer, change)
    if (this.#changes.size === 1) this.#house.after(MOMENT_US, () => this.#tell())
  }

  #tell(): void {
    const lines = new Map<string, Change & { readonly peers: EndpointId[] }>()
    for (const [peer, { type, why }] of this.#changes) {
      const line = lines.get(`${type} ${why}`) ?? { type, why, peers: [] }
      lines.set(`${type} ${why}`, line)
      line.peers.push(peer)
    }
    this.#changes.clear()
    for (const { type, why, peers } of lines.values()) this.#house.emit(type, { peers: peers.sort(byNumber), why })
  }
}
