/**
 * What the faults in force mean for a Dynamo cluster: predicted health, for each partition and each live coordinator, the worst shown
 * with how many.
 *
 * healthy: all N homes linked with the coordinator. degraded: R and W can be met, with at least one home. unhealthy: they cannot, or
 * only by stand-ins, which answer but have not the data. A strict quorum counts homes alone. Where clients go through a load balancer they
 * reach nobody without it, and whom it does not reach they do not.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { FaultView, HealthState, PredictedHealth } from '../mode.ts'
import { BALANCER } from './client-route.ts'
import { type MapView, mapsOf } from './predict-maps.ts'
import { type DynamoOptions, readOptions } from './settings.ts'

/** A live member, the ring as it sees it, and whom it reaches of that ring (itself too). */
interface Coordinator {
  readonly id: EndpointId
  readonly map: MapView
  readonly reach: ReadonlySet<EndpointId>
}

type Fate = 'healthy' | 'lacking' | 'no-data' | 'unreachable'

const WORST_FIRST: readonly Fate[] = ['unreachable', 'no-data', 'lacking', 'healthy']
const STATES: Readonly<Record<Fate, HealthState>> = {
  healthy: 'healthy',
  lacking: 'degraded',
  'no-data': 'unhealthy',
  unreachable: 'unhealthy',
}

export function predict(view: FaultView): PredictedHealth {
  const options = readOptions(view.settings)
  const links = linksOf(view)
  const maps = mapsOf(view)
  const coordinators = [...links].flatMap(([id, linked]): Coordinator[] => {
    const map = maps.get(id)
    if (map === undefined || !map.ring.members.includes(id)) return []
    return [{ id, map, reach: new Set(map.ring.members.filter((member) => linked.has(member))) }]
  })
  const uncertain = view.bent || !isTransitive(links)
  const [balancer] = view.helpersDown
  if (balancer !== undefined) return { state: 'unhealthy', uncertain, spare: 0, why: `the load balancer ${balancer} is down` }
  if (coordinators.length === 0) return { state: 'unhealthy', uncertain, spare: 0, why: 'no node of the ring is up' }
  const doors = options.coordination === 'client' ? coordinators : coordinators.filter(({ id }) => view.linked(BALANCER, id))
  if (doors.length === 0)
    return { state: 'unhealthy', uncertain, spare: 0, why: `the load balancer ${BALANCER} reaches no node of the ring` }
  const { worst, partitions, by, spare: nodes } = worstOf(coordinators, options)
  const spare = Math.min(nodes, doors.length - 1)
  const all = doors.length === coordinators.length
  const words =
    all || worst !== 'healthy'
      ? wordsFor(worst, partitions, by, spare, options.n)
      : `${BALANCER} reaches ${doors.length} of ${coordinators.length} nodes; ${spare} may fail`
  const why = isDiverging(coordinators, links, options) ? `${words}; diverging` : words
  return { state: STATES[worst], uncertain, spare, why }
}

/** Whom each node that is up is linked with, both ways; itself too. */
function linksOf(view: FaultView): ReadonlyMap<EndpointId, ReadonlySet<EndpointId>> {
  const up = view.members.filter((id) => view.up(id))
  return new Map(up.map((a) => [a, new Set(up.filter((b) => a === b || view.linked(a, b)))]))
}

/** Whether those that one node sees all see the same nodes: else it depends on who coordinates, and on what was noticed when. */
function isTransitive(links: ReadonlyMap<EndpointId, ReadonlySet<EndpointId>>): boolean {
  const circle = new Map([...links].map(([id, linked]) => [id, [...linked].join()]))
  return [...links].every(([id, linked]) => [...linked].every((other) => circle.get(other) === circle.get(id)))
}

interface Worst {
  readonly worst: Fate
  /** `7 of 64 partitions`, and the coordinators through which they fare so. */
  readonly partitions: string
  readonly by: readonly EndpointId[]
  readonly spare: number
}

