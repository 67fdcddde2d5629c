/**
 * Who is to answer a request (§4.5, §4.6): the first N healthy nodes of the preference list, as this node sees them. Whoever is no home
 * of the key stands in for one that is away.
 */
import type { EndpointId } from '../../../machine/contract.ts'
import type { House } from '../house.ts'

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

/** `avoid`: nodes that were just asked in vain, whatever the detector says. */
export function planFor(house: House, key: string, avoid: ReadonlySet<EndpointId>): Plan {
  const { ring } = house.membership
  const partition = ring.partitionOf(key)
  const homes = ring.homes(partition)
  const isHealthy = (node: EndpointId): boolean => node === house.id || (house.detector.isUp(node) && !avoid.has(node))
  const healthy = ring.preference(partition).filter(isHealthy)
  const first = healthy.slice(0, house.options.n)
  const absent = homes.filter((home) => !first.includes(home))
  let standIns = 0
  const targets = first.map((node): Target => ({ node, home: homes.includes(node) ? null : (absent[standIns++] ?? null) }))
  return { partition, homes, targets, absent, spare: healthy.slice(first.length) }
}
