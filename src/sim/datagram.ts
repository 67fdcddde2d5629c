/** The messages inside a datagram, for those who watch. Fragments stay closed: what is large is neither a vote nor an answer to one. */
import { decode } from '../machine/codec.ts'
import type { EndpointId } from '../machine/contract.ts'
import { payloadOffset } from '../node/envelope.ts'
import { splitMessages } from '../node/outbox.ts'

const KIND_AT = 3
const KIND_MESSAGES = 0

/** The datagram is one that this endpoint just sealed, so nothing in it needs to be doubted. */
export function messagesIn(from: EndpointId, to: EndpointId, bytes: Uint8Array): unknown[] {
  if (bytes[KIND_AT] !== KIND_MESSAGES) return []
  return (splitMessages(bytes.subarray(payloadOffset(from, to))) ?? []).map((message) => decode(message))
}
