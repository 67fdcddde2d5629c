/**
 * Memory for what is written once and soon gone, a datagram or a batch: many share one piece, for a piece of its own for each would cost
 * more than filling it. No byte is handed out twice; a piece goes when the last of its views does.
 */
const SLAB_BYTES = 16 * 1024
/** Larger ones get memory of their own, so that little of a piece is wasted at its end. */
const MOST_SHARED = SLAB_BYTES / 4

export class Slab {
  #bytes = new Uint8Array(0)
  #used = 0

  /** Zeroed. */
  take(length: number): Uint8Array {
    if (length > MOST_SHARED) return new Uint8Array(length)
    if (this.#used + length > this.#bytes.length) {
      this.#bytes = new Uint8Array(SLAB_BYTES)
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    return this.#bytes.subarray(start, this.#used)
  }
}
