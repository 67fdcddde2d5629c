/** A map that lets its oldest entry go when it is full: what is watched for days must not grow for days. */
export class BoundedMap<K, V> {
  readonly #most: number
  readonly #entries = new Map<K, V>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  /** The value that is there, or this one from now on. */
  keep(key: K, value: V): V {
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    if (this.#entries.size >= this.#most) for (const oldest of this.#entries.keys()) if (this.#entries.delete(oldest)) break
    this.#entries.set(key, value)
    return value
  }
}
