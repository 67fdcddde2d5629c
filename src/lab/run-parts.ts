/** The parts of a running cluster, opened one after the other: network, node processes, clients, the watch over health, load. */
import type { Cluster } from '../cluster/cluster.ts'
import { type HealthEvent, HealthWatch } from '../cluster/health.ts'
import type { ClusterEvent } from '../cluster/types.ts'
import type { RunClock } from '../history/clock.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Settings } from '../modes/mode.ts'
import type { NetworkPlan } from '../net/plan.ts'
import { startShim } from '../net/shim.ts'
import type { Shim } from '../net/types.ts'
import type { Closers } from './closers.ts'
import type { EventStream } from './events.ts'
import type { HistoryLog } from './history-log.ts'
import { HostWatch, nodeDrops } from './host-watch.ts'
import { LoadRun } from './load-run.ts'
import { RunClients } from './run-clients.ts'
import { openCluster, subjectOf } from './run-cluster.ts'
import type { RunFolder } from './run-folder.ts'
import { FIRST_CLIENT, type RunOptions } from './run-options.ts'
import { reportEveryMs } from './samples/sampler.ts'

export interface RunParts {
  readonly shim: Shim
  readonly watch: HostWatch
  readonly cluster: Cluster
  readonly clients: RunClients
  readonly health: HealthWatch
  readonly load: LoadRun
}

/** What of a run its parts are opened with. */
export interface RunHouse {
  readonly options: RunOptions
  readonly folder: Pick<RunFolder, 'path'>
  readonly clock: RunClock
  readonly events: EventStream
  readonly history: HistoryLog
  readonly plan: NetworkPlan
  /** Every envelope of this run wears it. */
  readonly runId: number
  /** In force now. */
  readonly settings: Settings
  onCluster(event: ClusterEvent): void
  onHealth(event: HealthEvent): void
  /** Network, clients or load broke. */
  onFailure(error: Error): void
}

/** Worse health than the faults allow is a finding after this long, or after what the mode asks for if that is more. */
const FINDING_MS = 5_000

/** Each part that is open is closed by `closers`, also when a later one rejects: as `Run.open`. */
export async function openParts(house: RunHouse, closers: Closers): Promise<RunParts> {
  const { options, events, history, plan, clock, folder, runId } = house
  const { mode, nodes, seed } = options
  const shim = startShim({ seed: String(seed), startNs: clock.startNs })
  let open: Cluster | null = null
  const watch = new HostWatch(shim, events, () => (open === null ? [] : nodeDrops(open, history.recorder.faults())), reportEveryMs(nodes))
  closers.push(
    () => shim.close(),
    () => watch.close(),
  )
  shim.onFailure((error) => house.onFailure(error))
  const onEvent = (event: ClusterEvent): void => house.onCluster(event)
  const cluster = await openCluster(options, { runDir: folder.path, runId, clock, shim, onEvent })
  open = cluster
  closers.push(() => cluster.close())
  for (const id of [...cluster.ids, ...cluster.helperIds]) plan.addEndpoint(id)
  const surroundings = () => surroundingsOf(house, cluster)
  const clients = new RunClients(() => ({ ...surroundings(), mode, recorder: history.recorder }), plan, shim)
  closers.push(() => clients.close())
  await clients.get(FIRST_CLIENT)
  const health = await openHealth(house, cluster)
  closers.push(() => health.close())
  const onFailure = (error: Error): void => house.onFailure(error)
  const load = new LoadRun(() => ({ ...surroundings(), mode: mode.name, onFailure }), history.recorder)
  closers.push(() => (load.running ? load.stop() : undefined))
  return { shim, watch, cluster, clients, health, load }
}

function openHealth(house: RunHouse, cluster: Cluster): Promise<HealthWatch> {
  const { mode, settings, patience } = house.options
  return HealthWatch.open({
    ...surroundingsOf(house, cluster),
    // Asked anew for each prediction: `set` may have changed what must be reached.
    get settings() {
      return house.settings
    },
    mode,
    cluster: subjectOf(cluster, (id) => lostForGood(house.options, cluster, id)),
    network: house.plan,
    findingAfterMs: Math.max(FINDING_MS, mode.settlesMs?.(settings) ?? 0) * patience,
    onEvent: (event) => house.onHealth(event),
  })
}

/** Its disk is lost, and nobody gives it back what it held: it no longer counts. */
export function lostForGood({ mode }: Pick<RunOptions, 'mode'>, cluster: Pick<Cluster, 'lostDisk'>, id: EndpointId): boolean {
  return mode.refills !== true && cluster.lostDisk(id)
}

/** What every endpoint outside the nodes is opened with, as nodes and settings are now. */
function surroundingsOf({ options, settings, runId, clock }: RunHouse, cluster: Cluster) {
  const connect = cluster.connect.bind(cluster)
  return { nodes: cluster.ids, settings, seed: String(options.seed), runId, clock, connect }
}
