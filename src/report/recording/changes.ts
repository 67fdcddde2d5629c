/** A list of what changed when, that can be fed for hours: at its bound it forgets every second change, never the newest, and counts them. */
export class Changes<T extends { readonly fromNs: number }> {
  readonly #same: (a: T, b: T) => boolean
  readonly #most: number
  #kept: T[] = []
  #left = 0

  constructor(same: (a: T, b: T) => boolean, most: number) {
    this.#same = same
    this.#most = most
  }

  get all(): readonly T[] {
    return this.#kept
  }

  /** How many are forgotten. */
  get left(): number {
    return this.#left
  }

  get last(): T | undefined {
    return this.#kept.at(-1)
  }

  push(next: T): void {
    const { last } = this
    if (last !== undefined && this.#same(last, next)) return
    // What is set in the same moment, or told late for an earlier one, takes the place of what stood there.
    while ((this.#kept.at(-1)?.fromNs ?? -1) >= next.fromNs) this.#kept.pop()
    const before = this.#kept.at(-1)
    if (before !== undefined && this.#same(before, next)) return
    this.#kept.push(next)
    if (this.#kept.length <= this.#most) return
    const { length } = this.#kept
    this.#kept = this.#kept.filter((_, at) => at % 2 === (length - 1) % 2 || at === 0)
    this.#left += length - this.#kept.length
  }
}
