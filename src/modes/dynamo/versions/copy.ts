/** What every way of telling versions apart shares: a copy's order, its digest, and what of it a client is handed. */
import type { Causality, Copy, Dot, Version, Versioning } from '../versions.ts'
import { byActor, byDot, byText, has, NOTHING, same } from './causality.ts'
import { Hash64 } from './hash.ts'

export interface VersioningOptions {
  /** Entries that a classic or merged clock keeps. */
  readonly clockCap: number
  /** Known bad: of two versions with equal clocks one is taken to replace the other. */
  readonly equalDominates: boolean
  /** Known bad: a clock that is cut forgets the very event that it stands for. */
  readonly pruneOwnDot: boolean
}

export type MakeVersioning = (options: VersioningOptions) => Versioning

export const EMPTY: Copy = { seen: NOTHING, versions: [] }

/** A client is handed this many dots beyond the clock, and those of the versions it read: a context travels with every write. */
const MOST_DOTS = 8

/** Newest last. Wall clocks may lie, but they lie alike for everyone who has the version. */
export function inOrder(versions: readonly Version[]): readonly Version[] {
  return versions.length < 2 ? versions : [...versions].sort(byAge)
}

function byAge(a: Version, b: Version): number {
  return a.wallMs - b.wallMs || byDot(a.dot, b.dot) || byText(a.op, b.op)
}

export function sameVersion(a: Version, b: Version): boolean {
  return a.op === b.op && same(a.dot, b.dot)
}

/** Without the oldest dots. To forget an event makes a false sibling at worst; to claim one that was not seen loses a write. */
export function handed(set: Causality, read: readonly Dot[]): Causality {
  if (set.dots.length <= MOST_DOTS) return set
  const kept = set.dots.filter((dot) => read.some((other) => same(other, dot)))
  const others = set.dots.filter((dot) => !kept.includes(dot)).sort((a, b) => b.n - a.n || byActor(a.actor, b.actor))
  kept.push(...others.slice(0, Math.max(0, MOST_DOTS - kept.length)))
  return { clock: set.clock, dots: kept.sort(byDot) }
}

/** What the client of this write would hold had it just been made: a write that is here already is not made again. */
export function madeBefore(copy: Copy, op: string): Version | undefined {
  return copy.versions.find((version) => version.op === op)
}

/** Keeps of each side what the other has too, or has not seen. One dot on two writes (V4) is no proof that one replaced the other. */
export function survivors(a: Copy, b: Copy): Version[] {
  const kept = a.versions.filter((version) => lives(version, b))
  for (const version of b.versions) if (lives(version, a) && !kept.some((other) => sameVersion(other, version))) kept.push(version)
  return kept
}

function lives(version: Version, other: Copy): boolean {
  return !has(other.seen, version.dot) || other.versions.some(({ dot }) => same(dot, version.dot))
}

/** Of versions that `equal` says are equal only the one of the greatest name stays: a fault that a flag asks for. */
export function withoutEquals(versions: Version[], equal: (a: Version, b: Version) => boolean): Version[] {
  return versions.filter((version) => !versions.some((other) => byText(other.op, version.op) > 0 && equal(other, version)))
}

const hash = new Hash64()

/**
 * 64 bits over values, clocks and tombstones (A2); nothing in a copy is a node's own. In whatever order versions, dots and actors are
 * listed: the hashes of each are added up.
 */
export function digest({ seen, versions }: Copy): string {
  let [high, low] = [0, 0]
  const addUp = (): void => {
    high = (high + hash.high) | 0
    low = (low + hash.low) | 0
  }
  for (const actor of Object.keys(seen.clock)) {
    hashEvent('clock', actor, seen.clock[actor] ?? 0)
    addUp()
  }
  for (const { actor, n } of seen.dots) {
    hashEvent('dot', actor, n)
    addUp()
  }
  for (const version of versions) {
    hashVersion(version)
    addUp()
  }
  hash.begin()
  hash.number(high)
  hash.number(low)
  return hash.hex
}

function hashEvent(kind: string, actor: string, n: number): void {
  hash.begin()
  hash.text(kind)
  hash.text(actor)
  hash.number(n)
}

function hashVersion({ dot, clock, value, op, wallMs }: Version): void {
  let ofClock = 0
  for (const actor of Object.keys(clock)) {
    hashEvent('clock', actor, clock[actor] ?? 0)
    ofClock = (ofClock + hash.low) | 0
  }
  hashEvent(value === null ? 'tombstone' : 'value', dot.actor, dot.n)
  hash.text(value ?? '')
  hash.text(op)
  hash.number(wallMs)
  hash.number(ofClock)
}
