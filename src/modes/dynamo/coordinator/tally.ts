/** How an operation was met, for the client and the person at it. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { Tally } from '../client-protocol.ts'
import type { House } from '../house.ts'
import type { Target } from './plan.ts'

/** `counting`: who counted, in the order they answered. */
export function tallyOf(house: House, counting: readonly Target[]): Tally {
  const standIns = counting.flatMap(({ node, home }): [EndpointId, EndpointId][] => (home === null ? [] : [[node, home]]))
  return { node: house.id, got: counting.length, of: house.options.n, standIns }
}
