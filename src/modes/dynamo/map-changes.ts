/** The requests that read or change the map: `map`, `join`, `leave` (§4.8.1: explicit only). */
import type { Gossip } from './gossip.ts'
import type { House } from './house.ts'
import { Joins } from './joins.ts'
import { Leaves } from './leaves.ts'
import type { NodeMap } from './membership.ts'

export function serveChanges(house: House, map: NodeMap, gossip: Gossip): void {
  house.serve('map', (_from, _body, answer) => answer({ type: 'map', history: map.history }, map.position))
  const joins = new Joins(house, map, gossip)
  house.serve('join', (from, { seed }, answer) => joins.join(from, seed, answer))
  const leaves = new Leaves(house, map, gossip)
  house.serve('leave', (from, { node }, answer) => leaves.leave(from, node, answer))
}
