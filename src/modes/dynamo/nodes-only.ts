/** What only nodes may ask of a node: a client that tries is dropped and counted. */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import type { Answer, Body, House } from './house.ts'

export function serveNodes(house: House, type: string, serve: (from: EndpointId, body: Body, answer: Answer) => void): void {
  house.serve(type, (from, body, answer) => {
    if (isNode(from)) serve(from, body, answer)
    else house.drop('not-a-node')
  })
}
