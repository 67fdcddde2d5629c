/** The newest of what can be told for hours, and how many older ones had to go. */
export class Newest<T> {
  readonly #most: number
  #kept: T[] = []
  #gone = 0

  constructor(most: number) {
    this.#most = most
  }

  push(one: T): void {
    this.#kept.push(one)
    // Twice the room, so that the old ones go in one sweep and not one by one.
    if (this.#kept.length < this.#most * 2) return
    this.#gone += this.#kept.length - this.#most
    this.#kept = this.#kept.slice(-this.#most)
  }

  get all(): readonly T[] {
    return this.#kept.slice(-this.#most)
  }

  get left(): number {
    return this.#gone + Math.max(0, this.#kept.length - this.#most)
  }
}

/** Lists that are in order of time each, as one that is. */
export function merged<T extends { readonly atNs: number }>(...lists: readonly (readonly T[])[]): readonly T[] {
  return lists.flat().sort((a, b) => a.atNs - b.atNs)
}
