/**
 * One outbox for each destination, flushed once a turn: a send costs the same whatever its size, so all messages for one
 * destination share a datagram where they fit. The payload of a `messages` envelope is, per message, a u16 length
 * (little-endian) and that many bytes; a larger message leaves as fragments.
 */
import type { EndpointId } from '../machine/contract.ts'
import { type Crc32, type EnvelopeHeader, type EnvelopeKind, MAX_DATAGRAM, openEnvelope, payloadOffset, seal } from './envelope.ts'
import { FRAGMENT_HEADER, MAX_MESSAGE, writeFragmentHeader } from './fragments.ts'
import { Slab } from './slab.ts'
import type { Datagram } from './types.ts'

const LENGTH_BYTES = 2
/** What one turn may put into one destination's outbox; more is dropped, and whoever sent it tries again. */
const MAX_OUTBOX_BYTES = 8 * 1024 * 1024

export interface OutboxOptions {
  readonly id: EndpointId
  readonly runId: number
  readonly group: number
  readonly incarnation: number
  readonly crc32: Crc32
}

interface Waiting {
  readonly messages: Uint8Array[]
  bytes: number
}

export class Outbox {
  readonly #options: OutboxOptions
  readonly #waiting = new Map<EndpointId, Waiting>()
  readonly #slab = new Slab()
  #sequence = 0
  #messageId = 0

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Takes an encoded message, or says why it was dropped. */
  add(to: EndpointId, message: Uint8Array): 'taken' | 'too-large' | 'outbox-full' {
    if (message.length > MAX_MESSAGE) return 'too-large'
    const waiting = this.#waiting.get(to) ?? { messages: [], bytes: 0 }
    if (waiting.bytes + message.length > MAX_OUTBOX_BYTES) return 'outbox-full'
    waiting.messages.push(message)
    waiting.bytes += message.length
    this.#waiting.set(to, waiting)
    return 'taken'
  }

  /** Everything that waits, as datagrams, in the order it was added for each destination. */
  flush(): Datagram[] {
    const datagrams: Datagram[] = []
    for (const [to, { messages, bytes }] of this.#waiting) {
      const room = MAX_DATAGRAM - payloadOffset(this.#options.id, to)
      const together = bytes + LENGTH_BYTES * messages.length
      // Nearly always all of them fit.
      if (together <= room) datagrams.push({ to, bytes: this.#pack(to, messages, together) })
      else this.#spread(to, messages, room, datagrams)
    }
    this.#waiting.clear()
    return datagrams
  }

  /** Over several datagrams, and each message that is too large for one over fragments. */
  #spread(to: EndpointId, messages: readonly Uint8Array[], room: number, datagrams: Datagram[]): void {
    let together: Uint8Array[] = []
    let bytes = 0
    const ship = (): void => {
      if (together.length > 0) datagrams.push({ to, bytes: this.#pack(to, together, bytes) })
      together = []
      bytes = 0
    }
    for (const message of messages) {
      const size = LENGTH_BYTES + message.length
      if (bytes + size > room) ship()
      if (size > room) {
        for (const fragment of this.#split(to, message, room - FRAGMENT_HEADER)) datagrams.push({ to, bytes: fragment })
      } else {
        together.push(message)
        bytes += size
      }
    }
    ship()
  }

  #pack(to: EndpointId, messages: readonly Uint8Array[], length: number): Uint8Array {
    const envelope = openEnvelope(this.#header('messages', to), length, this.#slab)
    let at = envelope.length - length
    for (const message of messages) {
      envelope[at] = message.length & 0xff
      envelope[at + 1] = message.length >>> 8
      envelope.set(message, at + LENGTH_BYTES)
      at += LENGTH_BYTES + message.length
    }
    return seal(envelope, this.#options.crc32)
  }

  #split(to: EndpointId, message: Uint8Array, chunkBytes: number): Uint8Array[] {
    const count = Math.ceil(message.length / chunkBytes)
    const messageId = this.#messageId
    this.#messageId = (this.#messageId + 1) >>> 0
    return Array.from({ length: count }, (_, index) => {
      const chunk = message.subarray(index * chunkBytes, (index + 1) * chunkBytes)
      const envelope = openEnvelope(this.#header('fragment', to), FRAGMENT_HEADER + chunk.length, this.#slab)
      const at = envelope.length - FRAGMENT_HEADER - chunk.length
      writeFragmentHeader(envelope, at, { messageId, total: message.length, index, count })
      envelope.set(chunk, at + FRAGMENT_HEADER)
      return seal(envelope, this.#options.crc32)
    })
  }

  #header(kind: EnvelopeKind, to: EndpointId): EnvelopeHeader {
    const { id, runId, group, incarnation } = this.#options
    const sequence = this.#sequence
    this.#sequence = (this.#sequence + 1) >>> 0
    return { kind, runId, group, from: id, to, incarnation, sequence }
  }
}

/** Where the messages of a `messages` payload begin and end, without a view for each; null when the lengths do not add up. */
export function placesOf(payload: Uint8Array): { readonly start: number; readonly end: number }[] | null {
  const places: { readonly start: number; readonly end: number }[] = []
  let at = 0
  while (at < payload.length) {
    const start = at + LENGTH_BYTES
    if (start > payload.length) return null
    const end = start + ((payload[at] ?? 0) | ((payload[at + 1] ?? 0) << 8))
    if (end > payload.length) return null
    places.push({ start, end })
    at = end
  }
  return places
}

/** The messages of a `messages` payload, as views; null when the lengths do not add up. */
export function splitMessages(payload: Uint8Array): Uint8Array[] | null {
  return placesOf(payload)?.map(({ start, end }) => payload.subarray(start, end)) ?? null
}