function worstOf(coordinators: readonly Coordinator[], options: DynamoOptions): Worst {
  const found = new Map<Fate, { readonly names: Set<string>; readonly by: Set<EndpointId> }>()
  // When all are gone it is unhealthy, whatever else holds.
  let spare = coordinators.length - 1
  for (const coordinator of coordinators) {
    for (const { homes, names } of coordinator.map.groups) {
      const { fate, more } = fateOf(coordinator, homes, options)
      spare = Math.min(spare, more)
      const known = found.get(fate) ?? { names: new Set(), by: new Set() }
      found.set(fate, known)
      for (const name of names) known.names.add(name)
      known.by.add(coordinator.id)
    }
  }
  const worst = WORST_FIRST.find((fate) => found.has(fate)) ?? 'unreachable'
  const { names, by } = found.get(worst) ?? { names: new Set(), by: new Set<EndpointId>() }
  const all = new Set([...found.values()].flatMap((each) => [...each.names])).size
  return { worst, partitions: `${names.size} of ${all} partitions`, by: [...by], spare: STATES[worst] === 'unhealthy' ? 0 : spare }
}

/** How a request for these homes fares through this node, and how many more may fail, in the worst choice, before that is unhealthy. */
function fateOf({ id, reach }: Coordinator, homes: readonly EndpointId[], options: DynamoOptions): { fate: Fate; more: number } {
  const { n, r, w, quorum } = options
  const needed = Math.max(r, w)
  const reached = homes.filter((home) => reach.has(home)).length
  const counting = quorum === 'strict' ? reached : reach.size
  if (Math.min(n, counting) < needed) return { fate: 'unreachable', more: 0 }
  if (reached === 0) return { fate: 'no-data', more: 0 }
  // Nobody asks a dead coordinator: its own copy and its own vote are always there.
  const isHome = homes.includes(id)
  const ownVote = needed === 1 && (quorum === 'sloppy' || isHome)
  const more = Math.min(ownVote ? Number.POSITIVE_INFINITY : counting - needed, isHome ? Number.POSITIVE_INFINITY : reached - 1)
  return { fate: reached === n ? 'healthy' : 'lacking', more }
}

/** Eight words at most. */
function wordsFor(fate: Fate, partitions: string, by: readonly EndpointId[], spare: number, n: number): string {
  const through = by.length <= 2 ? by.join(' ') : `${by.length} nodes`
  switch (fate) {
    case 'healthy':
      return n === 1 ? `every partition's home linked; ${spare} may fail` : `all ${n} homes linked everywhere; ${spare} may fail`
    case 'lacking':
      return `${partitions} lack homes; ${spare} may fail`
    case 'no-data':
      return `${partitions} without data via ${through}`
    case 'unreachable':
      return `${partitions} unreachable via ${through}`
  }
}

/** Whether two coordinators can write the same partition without seeing each other: over no link, or on no map. */
function isDiverging(
  coordinators: readonly Coordinator[],
  links: ReadonlyMap<EndpointId, ReadonlySet<EndpointId>>,
  options: DynamoOptions,
): boolean {
  const sees = (a: Coordinator, b: Coordinator): boolean => links.get(a.id)?.has(b.id) === true && a.map.ring.members.includes(b.id)
  const writable = new Map<Coordinator, ReadonlySet<string>>()
  const writes = (one: Coordinator): ReadonlySet<string> => {
    const known = writable.get(one) ?? writableBy(one, options)
    writable.set(one, known)
    return known
  }
  return coordinators.some((a, i) =>
    coordinators.slice(i + 1).some((b) => !(sees(a, b) && sees(b, a)) && [...writes(a)].some((name) => writes(b).has(name))),
  )
}

function writableBy({ map, reach }: Coordinator, { n, w, quorum }: DynamoOptions): ReadonlySet<string> {
  const counts = (homes: readonly EndpointId[]): number =>
    quorum === 'strict' ? homes.filter((home) => reach.has(home)).length : Math.min(n, reach.size)
  return new Set(map.groups.flatMap(({ homes, names }) => (counts(homes) >= w ? names : [])))
}
