/** The paper's Figure 8 (§6.2), measured again on the rings of this store: how evenly each strategy spreads, for how much metadata. */
import type { EndpointId } from '../../../machine/contract.ts'
import { buildRing, type RingOptions } from './build.ts'
import { balanceOf } from './efficiency.ts'
import type { Change } from './ring.ts'

/** As the figure has it: 30 nodes, N = 3; strategy 2 cuts 1,000 parts. */
export const FIGURE_NODES = 30
const N = 3
const PARTS_OF_2 = 1_000

/** Read off the figure: tokens that everybody has to know, and the efficiency of strategies 1, 2 and 3. */
export const FIGURE_8: readonly (readonly [tokens: number, efficiency: readonly [number, number, number]])[] = [
  [60, [0.52, 0.53, 0.86]],
  [120, [0.61, 0.61, 0.87]],
  [240, [0.69, 0.7, 0.9]],
  [480, [0.76, 0.76, 0.92]],
  [960, [0.82, 0.82, 0.94]],
  [1_920, [0.87, 0.85, 0.96]],
  [3_840, [0.91, 0.88, 0.97]],
  [7_680, [0.93, 0.87, 0.98]],
  [15_360, [0.95, 0.85, 0.98]],
  [30_720, [0.96, 0.84, 0.99]],
]

/** Of the rings that are built for a point of the figure: the fewer tokens there are, the more chance decides. */
export function efficiencies(strategy: 1 | 2 | 3, tokens: number): readonly number[] {
  const many = Math.max(strategy === 2 ? 4 : 1, Math.min(20, Math.ceil(1_200 / tokens)))
  const options: RingOptions = {
    strategy,
    tokens: tokens / FIGURE_NODES,
    partitions: strategy === 2 ? PARTS_OF_2 : tokens,
    n: N,
    racks: new Map<EndpointId, string>(),
  }
  return Array.from(
    { length: many },
    (_, trial) => balanceOf(buildRing(founders(1 + trial * FIGURE_NODES), options, { distinct: true })).efficiency,
  )
}

function founders(first: number): readonly Change[] {
  return Array.from({ length: FIGURE_NODES }, (_, i): Change => {
    const node = `n${first + i}`
    return { kind: 'join', node, at: 0, by: node }
  })
}
