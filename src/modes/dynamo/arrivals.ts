/** Which partitions have to come to a node after the map has changed, and from whom: pure. */
import type { EndpointId } from '../../machine/contract.ts'
import type { WholeRing } from './ring/build.ts'
import { readEndpoint, readList, readPair, readText } from './shape.ts'

/** Partitions that are not whole here, by name, with the nodes that kept them before: those that keep them no more come first. */
export type Arrivals = ReadonlyMap<string, readonly EndpointId[]>

const MOST_PARTITIONS = 16_384
const MOST_SOURCES = 256

/**
 * What is not whole at `id` under the new map. A partition that was none of its own before has to come; one that had not arrived yet
 * still has; and what lay in several partitions (strategy 1) comes from the keepers of each.
 */
export function arrivalsAfter(id: EndpointId, before: WholeRing, now: WholeRing, arriving: Arrivals): Arrivals {
  const found = new Map<string, readonly EndpointId[]>()
  if (before.members.length === 0) return found
  for (let partition = 0; partition < now.partitions; partition++) {
    const isHome = now.homes(partition).includes(id)
    const sources = new Set<EndpointId>()
    for (const old of overlapping(before, now, partition)) {
      const homes = before.homes(old)
      const missing = arriving.get(before.nameOf(old))
      // Also who keeps it no longer must be able to tell that it never had it whole.
      for (const node of missing ?? []) sources.add(node)
      if (isHome && !homes.includes(id)) for (const node of homes) sources.add(node)
    }
    sources.delete(id)
    if (sources.size > 0) found.set(now.nameOf(partition), departedFirst([...sources], now.homes(partition)))
  }
  return found
}

function departedFirst(sources: readonly EndpointId[], homes: readonly EndpointId[]): readonly EndpointId[] {
  return [...sources.filter((node) => !homes.includes(node)), ...sources.filter((node) => homes.includes(node))]
}

/** The partitions of the ring before that hold a part of this one. */
function overlapping(before: WholeRing, now: WholeRing, partition: number): readonly number[] {
  if (before.partitions === now.partitions && before.nameOf(partition) === now.nameOf(partition)) return [partition]
  const end = now.endOf(partition)
  const start = now.endOf((partition + now.partitions - 1) % now.partitions)
  const whole = now.partitions === 1
  const found: number[] = []
  for (let old = 0; old < before.partitions; old++) {
    const oldEnd = before.endOf(old)
    const oldStart = before.endOf((old + before.partitions - 1) % before.partitions)
    // Two arcs (a, b] meet if either holds the end of the other.
    if (whole || before.partitions === 1 || isWithin(oldEnd, start, end) || isWithin(end, oldStart, oldEnd)) found.push(old)
  }
  return found
}

/** Clockwise after `start` and not after `end`. */
function isWithin(position: number, start: number, end: number): boolean {
  return start < end ? position > start && position <= end : position > start || position <= end
}

export function showArrivals(arriving: Arrivals): unknown {
  return [...arriving].map(([name, sources]) => [name, [...sources]])
}

/** From a record. Undefined: it was written by nobody we know. */
export function readArrivals(raw: unknown): Arrivals | undefined {
  const read = readList(
    raw,
    (one) =>
      readPair(
        one,
        (name) => readText(name),
        (sources) => readList(sources, readEndpoint, MOST_SOURCES),
      ),
    MOST_PARTITIONS,
  )
  return read === undefined ? undefined : new Map(read)
}
