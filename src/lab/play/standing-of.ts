/** The faults in force in a running lab, as data. */
import type { NodeView } from '../../modes/mode.ts'
import type { Run } from '../run.ts'
import type { NodeStanding, Standing } from './standing.ts'

/** The last `chaos start` and `load start` that were said: what would start them again. */
export interface LastStarts {
  readonly chaos: string
  readonly load: string
}

export function standingOf(run: Run, starts: LastStarts): Standing {
  return {
    cluster: run.folder.path,
    nodes: run.processViews().map((view) => nodeOf(run, view)),
    network: run.plan.describe().map(asCommand),
    chaos: run.chaos === null ? null : starts.chaos,
    load: run.load.running ? starts.load : null,
    settings: run.settings,
  }
}

function nodeOf(run: Run, { id, state }: NodeView): NodeStanding {
  return { id, state: settled(state), lost: run.lostForGood(id), ...run.cluster.clockOf(id), ...run.cluster.diskOf(id) }
}

/** A node that starts is on its way to live. */
function settled(state: NodeView['state']): NodeStanding['state'] {
  return state === 'dead' || state === 'asleep' ? state : 'live'
}

/** `partition ring: n1 n2 n3 n4, each sees 1 on either side` was `partition ring`. */
function asCommand(line: string): string {
  return /^partition (?:bridge|ring)(?=:)/.exec(line)?.[0] ?? line
}
