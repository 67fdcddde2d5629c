/** What a node does for a coordinator elsewhere: keep a copy, or hand out its own. */
import type { EndpointId } from '../../machine/contract.ts'
import type { Answer, Body, Cause, House } from './house.ts'
import { serveKeepers, serveNodes } from './nodes-only.ts'
import { readCopy, readEndpoint, readKey, readNull } from './shape.ts'
import type { Copy } from './versions.ts'

/** To one replica. */
export interface Replicate {
  readonly type: 'replicate'
  readonly key: string
  readonly copy: Copy
  /** The absent home that the receiver stands in for; null: it is a home itself. */
  readonly home: EndpointId | null
  /** With `durability=one`: this replica is the durable one. */
  readonly durable: boolean
  readonly cause: 'replicate' | 'read-repair'
}

export type ReadAnswer = {
  readonly type: 'copy'
  readonly copy: Copy | null
  /** Who kept the partition before, while this replica has not received it whole. */
  readonly arriving: readonly EndpointId[] | null
}

/** How a copy is kept: where its record must be durable before it counts; null for nowhere. */
export interface Kept {
  readonly stream: 'log' | 'bulk'
  readonly position: number | null
}

export function serveReplica(house: House): void {
  serveKeepers(house, 'replicate', (body, answer) => replicate(house, body, answer))
  serveNodes(house, 'read', (_from, body, answer) => {
    const key = readKey(body.key)
    if (key === undefined) house.drop('malformed')
    else answer(readHere(house, key))
  })
}

function replicate(house: House, body: Body, answer: Answer): void {
  const [key, copy, home] = [readKey(body.key), readCopy(body.copy), readNull(body.home, readEndpoint)]
  if (key === undefined || copy === undefined || copy.versions.length === 0 || home === undefined) {
    house.drop('malformed')
    return
  }
  const cause = body.cause === 'read-repair' ? 'read-repair' : 'replicate'
  const kept = keep(house, key, copy, home, cause, body.durable === true)
  if (kept === null) answer({ type: 'declined' })
  else answer({ type: 'replicated' }, kept.position, kept.stream)
}

/** As an own copy, or as a hint for `home`. Null: no hint may be kept. */
export function keep(house: House, key: string, copy: Copy, home: EndpointId | null, cause: Cause, durable: boolean): Kept | null {
  const { ring } = house.membership
  // Without a map, it would know nobody to hand it to: a node that left and lost its disk is still asked by those who do not know.
  if (ring.members.length === 0) return null
  // Views differ: whom the coordinator takes for a stand-in may know that it is a home.
  if (home === null || home === house.id || ring.homes(ring.partitionOf(key)).includes(house.id)) {
    return { stream: 'log', position: house.copies.take(key, copy, cause, durable) }
  }
  const { kept, position } = house.hints.add(home, key, copy)
  if (!kept) return null
  return { stream: 'bulk', position: house.options.durability === 'all' || durable ? position : null }
}

/** What this node answers to a read: its own copy and what it keeps for others. */
export function readHere(house: House, key: string): ReadAnswer {
  const { membership, transfers } = house
  const partition = membership.ring.partitionOf(key)
  return { type: 'copy', copy: copyHere(house, key), arriving: transfers.arriving(partition) }
}

/** Null if there is none. */
export function copyHere(house: House, key: string): Copy | null {
  const own = house.copies.get(key)
  const hinted = house.hints.of(key)
  if (hinted === null) return own
  return house.copies.settled(key, own === null ? hinted : house.versioning.merge(own, hinted))
}
