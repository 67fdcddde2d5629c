/** A message that says "this is on my disk" may not leave before it is: it waits here for its stream's watermark. */
import type { EndpointId } from '../machine/contract.ts'
import { Fifo } from './fifo.ts'

/** What may wait at one gate; more is dropped, as on any network, while the disk is that far behind. */
const MAX_GATED_BYTES = 64 * 1024 * 1024

export interface Gated {
  readonly to: EndpointId
  readonly type: string
  readonly bytes: Uint8Array
  /** The record position that must be durable first. */
  readonly upTo: number
}

/** One stream's gate. What waits leaves in the order it came, so a lower watermark behind a higher one waits too. */
export class Gate {
  readonly #waiting = new Fifo<Gated>()
  #bytes = 0

  /** Takes it, or answers false when the gate is full. */
  hold(gated: Gated): boolean {
    if (this.#bytes + gated.bytes.length > MAX_GATED_BYTES) return false
    this.#waiting.push(gated)
    this.#bytes += gated.bytes.length
    return true
  }

  /** Everything at the front that this watermark sets free. */
  release(durable: number): Gated[] {
    const free: Gated[] = []
    for (let first = this.#waiting.peek(); first !== undefined && first.upTo <= durable; first = this.#waiting.peek()) {
      free.push(first)
      this.#bytes -= first.bytes.length
      this.#waiting.shift()
    }
    return free
  }
}
