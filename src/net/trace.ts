/**
 * The bounded ring of what became of each datagram. Numbers in typed arrays: a push allocates next to nothing, and handing the
 * newest to the main thread is a copy of a few arrays, so that looking on does not delay a packet. Of each datagram it keeps the
 * head, unread: what it means is for those who know the envelope.
 */
import type { EndpointId } from '../machine/contract.ts'
import type { DropReason } from './link.ts'
import type { TraceRecord } from './types.ts'

export const TRACE_RECORDS = 16_384
/** Enough for an envelope and the first words of what it carries. */
export const HEAD_BYTES = 96

const FATES: readonly ('passed' | DropReason)[] = ['passed', 'cut', 'loss', 'rate', 'queue-full', 'unmapped', 'send-error']
const FATE_CODE = new Map(FATES.map((fate, code) => [fate, code]))

/** Records as they cross the thread border: columns of equal length, oldest first. */
export interface PackedTrace {
  readonly names: readonly EndpointId[]
  /** Nanoseconds since the run began; `left` is NaN for a datagram that did not pass. */
  readonly time: Float64Array
  readonly left: Float64Array
  readonly from: Uint16Array
  readonly to: Uint16Array
  readonly bytes: Uint16Array
  readonly fate: Uint8Array
  /** HEAD_BYTES for each record; of a shorter datagram only the first `bytes` of them mean anything. */
  readonly heads: Uint8Array
  readonly lost: number
}

export class TraceRing {
  readonly #names: EndpointId[] = []
  readonly #nameCode = new Map<EndpointId, number>()
  readonly #time = new Float64Array(TRACE_RECORDS)
  readonly #left = new Float64Array(TRACE_RECORDS)
  readonly #from = new Uint16Array(TRACE_RECORDS)
  readonly #to = new Uint16Array(TRACE_RECORDS)
  readonly #bytes = new Uint16Array(TRACE_RECORDS)
  readonly #fate = new Uint8Array(TRACE_RECORDS)
  readonly #heads = new Uint8Array(TRACE_RECORDS * HEAD_BYTES)
  /** Records ever pushed, and pushed before the last `take`. */
  #pushed = 0
  #taken = 0

  /** The code by which an endpoint's records are pushed. */
  name(name: EndpointId): number {
    const known = this.#nameCode.get(name)
    if (known !== undefined) return known
    this.#nameCode.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  /** `from` and `to` are codes of `name`. */
  push(from: number, to: number, bytes: Uint8Array, fate: 'passed' | DropReason, timeNs: number, leftNs: number): void {
    const at = this.#pushed++ % TRACE_RECORDS
    this.#time[at] = timeNs
    this.#left[at] = leftNs
    this.#from[at] = from
    this.#to[at] = to
    this.#bytes[at] = bytes.length
    this.#fate[at] = FATE_CODE.get(fate) ?? 0
    this.#heads.set(bytes.length > HEAD_BYTES ? bytes.subarray(0, HEAD_BYTES) : bytes, at * HEAD_BYTES)
  }

  /** What came since the last take, as far as the ring still holds it. */
  take(): PackedTrace {
    const kept = Math.min(this.#pushed - this.#taken, TRACE_RECORDS)
    const lost = this.#pushed - this.#taken - kept
    const first = this.#pushed - kept
    this.#taken = this.#pushed
    return {
      names: [...this.#names],
      time: unroll(this.#time, first, new Float64Array(kept)),
      left: unroll(this.#left, first, new Float64Array(kept)),
      from: unroll(this.#from, first, new Uint16Array(kept)),
      to: unroll(this.#to, first, new Uint16Array(kept)),
      bytes: unroll(this.#bytes, first, new Uint16Array(kept)),
      fate: unroll(this.#fate, first, new Uint8Array(kept)),
      heads: unroll(this.#heads, first, new Uint8Array(kept * HEAD_BYTES), HEAD_BYTES),
      lost,
    }
  }
}

/** The reading half, for the thread that looks on. */
export function unpackTrace(packed: PackedTrace): { records: TraceRecord[]; lost: number } {
  const name = (code: number | undefined): EndpointId => packed.names[code ?? 0] ?? '?'
  const records = Array.from(packed.time, (time, i): TraceRecord => {
    const left = packed.left[i] ?? Number.NaN
    const bytes = packed.bytes[i] ?? 0
    const record = {
      time,
      from: name(packed.from[i]),
      to: name(packed.to[i]),
      bytes,
      fate: FATES[packed.fate[i] ?? 0] ?? '?',
      head: packed.heads.subarray(i * HEAD_BYTES, i * HEAD_BYTES + Math.min(bytes, HEAD_BYTES)),
    }
    return Number.isNaN(left) ? record : { ...record, left }
  })
  return { records, lost: packed.lost }
}

/** Copies `out.length` values that begin at record `first` of an endless column of `width` values a record. */
function unroll<T extends Float64Array | Uint16Array | Uint8Array>(ring: T, first: number, out: T, width = 1): T {
  const start = (first % TRACE_RECORDS) * width
  const head = ring.subarray(start, Math.min(start + out.length, TRACE_RECORDS * width))
  out.set(head)
  out.set(ring.subarray(0, out.length - head.length), head.length)
  return out
}
