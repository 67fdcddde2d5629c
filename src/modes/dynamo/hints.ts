/**
 * Hints (§4.6): copies kept apart for homes that are away, on a stream of their own, found again after a restart, served to reads
 * meanwhile, and gone only when those they are for have confirmed them.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { HintDelivery } from './hint-delivery.ts'
import type { Hints, House, StoredRecord } from './house.ts'
import type { Part } from './parts.ts'
import type { Copy } from './versions.ts'

/** More are not kept: a node that stands in for too many refuses rather than drowns. */
const MOST_HINTS = 200_000

export interface Hint {
  readonly home: EndpointId
  readonly key: string
  readonly copy: Copy
  /** When the first of what it holds was kept, by the wall clock of that holder. */
  readonly sinceMs: number
  /** Of its record in the bulk stream; 0: it was there when this life began. */
  readonly position: number
}

export function createHints(house: House): Hints & Part {
  return new HintStore(house)
}

export class HintStore implements Hints, Part {
  readonly #house: House
  readonly #delivery: HintDelivery
  /** By home, in the order in which they were first kept: the first is the oldest. */
  readonly #homes = new Map<EndpointId, Map<string, Hint>>()
  /** How many were delivered to a home since it had none waiting. */
  readonly #delivered = new Map<EndpointId, number>()
  #size = 0
  #cleared = 0

  constructor(house: House) {
    this.#house = house
    this.#delivery = new HintDelivery(house, this)
  }

  recover(record: StoredRecord): void {
    if (this.#house.bug === 'forget-hints') return
    if (record.kind === 'hint') {
      const { home, key, copy, sinceMs } = record
      this.#put({ home, key, copy, sinceMs, position: 0 })
    }
    if (record.kind === 'hint-gone') this.#delete(record.home, record.key)
  }

  begin(): void {
    this.#delivery.begin()
  }

  accepts(home: EndpointId): boolean {
    return this.#isOpen(home) && this.#size < MOST_HINTS
  }

  add(home: EndpointId, key: string, copy: Copy): { readonly kept: boolean; readonly position: number } {
    if (!this.#isOpen(home)) {
      this.#house.count('hints-refused')
      return { kept: false, position: 0 }
    }
    return this.adopt(home, key, copy, this.#house.wallMs)
  }

  /** Keeps it whatever the window says: somebody else has promised it. */
  adopt(home: EndpointId, key: string, copy: Copy, sinceMs: number): { readonly kept: boolean; readonly position: number } {
    const { versioning } = this.#house
    const known = this.#homes.get(home)?.get(key)
    if (known === undefined && this.#size >= MOST_HINTS) {
      this.#house.drop('too-many-hints')
      return { kept: false, position: 0 }
    }
    const merged = known === undefined ? copy : versioning.merge(known.copy, copy)
    if (known !== undefined && versioning.digest(merged) === versioning.digest(known.copy)) return { kept: true, position: known.position }
    const since = Math.min(sinceMs, known?.sinceMs ?? sinceMs)
    const position = this.#house.store({ kind: 'hint', home, key, copy: merged, sinceMs: since })
    this.#put({ home, key, copy: merged, sinceMs: since, position })
    if (known === undefined) {
      this.#house.count('hints-kept')
      if (this.count(home) === 1) this.#house.emit('hints-kept', { home, key })
    }
    return { kept: true, position }
  }

  of(key: string): Copy | null {
    if (this.#house.bug === 'hide-hints') return null
    let found: Copy | null = null
    for (const hints of this.#homes.values()) {
      const hint = hints.get(key)
      if (hint !== undefined) found = found === null ? hint.copy : this.#house.versioning.merge(found, hint.copy)
    }
    return found
  }

  count(home?: EndpointId): number {
    return home === undefined ? this.#size : (this.#homes.get(home)?.size ?? 0)
  }

  get homes(): readonly EndpointId[] {
    return [...this.#homes.keys()]
  }

  /** The oldest hints for a home that are not among those left out. */
  oldest(home: EndpointId, most: number, without: ReadonlySet<Hint>): readonly Hint[] {
    const found: Hint[] = []
    for (const hint of this.#homes.get(home)?.values() ?? []) {
      if (found.length >= most) break
      if (!without.has(hint)) found.push(hint)
    }
    return found
  }

  /** It was delivered. What was added to it meanwhile stays. */
  gone(hint: Hint): void {
    if (this.#homes.get(hint.home)?.get(hint.key) !== hint) return
    this.#delete(hint.home, hint.key)
    this.#house.store({ kind: 'hint-gone', home: hint.home, key: hint.key })
    this.#house.count('hints-delivered')
    const delivered = (this.#delivered.get(hint.home) ?? 0) + 1
    this.#delivered.set(hint.home, delivered)
    if (this.count(hint.home) > 0) return
    this.#delivered.delete(hint.home)
    this.#house.emit('hints-delivered', { home: hint.home, count: delivered })
  }

  clear(): number {
    for (const { home, key } of [...this.#homes.values()].flatMap((hints) => [...hints.values()])) {
      this.#delete(home, key)
      this.#cleared = this.#house.store({ kind: 'hint-gone', home, key })
    }
    this.#delivered.clear()
    return this.#cleared
  }

  #isOpen(home: EndpointId): boolean {
    return this.#house.options.hintedHandoff && !this.#windowIsOver(home)
  }

  /** Judged by the oldest that waits, so that a home that comes back for a moment does not begin it anew, nor a restart here. */
  #windowIsOver(home: EndpointId): boolean {
    const [oldest] = this.#homes.get(home)?.values() ?? []
    return oldest !== undefined && this.#house.wallMs - oldest.sinceMs > this.#house.options.hintWindowUs / 1000
  }

  #put(hint: Hint): void {
    const hints = this.#homes.get(hint.home) ?? new Map<string, Hint>()
    this.#homes.set(hint.home, hints)
    if (!hints.has(hint.key)) this.#size++
    hints.set(hint.key, hint)
  }

  #delete(home: EndpointId, key: string): void {
    const hints = this.#homes.get(home)
    if (hints?.delete(key) !== true) return
    this.#size--
    if (hints.size === 0) this.#homes.delete(home)
  }
}
