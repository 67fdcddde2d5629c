/** What happens when: a binary heap ordered by time, then by the order of scheduling, so that ties never depend on luck. */
import { assert } from './assert.ts'

interface Entry {
  readonly atUs: number
  readonly order: number
  readonly run: () => void
}

/** More pending events than any honest run has; a leak must fail loudly. */
const MAX_PENDING = 200_000

export class EventHeap {
  readonly #entries: Entry[] = []
  #scheduled = 0

  get size(): number {
    return this.#entries.length
  }

  /** The time of the earliest event; Infinity if there is none. */
  get nextAtUs(): number {
    return this.#entries[0]?.atUs ?? Number.POSITIVE_INFINITY
  }

  push(atUs: number, run: () => void): void {
    assert(Number.isFinite(atUs), 'an event has a finite time')
    assert(this.#entries.length < MAX_PENDING, 'the event heap is bounded')
    const entries = this.#entries
    entries.push({ atUs, order: this.#scheduled++, run })
    let child = entries.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#before(child, parent)) break
      this.#swap(child, parent)
      child = parent
    }
  }

  /** Removes and returns the earliest event, or null. */
  pop(): { readonly atUs: number; readonly run: () => void } | null {
    const entries = this.#entries
    const first = entries[0]
    const last = entries.pop()
    if (first === undefined || last === undefined) return null
    if (entries.length === 0) return first
    entries[0] = last
    let parent = 0
    for (;;) {
      const left = parent * 2 + 1
      const right = left + 1
      let least = parent
      if (left < entries.length && this.#before(left, least)) least = left
      if (right < entries.length && this.#before(right, least)) least = right
      if (least === parent) return first
      this.#swap(parent, least)
      parent = least
    }
  }

  #before(i: number, j: number): boolean {
    const a = this.#entries[i] as Entry
    const b = this.#entries[j] as Entry
    return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
  }

  #swap(i: number, j: number): void {
    const entries = this.#entries
    const held = entries[i] as Entry
    entries[i] = entries[j] as Entry
    entries[j] = held
  }
}
