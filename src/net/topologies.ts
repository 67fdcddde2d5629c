/** Named partitions, as pure functions of the nodes in the order given. Both directions of each pair in `cuts` are cut. */
import type { EndpointId } from '../machine/contract.ts'
import { PlanError } from './plan-error.ts'

const TOPOLOGY_NAMES = ['halves', 'bridge', 'ring'] as const
export type TopologyName = (typeof TOPOLOGY_NAMES)[number]

export interface Topology {
  readonly name: TopologyName
  readonly cuts: readonly (readonly [EndpointId, EndpointId])[]
  /** Who is parted from whom; of a ring the nodes in their order. With `note` it says in one line who sees whom. */
  readonly sides: readonly (readonly EndpointId[])[]
  readonly note: string
}

export function topology(name: TopologyName, nodes: readonly EndpointId[]): Topology {
  switch (name) {
    case 'halves':
      return halves(nodes)
    case 'bridge':
      return bridge(nodes)
    case 'ring':
      return ring(nodes)
  }
}

/** The first half against the rest; the odd one goes with the first, which is then the majority. Of an even number neither side is one. */
export function halves(nodes: readonly EndpointId[]): Topology {
  needs('halves', nodes, 2)
  const middle = Math.ceil(nodes.length / 2)
  const [left, right] = [nodes.slice(0, middle), nodes.slice(middle)]
  return { name: 'halves', cuts: between(left, right), sides: [left, right], note: '' }
}

/** Two groups that do not see each other, and the middle node of the list, which sees everyone. */
export function bridge(nodes: readonly EndpointId[]): Topology {
  needs('bridge', nodes, 3)
  const middle = Math.floor(nodes.length / 2)
  const [left, right] = [nodes.slice(0, middle), nodes.slice(middle + 1)]
  return { name: 'bridge', cuts: between(left, right), sides: [left, right], note: `, ${nodes[middle]} sees both` }
}

/**
 * The majorities ring: nodes stand in a circle in the order given, and each sees as many neighbours on either side as it takes
 * to see a majority, itself included (of five: one on either side, three in all). So each sees a majority, and no two the same.
 * Fewer than four nodes have no such ring.
 */
export function ring(nodes: readonly EndpointId[]): Topology {
  needs('ring', nodes, 4)
  const count = nodes.length
  const reach = Math.ceil(Math.floor(count / 2) / 2)
  const cuts: [EndpointId, EndpointId][] = []
  nodes.forEach((a, i) => {
    nodes.slice(i + 1).forEach((b, offset) => {
      const steps = offset + 1
      if (Math.min(steps, count - steps) > reach) cuts.push([a, b])
    })
  })
  return { name: 'ring', cuts, sides: [nodes], note: `, each sees ${reach} on either side` }
}

function between(left: readonly EndpointId[], right: readonly EndpointId[]): [EndpointId, EndpointId][] {
  return left.flatMap((a) => right.map((b): [EndpointId, EndpointId] => [a, b]))
}

function needs(name: TopologyName, nodes: readonly EndpointId[], least: number): void {
  if (nodes.length < least) throw new PlanError('too-few', `${name} needs ${least} nodes, this cluster has ${nodes.length}`)
}
