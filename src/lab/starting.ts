import { nodeIds } from '../machine/ids.ts'
import type { Mode } from '../modes/mode.ts'
import type { LabSnapshot } from './types.ts'

/** What there is to show of `count` nodes that are not there yet. */
export function startingSnapshot({ name, banner }: Pick<Mode, 'name' | 'banner'>, count: number): LabSnapshot {
  return {
    mode: name,
    ...(banner === undefined ? {} : { banner }),
    observed: { state: 'unhealthy', why: 'starting', since: 0 },
    predicted: { state: 'healthy', uncertain: true, spare: 0, why: 'starting' },
    leader: null,
    term: null,
    failed: 0,
    faults: [],
    nodes: nodeIds(count).map((id) => ({ id, state: 'starting', role: null })),
  }
}
