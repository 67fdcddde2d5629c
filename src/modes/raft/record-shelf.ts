/**
 * The bytes of many small records, in order. They stand side by side in large buffers, and where each stands is a number: an object
 * for each would cost several times what is in it.
 */
import { Column } from './column.ts'

const SLAB_BYTES = 65_536
/** A larger record has a slab of its own. */
const LARGE_BYTES = SLAB_BYTES / 16

export class RecordShelf {
  readonly #slabs: Uint8Array[] = []
  /** Slab times SLAB_BYTES, plus where in it the record begins. */
  readonly #places = new Column()
  readonly #lengths = new Column()
  #used = SLAB_BYTES

  /** Keeps a copy. */
  push(bytes: Uint8Array): void {
    if (bytes.length > LARGE_BYTES) {
      this.#slabs.push(Uint8Array.from(bytes))
      this.#note((this.#slabs.length - 1) * SLAB_BYTES, bytes.length)
      this.#used = SLAB_BYTES
      return
    }
    // Never to the brim, where an empty record would stand in the next slab.
    if (this.#used + bytes.length >= SLAB_BYTES) {
      this.#slabs.push(new Uint8Array(SLAB_BYTES))
      this.#used = 0
    }
    this.#slabs.at(-1)?.set(bytes, this.#used)
    this.#note((this.#slabs.length - 1) * SLAB_BYTES + this.#used, bytes.length)
    this.#used += bytes.length
  }

  /** A view of the record; undefined when there is none. */
  at(index: number): Uint8Array | undefined {
    const place = this.#places.at(index)
    const length = this.#lengths.at(index)
    if (place === undefined || length === undefined) return undefined
    const begin = place % SLAB_BYTES
    return this.#slabs[Math.floor(place / SLAB_BYTES)]?.subarray(begin, begin + length)
  }

  /** Drops the records behind this many. A slab is written only once, for somebody may still look at what was cut. */
  cut(length: number): void {
    this.#places.cut(length)
    this.#lengths.cut(length)
    const last = this.#places.at(length - 1)
    this.#slabs.length = last === undefined ? 0 : Math.floor(last / SLAB_BYTES) + 1
    this.#used = SLAB_BYTES
  }

  #note(place: number, length: number): void {
    this.#places.push(place)
    this.#lengths.push(length)
  }
}
