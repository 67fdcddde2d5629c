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
  /** Without its value, as are the others. */
  readonly first: Version
  /** Of further events. */
  others: readonly Version[]
}

const NO_OTHERS: readonly Version[] = []

export class RecentWrites {
  #young = new Map<string, Made>()
  #old = new Map<string, Made>()

  add(key: string, versions: readonly Version[]): void {
    for (const version of versions) {
      const known = this.#find(key, version.op)
      if (known === null) this.#begin(key, version)
      else if (!isKnown(known, version) && known.others.length + 1 < MOST_EVENTS)
        known.others = [...known.others, { ...version, value: null }]
    }
  }

  find(key: string, op: string): Version | null {
    return this.#find(key, op)?.first ?? null
  }

  /** The copy without versions of writes that, minted elsewhere as well, are known here to have been replaced. */
  withoutReplaced(key: string, copy: Copy): Copy {
    const { seen, versions } = copy
    const left = versions.filter((version) => !this.#isReplaced(key, version, copy))
    return left.length === versions.length ? copy : { seen, versions: left }
  }

  #isReplaced(key: string, version: Version, { seen, versions }: Copy): boolean {
    const made = this.#find(key, version.op)
    if (made === null) return false
    const isGone = ({ dot }: Version): boolean =>
      !same(dot, version.dot) && has(seen, dot) && !versions.some((other) => same(other.dot, dot))
    return isGone(made.first) || made.others.some(isGone)
  }

  #begin(key: string, version: Version): void {
    if (this.#young.size >= MOST_WRITES) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(version.op, { key, first: { ...version, value: null }, others: NO_OTHERS })
  }

  #find(key: string, op: string): Made | null {
    const found = this.#young.get(op) ?? this.#old.get(op)
    return found?.key === key ? found : null
  }
}

function isKnown({ first, others }: Made, { dot }: Version): boolean {
  return same(first.dot, dot) || others.some((other) => same(other.dot, dot))
}
