/** What only nodes may ask of a node: a client that tries is dropped and counted. */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Answer, Body, House } from './house.ts'

/** What keeps something that another node sends: never from one that was removed, which hears of that instead of an answer. */
export function serveKeepers(house: House, type: string, serve: (body: Body, answer: Answer) => void): void {
  serveNodes(house, type, (from, body, answer) => {
    if (!house.membership.isRemoved(from)) return serve(body, answer)
    house.drop('removed-node')
    house.membership.compare(from)
  })
}

export function serveNodes(house: House, type: string, serve: (from: EndpointId, body: Body, answer: Answer) => void): void {
  house.serve(type, (from, body, answer) => {
    if (isNode(from)) serve(from, body, answer)
    else house.drop('not-a-node')
  })
}
