/**
 * Sets of events. Each set has one way to be written: the clock holds every unbroken run from 1 on, in order of actors, and the dots
 * what lies beyond it, in order; so equal sets are equal data. Actors are untrusted text: only own properties count.
 */
import type { Causality, Clock, Dot } from '../versions.ts'

export const NOTHING: Causality = { clock: {}, dots: [] }

/** How many events of the actor the clock holds, in one run from the first. */
export function at(clock: Clock, actor: string): number {
  return Object.hasOwn(clock, actor) ? (clock[actor] ?? 0) : 0
}

export function same(a: Dot | undefined, b: Dot): boolean {
  return a !== undefined && a.n === b.n && a.actor === b.actor
}

export function has(set: Causality, dot: Dot): boolean {
  return dot.n <= at(set.clock, dot.actor) || set.dots.some((other) => same(other, dot))
}

/** Whether every event of `inner` is in `set`. */
export function covers(set: Causality, inner: Causality): boolean {
  for (const actor of Object.keys(inner.clock)) {
    const [n, from] = [at(inner.clock, actor), at(set.clock, actor)]
    if (n <= from) continue
    const beyond = new Set(set.dots.filter((dot) => dot.actor === actor && dot.n > from && dot.n <= n).map((dot) => dot.n))
    if (beyond.size < n - from) return false
  }
  return inner.dots.every((dot) => has(set, dot))
}

export function add(set: Causality, dot: Dot): Causality {
  if (has(set, dot)) return set
  const before = at(set.clock, dot.actor)
  if (dot.n === before + 1 && set.dots.length === 0) {
    // The common cases: the next event of an actor that is known, and the first of all.
    if (before > 0) return { clock: { ...set.clock, [dot.actor]: dot.n }, dots: [] }
    if (Object.keys(set.clock).length === 0) return { clock: { [dot.actor]: dot.n }, dots: [] }
  }
  return normal(new Map(Object.entries(set.clock)), [...set.dots, dot])
}

export function union(a: Causality, b: Causality): Causality {
  if (a === b || covers(a, b)) return a
  if (covers(b, a)) return b
  const clock = new Map(Object.entries(a.clock))
  for (const [actor, n] of Object.entries(b.clock)) clock.set(actor, Math.max(n, clock.get(actor) ?? 0))
  return normal(clock, [...a.dots, ...b.dots])
}

/** Says that the set holds all events of the actor up to its n-th, numbers that it skipped included. */
export function raise({ clock, dots }: Causality, { actor, n }: Dot): Causality {
  const raised = new Map(Object.entries(clock))
  raised.set(actor, Math.max(n, raised.get(actor) ?? 0))
  return normal(raised, dots)
}

/** The greatest number of this actor's events; 0 if there is none. */
export function lastOf({ clock, dots }: Causality, actor: string): number {
  return dots.reduce((last, dot) => (dot.actor === actor ? Math.max(last, dot.n) : last), at(clock, actor))
}

/** The set that holds these, written in the one way. Dots may repeat, come in any order and lie within the clock. */
export function normal(clock: Map<string, number>, dots: readonly Dot[]): Causality {
  const beyond: Dot[] = []
  for (const dot of [...dots].sort(byDot)) {
    const run = clock.get(dot.actor) ?? 0
    if (dot.n <= run) continue
    if (dot.n === run + 1) clock.set(dot.actor, dot.n)
    else if (!same(beyond.at(-1), dot)) beyond.push(dot)
  }
  return { clock: clockOf(clock), dots: beyond }
}

/** In order of actors, as own properties whatever the actor is called. */
export function clockOf(entries: Iterable<readonly [string, number]>): Clock {
  return Object.fromEntries([...entries].filter(([, n]) => n > 0).sort(([a], [b]) => byActor(a, b)))
}

/** Whether the clock is written as `clockOf` writes it. */
export function isInOrder(clock: Clock): boolean {
  const actors = Object.keys(clock)
  return actors.every((actor, i) => i === 0 || byActor(actors[i - 1] ?? '', actor) < 0)
}

export function byDot(a: Dot, b: Dot): number {
  return byActor(a.actor, b.actor) || a.n - b.n
}

/** The short ones first, so that n2 comes before n10. */
export function byActor(a: string, b: string): number {
  return a.length - b.length || byText(a, b)
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
