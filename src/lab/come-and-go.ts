/** Processes that come and go while a run goes on. */
import type { EndpointId } from '../machine/contract.ts'
import type { Run } from './run.ts'

/** One more process, on the network and watched; to join the others is the mode's own affair. Rejects as `Cluster.add`, and nothing has changed then. */
export async function addNode(run: Run, id: EndpointId): Promise<void> {
  const here = run.plan.nodes.includes(id)
  run.plan.addEndpoint(id)
  try {
    await run.shim.apply(run.plan.takeUpdates())
    await run.cluster.add(id)
  } catch (error) {
    if (!here) run.plan.removeEndpoint(id)
    throw error
  }
  await run.applyNetwork(`${id} came`)
}

/** Kills a node and forgets it, with every fault that names it. Rejects as `Cluster.retire`. */
export async function retireNode(run: Run, id: EndpointId): Promise<void> {
  await run.cluster.retire(id)
  run.plan.removeEndpoint(id)
  run.last = run.last.filter((one) => one !== id)
  run.damaged.delete(id)
  await run.applyNetwork(`${id} is gone`)
}
