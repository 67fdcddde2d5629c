/** The cluster as the lab sees it from outside: what the nodes said last, and the ring that follows. */
import type { EndpointId } from '../../machine/contract.ts'
import type { ClusterPort, NodeView, Settings } from '../mode.ts'
import { buildRing, type WholeRing } from './ring/build.ts'
import { readHistory, showHistory } from './ring/history.ts'
import type { Change } from './ring/ring.ts'
import { readOptions } from './settings.ts'
import { type DynamoStatus, historyOf, statusOf } from './status.ts'

export interface Seen {
  readonly id: EndpointId
  readonly status: DynamoStatus
}

/** Live nodes that have said something. What a dead or sleeping one said last is not what it would say. */
export function seenOf(nodes: readonly NodeView[]): readonly Seen[] {
  return nodes.flatMap(({ id, state, status }) => {
    const said = state === 'live' ? statusOf(status) : null
    return said === null ? [] : [{ id, status: said }]
  })
}

/** The ring by all that any live node knows: where every map will come to, if nothing else happens. Null when nobody says anything. */
export function ringOf(nodes: readonly NodeView[], settings: Settings): WholeRing | null {
  const statuses = seenOf(nodes).map(({ status }) => status)
  const [first] = statuses
  if (first === undefined) return null
  const alike = statuses.every(({ mapDigest }) => mapDigest === first.mapDigest)
  return ringFrom(alike ? readHistory(first.history) : historyOf(statuses), settings)
}

/** The ring as this node sees it. */
export function ringSeenBy({ history }: DynamoStatus, settings: Settings): WholeRing {
  return ringFrom(readHistory(history), settings)
}

const MOST_KEPT = 32
const kept = new Map<string, WholeRing>()

/** Screens ask four times a second, and the map changes seldom: the last few rings are kept. */
export function ringFrom(history: readonly Change[], settings: Settings): WholeRing {
  const options = readOptions(settings)
  const { strategy, partitions, tokens, n, racks } = options
  const name = JSON.stringify([strategy, partitions, tokens, n, [...racks], showHistory(history)])
  const known = kept.get(name)
  if (known !== undefined) return known
  const made = buildRing(history, options, { distinct: true })
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(name, made)
  return made
}

/** Whom the live nodes together take to be away: not live, or down for most of those that speak. */
export function awayFrom(nodes: readonly NodeView[]): ReadonlySet<EndpointId> {
  const seen = seenOf(nodes)
  const away = new Set(nodes.filter(({ state }) => state !== 'live').map(({ id }) => id))
  for (const { id } of nodes) {
    const others = seen.filter((other) => other.id !== id)
    const against = others.filter(({ status }) => status.down.includes(id)).length
    if (against * 2 > others.length) away.add(id)
  }
  return away
}

/** The nodes that keep a key, and those that stand in now: as many as homes are away. */
export function homesOf(
  port: ClusterPort,
  key: string,
): { readonly homes: readonly EndpointId[]; readonly fallbacks: readonly EndpointId[] } {
  const nodes = port.nodes()
  const ring = ringOf(nodes, port.settings)
  if (ring === null) return { homes: [], fallbacks: [] }
  const partition = ring.partitionOf(key)
  return { homes: ring.homes(partition), fallbacks: standInsOf(ring, partition, awayFrom(nodes)).map(([standIn]) => standIn) }
}

export type StandIn = readonly [standIn: EndpointId, home: EndpointId]

/** The first N healthy nodes of the list that are no homes, each with the home that it stands for (§4.6). */
export function standInsOf(ring: WholeRing, partition: number, away: ReadonlySet<EndpointId>): readonly StandIn[] {
  const homes = ring.homes(partition)
  const others = ring.preference(partition).filter((node) => !homes.includes(node) && !away.has(node))
  return homes
    .filter((home) => away.has(home))
    .flatMap((home, i): StandIn[] => {
      const standIn = others[i]
      return standIn === undefined ? [] : [[standIn, home]]
    })
}
