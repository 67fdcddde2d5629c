/** Messages that nodes sent, by type, between two looks. Each life of a node counts from nothing. */
import type { HostStatus } from '../../host/ipc.ts'
import type { EndpointId } from '../../machine/contract.ts'

type Counts = Readonly<Record<string, number>>

export class SentMessages {
  readonly #known = new Map<EndpointId, Counts>()

  take(hosts: readonly (readonly [id: EndpointId, host: HostStatus | null])[]): Counts {
    const sent = new Map<string, number>()
    for (const [id, host] of hosts) {
      if (host === null) {
        this.#known.delete(id)
        continue
      }
      const before = this.#known.get(id)
      this.#known.set(id, host.messagesOut)
      for (const [type, count] of Object.entries(host.messagesOut)) {
        const had = before !== undefined && Object.hasOwn(before, type) ? (before[type] ?? 0) : 0
        const more = count < had ? count : count - had
        if (more > 0) sent.set(type, (sent.get(type) ?? 0) + more)
      }
    }
    return Object.fromEntries(sent)
  }
}
