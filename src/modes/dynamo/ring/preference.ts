/** The order in which nodes keep a partition (§4.3): clockwise from its place, skipping those already listed. */
import type { EndpointId } from '../../../machine/contract.ts'

export interface Walk {
  /** Whose tokens lie around the ring, in ring order. */
  readonly slots: readonly EndpointId[]
  readonly members: readonly EndpointId[]
  readonly n: number
  /** Node to rack; a node without one is a rack of its own. */
  readonly racks: ReadonlyMap<EndpointId, string>
  /** False is the bug: a node listed already is listed again. */
  readonly distinct: boolean
}

/** All members, each once, from this slot on. Those without a token come last. `most`: no more of them are wanted. */
export function walkFrom(walk: Walk, first: number, most = walk.members.length): readonly EndpointId[] {
  // Racks may bring somebody forward from far behind.
  const met = walk.racks.size === 0 ? clockwise(walk, first, most) : spread(clockwise(walk, first, walk.members.length), walk.racks)
  if (walk.distinct) return met
  const repeated = Array.from({ length: Math.min(walk.n, walk.slots.length) }, (_, i) => slotAt(walk.slots, first + i))
  return [...repeated, ...met.filter((node) => !repeated.includes(node))]
}

function clockwise({ slots, members }: Walk, first: number, most: number): readonly EndpointId[] {
  const met = new Set<EndpointId>()
  for (let i = 0; i < slots.length && met.size < most; i++) met.add(slotAt(slots, first + i))
  for (const node of members) if (met.size < most) met.add(node)
  return [...met]
}

function slotAt(slots: readonly EndpointId[], at: number): EndpointId {
  return slots[at % slots.length] ?? ''
}

/** Round by round, each taking from every rack the first that is left: as many racks among the first N as there are. */
function spread(nodes: readonly EndpointId[], racks: ReadonlyMap<EndpointId, string>): readonly EndpointId[] {
  if (racks.size === 0) return nodes
  const listed: EndpointId[] = []
  let left = nodes
  while (left.length > 0) {
    const used = new Set<string>()
    const passed: EndpointId[] = []
    for (const node of left) {
      const rack = racks.get(node) ?? `alone ${node}`
      if (used.has(rack)) passed.push(node)
      else listed.push(node)
      used.add(rack)
    }
    left = passed
  }
  return listed
}
