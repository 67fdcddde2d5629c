/** Partitions by the names that all rings have in common. */
import type { House } from './house.ts'
import type { WholeRing } from './ring/build.ts'

export class PartitionNames {
  readonly #house: House
  #ring: WholeRing | null = null
  #known: ReadonlyMap<string, number> = new Map()

  constructor(house: House) {
    this.#house = house
  }

  /** The partition's number in the ring of now; null if there is none of this name. */
  find(name: unknown): number | null {
    const { ring } = this.#house.membership
    if (ring !== this.#ring) {
      this.#ring = ring
      this.#known = new Map(Array.from({ length: ring.partitions }, (_, partition) => [ring.nameOf(partition), partition]))
    }
    return typeof name === 'string' ? (this.#known.get(name) ?? null) : null
  }
}
