/** The deterministic cluster as the lab sees it. */
import type { EndpointId } from '../../../src/machine/contract.ts'
import type { ClusterPort, NodeView, Settings } from '../../../src/modes/mode.ts'
import type { DynamoCluster } from './harness.ts'

export function portOf(cluster: DynamoCluster, settings: Settings = {}): ClusterPort {
  const isLive = (id: EndpointId): boolean => cluster.live().includes(id)
  const nodes = (): readonly NodeView[] =>
    cluster.ids.map((id) => ({ id, state: isLive(id) ? 'live' : 'dead', status: isLive(id) ? cluster.status(id) : null, statusAgeMs: 1 }))
  return {
    settings,
    nodes,
    refresh: async () => nodes(),
    // As over IPC: what comes back is a copy, in plain data.
    inspect: async (id, query) => (isLive(id) ? JSON.parse(JSON.stringify(cluster.inspect(id, query) ?? null)) : null),
  }
}
