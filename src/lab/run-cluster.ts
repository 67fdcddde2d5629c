/** The cluster of a run: opened as the run's options say, and as probe and prediction see it. */
import { Cluster } from '../cluster/cluster.ts'
import type { HealthSubject } from '../cluster/health-rules.ts'
import type { ClusterOptions } from '../cluster/types.ts'
import type { EndpointId } from '../machine/contract.ts'
import { PROBE } from '../machine/ids.ts'
import { FIRST_CLIENT, type RunOptions } from './run-options.ts'

type Surroundings = Pick<ClusterOptions, 'runDir' | 'runId' | 'clock' | 'shim' | 'onEvent'>

export function openCluster(options: RunOptions, surroundings: Surroundings): Promise<Cluster> {
  const { mode, nodes, seed, settings, bug, bugNodes, sync, command } = options
  return Cluster.open({
    ...(command === undefined ? {} : { command }),
    mode,
    nodes,
    settings,
    bug,
    ...(bugNodes.length > 0 ? { bugNodes } : {}),
    sync,
    seed: String(seed),
    endpoints: [FIRST_CLIENT, PROBE],
    ...surroundings,
  })
}

/** What probe and prediction see of the cluster. */
export function subjectOf(cluster: Cluster, lostForGood: (id: EndpointId) => boolean): HealthSubject {
  return {
    get ids() {
      return cluster.ids
    },
    views: () => cluster.views(),
    helperViews: () => cluster.helperViews(),
    lostDisk: lostForGood,
    get bent() {
      return cluster.bent
    },
  }
}
