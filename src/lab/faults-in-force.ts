/** What is broken now, a line each, for `status` and for what `recover` undid. */
import type { Cluster } from '../cluster/cluster.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { NodeView } from '../modes/mode.ts'
import type { NetworkPlan } from '../net/plan.ts'

/** `lost`: whether a node no longer counts because its disk is gone. */
export function faultsInForce(cluster: Cluster, plan: NetworkPlan, lost: (id: EndpointId) => boolean): string[] {
  const views = [...cluster.views(), ...cluster.helperViews()]
  return [...views.flatMap((view) => faultsOf(cluster, view, lost)), ...plan.describe()]
}

function faultsOf(cluster: Cluster, { id, state }: NodeView, lost: (id: EndpointId) => boolean): string[] {
  const clock = cluster.clockOf(id)
  const disk = cluster.diskOf(id)
  const lines: [boolean, string][] = [
    [state !== 'live', `${id} ${state}`],
    [state === 'live' && lost(id), `${id} lost its disk`],
    [clock.skewMs !== 0, `${id} clock ${clock.skewMs > 0 ? '+' : ''}${clock.skewMs} ms`],
    [clock.drift !== 0, `${id} clock drift ${(clock.drift * 100).toFixed(2)} %`],
    [disk.slowMs > 0, `${id} disk slow ${disk.slowMs} ms`],
    [disk.full, `${id} disk full`],
    [disk.fail, `${id} disk fails`],
  ]
  return lines.flatMap(([broken, line]) => (broken ? [line] : []))
}
