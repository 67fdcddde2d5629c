/** What came over the network and waits for a turn, within bounds: a node that cannot keep up drops, as its kernel would. */
import { decode } from '../machine/codec.ts'
import type { EndpointId, Input } from '../machine/contract.ts'
import type { EnvelopeHeader } from './envelope.ts'
import { Fifo } from './fifo.ts'
import { type Fragment, Reassembly, readFragment } from './fragments.ts'
import { endOfValue } from './message-shape.ts'
import { placesOf } from './outbox.ts'

const MAX_WAITING = 32_768
const MAX_WAITING_BYTES = 32 * 1024 * 1024

type Waiting =
  | { readonly kind: 'message'; readonly from: EndpointId; readonly message: unknown; readonly size: number }
  | {
      readonly kind: 'fragment'
      readonly from: EndpointId
      readonly incarnation: number
      readonly fragment: Fragment
      readonly size: number
    }

type InboxDrop = 'malformed' | 'inbox-full' | 'fragment'

export class Inbox {
  readonly #drop: (reason: InboxDrop) => void
  readonly #waiting = new Fifo<Waiting>()
  readonly #reassembly = new Reassembly()
  #bytes = 0
  #forgotten = 0

  constructor(drop: (reason: InboxDrop) => void) {
    this.#drop = drop
  }

  get length(): number {
    return this.#waiting.length
  }

  /** The payload of an envelope that was meant for us. */
  take(header: EnvelopeHeader, payload: Uint8Array): void {
    const { from, incarnation } = header
    if (header.kind === 'fragment') {
      const fragment = readFragment(payload)
      if (fragment === null) this.#drop('malformed')
      else this.#push({ kind: 'fragment', from, incarnation, fragment, size: payload.length })
      return
    }
    const places = placesOf(payload)
    if (places === null) {
      this.#drop('malformed')
      return
    }
    for (const { start, end } of places) {
      const read = unpack(payload, start, end)
      if (read.ok) this.#push({ kind: 'message', from, message: read.value, size: end - start })
      else this.#drop('malformed')
    }
  }

  /** Moves what waits into a step's inputs. Fragments age in this time, so what came while the process slept is new. */
  drainInto(inputs: Input[], most: number, nowUs: number): void {
    this.#reassembly.expire(nowUs)
    while (inputs.length < most) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#bytes -= next.size
      if (next.kind === 'message') {
        inputs.push({ kind: 'message', from: next.from, message: next.message })
        continue
      }
      const whole = this.#reassembly.add(next.from, next.incarnation, next.fragment, nowUs)
      if (whole === null) continue
      const read = unpack(whole)
      if (read.ok) inputs.push({ kind: 'message', from: next.from, message: read.value })
      else this.#drop('malformed')
    }
    for (; this.#forgotten < this.#reassembly.forgotten; this.#forgotten++) this.#drop('fragment')
  }

  #push(waiting: Waiting): void {
    if (this.#waiting.length >= MAX_WAITING || this.#bytes + waiting.size > MAX_WAITING_BYTES) {
      this.#drop('inbox-full')
      return
    }
    this.#waiting.push(waiting)
    this.#bytes += waiting.size
  }
}

function unpack(bytes: Uint8Array, start = 0, end = bytes.length): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  if (endOfValue(bytes, start) !== end) return { ok: false }
  try {
    return { ok: true, value: decode(bytes, start, end) }
  } catch {
    return { ok: false }
  }
}
