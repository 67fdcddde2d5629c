/**
 * Who is to answer a request (§4.5, §4.6): the first N healthy nodes of the preference list, as this node sees them. Whoever is no home
 * of the key stands in for one that is away.
 */
import type { EndpointId } from '../../../machine/contract.ts'
import type { House } from '../house.ts'
import type { Ring } from '../ring/ring.ts'

export interface Target {
  readonly node: EndpointId
  /** The absent home it stands in for; null: it is a home. */
  readonly home: EndpointId | null
}

export interface Plan {
  readonly partition: number
  readonly homes: readonly EndpointId[]
  readonly targets: readonly Target[]
  /** Homes that are not asked. Some have a stand-in among the targets. */
  readonly absent: readonly EndpointId[]
  /** Healthy nodes after the targets, in the order of the walk: the next stand-ins. */
  readonly spare: readonly EndpointId[]
}

/** The plans of a ring while everybody answers, which is nearly always: then a partition has one. A changed map is another ring. */
const UNDISTURBED = new WeakMap<Ring, Map<number, Plan>>()

/** `avoid`: nodes that were just asked in vain, whatever the detector says. */
export function planFor(house: House, key: string, avoid: ReadonlySet<EndpointId>): Plan {
  const { ring } = house.membership
  const partition = ring.partitionOf(key)
  if (avoid.size > 0 || !house.detector.allUp) return workOut(house, ring, partition, avoid)
  const plans = UNDISTURBED.get(ring) ?? new Map<number, Plan>()
  UNDISTURBED.set(ring, plans)
  const plan = plans.get(partition) ?? workOut(house, ring, partition, avoid)
  plans.set(partition, plan)
  return plan
}

function workOut(house: House, ring: Ring, partition: number, avoid: ReadonlySet<EndpointId>): Plan {
  const homes = ring.homes(partition)
  const isHealthy = (node: EndpointId): boolean => node === house.id || (house.detector.isUp(node) && !avoid.has(node))
  const healthy = ring.preference(partition).filter(isHealthy)
  const first = healthy.slice(0, house.options.n)
  const absent = homes.filter((home) => !first.includes(home))
  let standIns = 0
  const targets = first.map((node): Target => ({ node, home: homes.includes(node) ? null : (absent[standIns++] ?? null) }))
  return { partition, homes, targets, absent, spare: healthy.slice(first.length) }
}
