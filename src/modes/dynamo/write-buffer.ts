/**
 * Writes that were acknowledged before they reached the disk (§6.1): at most a thousand objects, written when they are so many or
 * when `flush-every` has passed. What is here when the process dies is gone: that is the price, and it can be shown.
 */
import { assert } from '../../machine/assert.ts'
import type { House } from './house.ts'
import type { Copy } from './versions.ts'

const MOST_BUFFERED = 1_000

export class WriteBuffer {
  readonly #house: House
  readonly #write: (key: string, copy: Copy) => void
  readonly #waiting = new Map<string, Copy>()
  #callOff: (() => void) | null = null

  constructor(house: House, write: (key: string, copy: Copy) => void) {
    this.#house = house
    this.#write = write
  }

  get size(): number {
    return this.#waiting.size
  }

  has(key: string): boolean {
    return this.#waiting.has(key)
  }

  /** A newer copy of a key takes the place of the one that waits. */
  add(key: string, copy: Copy): void {
    this.#waiting.set(key, copy)
    if (this.#waiting.size >= MOST_BUFFERED) this.flush()
    else this.#callOff ??= this.#house.after(this.#house.options.flushUs, () => this.flush())
    assert(this.#waiting.size < MOST_BUFFERED, 'the write buffer is bounded')
  }

  /** The key is dropped: nothing of it is to be written any more. */
  forget(key: string): void {
    this.#waiting.delete(key)
  }

  flush(): void {
    // Asked for before every durable write. The timer may be set though all that it was set for was forgotten.
    if (this.#waiting.size === 0 && this.#callOff === null) return
    this.#callOff?.()
    this.#callOff = null
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [key, copy] of waiting) this.#write(key, copy)
  }
}
