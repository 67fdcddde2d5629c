/** The running cluster as a mode's commands, key subjects and checks see it: they read, and change nothing. */
import type { ClusterPort } from '../modes/mode.ts'
import type { Run } from './run.ts'

export function portOf(run: Run): ClusterPort {
  return {
    nodes: () => run.views(),
    refresh: async () => {
      await run.refresh()
      return run.views()
    },
    settings: run.settings,
    // A node that has left since it was named answers nothing.
    inspect: async (node, query) => (run.cluster.ids.includes(node) ? run.cluster.inspect(node, query) : null),
  }
}
