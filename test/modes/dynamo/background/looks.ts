/** What tests of background work want to know of a whole cluster. */
import type { EndpointId } from '../../../../src/machine/contract.ts'
import type { Cluster } from './cluster.ts'

export function homesOf(cluster: Cluster, key: string, seenBy: EndpointId = cluster.alive[0] ?? ''): readonly EndpointId[] {
  const { ring } = cluster.house(seenBy).membership
  return ring.homes(ring.partitionOf(key))
}

export function valueAt(cluster: Cluster, id: EndpointId, key: string): string | null {
  const values =
    cluster
      .house(id)
      .copies.get(key)
      ?.versions.map(({ value }) => value ?? 'deleted') ?? []
  return values.length === 0 ? null : values.sort().join(' | ')
}

/** Every map the same. */
export function mapsAgree(cluster: Cluster, among: readonly EndpointId[] = cluster.alive): boolean {
  return new Set(among.map((id) => cluster.house(id).membership.ring.digest)).size === 1
}

/** Each key on exactly its homes, the same there; no hint, nothing on the move. */
export function isQuiet(cluster: Cluster, wanted: readonly string[]): boolean {
  if (!mapsAgree(cluster)) return false
  if (cluster.alive.some((id) => busy(cluster, id))) return false
  return wanted.every((key) => {
    const homes = new Set(homesOf(cluster, key))
    const digests = new Set<string>()
    for (const id of cluster.alive) {
      const { copies, versioning } = cluster.house(id)
      const copy = copies.get(key)
      if ((copy === null) === homes.has(id)) return false
      if (copy !== null) digests.add(versioning.digest(copy))
    }
    return digests.size === 1
  })
}

function busy(cluster: Cluster, id: EndpointId): boolean {
  const { transfers, hints } = cluster.house(id)
  return transfers.incoming > 0 || transfers.outgoing > 0 || hints.count() > 0
}
