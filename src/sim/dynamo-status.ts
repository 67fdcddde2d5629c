/** A Dynamo node's own status, as the invariants and the rows read it. */
import type { EndpointId } from '../machine/contract.ts'
import { type DynamoStatus, statusOf } from '../modes/dynamo/status.ts'
import { Violation } from './monitor.ts'

export function readDynamoStatus(status: unknown): DynamoStatus {
  const read = statusOf(status)
  if (read === null) throw new Violation('message', 'a node gave no status')
  return read
}

/** `n3 life 2  map 4f2a  keys 12  hints 3  in 0  out 2  down n1 n4` */
export function dynamoRow(node: EndpointId, { life, mapDigest, keys, hints, incoming, outgoing, down, isMember }: DynamoStatus): string {
  const kept = Object.values(hints).reduce((sum, count) => sum + count, 0)
  const indent = ' '.repeat(2 * Math.max(0, Number(node.slice(1)) - 1))
  return (
    `${indent}${node} life ${life}  map ${mapDigest.slice(0, 4)}${isMember ? '' : ' (no member)'}  keys ${keys}  hints ${kept}  ` +
    `in ${incoming}  out ${outgoing}  down ${down.join(' ') || '-'}`
  )
}
