/** Nodes back to life, as far as they let themselves be: one that finds its log damaged refuses to serve, and the lab goes on. */
import { NodeDidNotStart } from '../../cluster/failure.ts'
import type { EndpointId } from '../../machine/contract.ts'
import type { Run } from '../run.ts'

/** Starts those that start. Null, or which did not and why, as they said it themselves. */
export async function restartNodes({ cluster }: Run, ids: readonly EndpointId[]): Promise<string | null> {
  try {
    await cluster.restart(ids)
    return null
  } catch (error) {
    if (!(error instanceof NodeDidNotStart)) throw error
    const said = ids.flatMap((id) => {
      const exit = cluster.lastExit(id)
      return exit === null ? [] : [`${id} did not start: ${exit.why}`]
    })
    return said.length === 0 ? error.message : said.join('; ')
  }
}
