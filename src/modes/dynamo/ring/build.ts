/** From a history of joins and leaves to the ring: a pure function, so that whoever has the same history has the same ring. */
import { assert } from '../../../machine/assert.ts'
import type { EndpointId } from '../../../machine/contract.ts'
import type { DynamoOptions } from '../settings.ts'
import { assignPartitions } from './assign.ts'
import { digestOf, membersOf } from './history.ts'
import { positionOf, RING_SIZE } from './position.ts'
import { walkFrom } from './preference.ts'
import type { Change, Ring } from './ring.ts'

export type RingOptions = Pick<DynamoOptions, 'strategy' | 'partitions' | 'tokens' | 'n' | 'racks'>

export interface BuildOptions {
  /** False is the bug same-node-replicas: the homes of a partition may be one node, more than once. */
  readonly distinct: boolean
}

/** The ring with its geometry, for screens and measurements. */
export interface WholeRing extends Ring {
  /** The part of the ring that this partition is, 0 to 1. */
  widthOf(partition: number): number
  /** A position of the ring, 0 to RING_SIZE, to the partition it lies in. */
  partitionAt(position: number): number
  /** The last position of the partition, its own; the next one begins after it. */
  endOf(partition: number): number
  /** Whose token the partition begins its walk with; null in an empty ring. */
  ownerOf(partition: number): EndpointId | null
  /** How many tokens everybody has to know: the price of the map. */
  readonly metadata: number
}

interface Token {
  readonly node: EndpointId
  readonly position: number
  /** `n3.7`, the seventh of n3. */
  readonly name: string
}

export function buildRing(history: readonly Change[], options: RingOptions, { distinct }: BuildOptions): WholeRing {
  const members = membersOf(history)
  const cut = cutOf(history, members, options)
  const { n, racks } = options
  const walk = { slots: cut.slots, members, n, racks, distinct }
  // Homes are asked for of every partition, those after them of few.
  const listed = (most: number) => {
    const lists = new Map<number, readonly EndpointId[]>()
    return (partition: number): readonly EndpointId[] => {
      const known = lists.get(partition)
      if (known !== undefined) return known
      assert(Number.isInteger(partition) && partition >= 0 && partition < cut.partitions, 'a partition is one of the ring')
      const list = members.length === 0 ? [] : walkFrom(walk, cut.firstSlot(partition), most).slice(0, most)
      lists.set(partition, list)
      return list
    }
  }
  const [homes, preference] = [listed(Math.min(n, members.length)), listed(members.length)]
  return {
    members,
    partitions: cut.partitions,
    metadata: cut.slots.length,
    digest: digestOf(history),
    partitionOf: remembering((key) => cut.partitionAt(positionOf(key))),
    preference,
    homes,
    ownerOf: (partition) => homes(partition)[0] ?? null,
    nameOf: cut.nameOf,
    partitionAt: cut.partitionAt,
    endOf: cut.endOf,
    widthOf: cut.widthOf,
  }
}

/** How a strategy cuts the ring, and at which token the walk from a partition begins. */
interface Cut {
  readonly partitions: number
  readonly slots: readonly EndpointId[]
  firstSlot(partition: number): number
  partitionAt(position: number): number
  nameOf(partition: number): string
  endOf(partition: number): number
  widthOf(partition: number): number
}

function cutOf(history: readonly Change[], members: readonly EndpointId[], { strategy, partitions, tokens }: RingOptions): Cut {
  switch (strategy) {
    case 1:
      return cutAtTokens(tokensOf(members, tokens))
    case 2: {
      const placed = tokensOf(members, tokens)
      const positions = placed.map(({ position }) => position)
      const even = cutEvenly(partitions)
      return { ...even, slots: placed.map(({ node }) => node), firstSlot: (partition) => firstFrom(positions, even.endOf(partition)) }
    }
    case 3:
      return { ...cutEvenly(partitions), slots: assignPartitions(history, partitions), firstSlot: (partition) => partition }
  }
}

/** Strategy 1: T random tokens a node; a partition is what lies between two tokens, (A, B], and B is its first home. */
function cutAtTokens(placed: readonly Token[]): Cut {
  const positions = placed.map(({ position }) => position)
  const before = (partition: number): number => (partition + placed.length - 1) % placed.length
  const endOf = (partition: number): number => positions[partition] ?? RING_SIZE - 1
  return {
    // A ring without a token is one part that nobody keeps.
    partitions: Math.max(1, placed.length),
    slots: placed.map(({ node }) => node),
    firstSlot: (partition) => partition,
    partitionAt: (position) => firstFrom(positions, position),
    nameOf: (partition) => `${placed[before(partition)]?.name ?? '0'}-${placed[partition]?.name ?? '0'}`,
    endOf,
    widthOf: (partition) => (placed.length < 2 ? 1 : ((endOf(partition) - endOf(before(partition)) + RING_SIZE) % RING_SIZE) / RING_SIZE),
  }
}

/** Strategies 2 and 3: Q parts of equal size, whoever is there. */
function cutEvenly(partitions: number): Omit<Cut, 'slots' | 'firstSlot'> {
  return {
    partitions,
    partitionAt: (position) => (position === 0 ? partitions : Math.ceil((position / RING_SIZE) * partitions)) - 1,
    nameOf: (partition) => `p${partition}`,
    endOf: (partition) => Math.floor(((partition + 1) / partitions) * RING_SIZE) % RING_SIZE,
    widthOf: () => 1 / partitions,
  }
}

/** In ring order. Where they lie follows from the node's name alone: nobody has to tell. */
function tokensOf(members: readonly EndpointId[], tokens: number): readonly Token[] {
  const placed = members.flatMap((node) =>
    Array.from({ length: tokens }, (_, i): Token => ({ node, position: positionOf(`${node}/${i + 1}`), name: `${node}.${i + 1}` })),
  )
  return placed.sort((a, b) => a.position - b.position || (a.name < b.name ? -1 : 1))
}

/** The first of the ascending positions that is not before this one; after the last comes the first. */
function firstFrom(positions: readonly number[], position: number): number {
  let [low, high] = [0, positions.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((positions[middle] ?? 0) < position) low = middle + 1
    else high = middle
  }
  return low === positions.length ? 0 : low
}

/** Keys remembered before the older half is let go. */
const REMEMBERED = 8_192

/** Hashing a key costs a few microseconds, and each operation asks several times. Two halves: the older goes when the newer is full. */
function remembering(find: (key: string) => number): (key: string) => number {
  let newer = new Map<string, number>()
  let older = new Map<string, number>()
  return (key) => {
    const known = newer.get(key)
    if (known !== undefined) return known
    const found = older.get(key) ?? find(key)
    if (newer.size >= REMEMBERED) [older, newer] = [newer, new Map()]
    newer.set(key, found)
    return found
  }
}
