/** A growing list of numbers that costs no more than they do: in chunks, since an array that grows by half holds that half for nothing. */

const CHUNK = 4_096

export class Column {
  readonly #chunks: Float64Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#chunks.length * CHUNK) this.#chunks.push(new Float64Array(CHUNK))
    const chunk = this.#chunks[Math.floor(this.#length / CHUNK)]
    if (chunk !== undefined) chunk[this.#length % CHUNK] = value
    this.#length++
  }

  /** Undefined outside of the list. */
  at(index: number): number | undefined {
    if (index < 0 || index >= this.#length) return undefined
    return this.#chunks[Math.floor(index / CHUNK)]?.[index % CHUNK]
  }

  /** Drops what lies behind this many. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length)
    this.#chunks.length = Math.ceil(this.#length / CHUNK)
  }
}
