/** What every way of telling versions apart shares: a copy's order, its digest, and what of it a client is handed. */
import type { Causality, Copy, Dot, Version, Versioning } from '../versions.ts'
import { byActor, byDot, byText, has, NOTHING, same } from './causality.ts'

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

/** 64 bits over values, clocks and tombstones, canonically (A2); nothing in a copy is a node's own. */
export function digest({ seen, versions }: Copy): string {
  const parts = [
    JSON.stringify(entries(seen.clock)),
    JSON.stringify([...seen.dots].sort(byDot).map(({ actor, n }) => [actor, n])),
    ...versions
      .map(({ dot, clock, value, op, wallMs }) => JSON.stringify([dot.actor, dot.n, entries(clock), value, op, wallMs]))
      .sort(byText),
  ]
  return hash64(parts.join('\n'))
}

function entries(clock: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(clock).sort(([a], [b]) => byText(a, b))
}

/** Two FNV-1a runs with different ends; sixteen hex digits. */
export function hash64(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x85ebca6b) ^ (b >>> 15)
  }
  return hex(finish(a ^ text.length)) + hex(finish(b))
}

function finish(h: number): number {
  const mixed = Math.imul(h ^ (h >>> 16), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

function hex(n: number): string {
  return n.toString(16).padStart(8, '0')
}
