/**
 * The newest writes that came by, by their names, and what became of each. The network may bring a request twice, to one node or to
 * two: minted twice it has two events, and whoever replaces one of them means both.
 */

import { has, same } from './versions/causality.ts'
import type { Copy, Version } from './versions.ts'

/** Of a generation; two are kept, so at least so many of the newest are known. */
const MOST_WRITES = 10_000

/** A write that was sent to more nodes than this at once has a strange client. */
const MOST_EVENTS = 8

interface Made {
  readonly key: string
  /** One for each event, without its value. */
  readonly versions: Version[]
}

export class RecentWrites {
  #young = new Map<string, Made>()
  #old = new Map<string, Made>()

  add(key: string, versions: readonly Version[]): void {
    for (const version of versions) {
      const known = this.#find(key, version.op)
      if (known === null) this.#begin(key, version)
      else if (known.length < MOST_EVENTS && known.every(({ dot }) => !same(dot, version.dot))) known.push({ ...version, value: null })
    }
  }

  find(key: string, op: string): Version | null {
    return this.#find(key, op)?.[0] ?? null
  }

  /** The copy without versions of writes that, minted elsewhere as well, are known here to have been replaced. */
  withoutReplaced(key: string, copy: Copy): Copy {
    const { seen, versions } = copy
    const left = versions.filter((version) => !this.#isReplaced(key, version, copy))
    return left.length === versions.length ? copy : { seen, versions: left }
  }

  #isReplaced(key: string, version: Version, { seen, versions }: Copy): boolean {
    for (const { dot } of this.#find(key, version.op) ?? []) {
      if (same(dot, version.dot) || !has(seen, dot)) continue
      if (!versions.some((other) => same(other.dot, dot))) return true
    }
    return false
  }

  #begin(key: string, version: Version): void {
    if (this.#young.size >= MOST_WRITES) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(version.op, { key, versions: [{ ...version, value: null }] })
  }

  #find(key: string, op: string): Version[] | null {
    const found = this.#young.get(op) ?? this.#old.get(op)
    return found?.key === key ? found.versions : null
  }
}
