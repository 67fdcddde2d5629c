/** How evenly a ring spreads its load, and what that costs: the two axes of Figure 8 (§6.2). */
import type { EndpointId } from '../../../machine/contract.ts'
import type { WholeRing } from './build.ts'

export interface Balance {
  /** Mean over maximum of the nodes' loads, all N replicas counted: 1 is even. */
  readonly efficiency: number
  /** Maximum over mean. */
  readonly worst: number
  /** Tokens that everybody has to know. */
  readonly metadata: number
}

/** Which part of all copies each member keeps, in the order of the members; all together 1. Keys count as spread evenly over the ring. */
export function loadsOf(ring: WholeRing): ReadonlyMap<EndpointId, number> {
  const loads = new Map<EndpointId, number>(ring.members.map((node) => [node, 0]))
  let all = 0
  for (let partition = 0; partition < ring.partitions; partition++) {
    const width = ring.widthOf(partition)
    for (const node of ring.homes(partition)) {
      loads.set(node, (loads.get(node) ?? 0) + width)
      all += width
    }
  }
  return all === 0 ? loads : new Map([...loads].map(([node, load]) => [node, load / all]))
}

export function balanceOf(ring: WholeRing): Balance {
  const most = Math.max(0, ...loadsOf(ring).values())
  const mean = 1 / Math.max(1, ring.members.length)
  return { efficiency: most === 0 ? 1 : mean / most, worst: most / mean, metadata: ring.metadata }
}
