/**
 * Clocks that keep at most so many entries (§4.4). A clock here carries no times, so the actors with the fewest events go first, by
 * name at a tie: the greatest entries of a union are the same whatever the order of its parts, so that all replicas cut alike.
 */
import type { Causality, Clock, Dot } from '../versions.ts'
import { at, byActor, clockOf, lastOf, normal } from './causality.ts'

type Entry = readonly [actor: string, n: number]

function greatestFirst([a, n]: Entry, [b, m]: Entry): number {
  return m - n || byActor(b, a)
}

/** The greatest entries. */
export function cut(clock: Clock, cap: number): Clock {
  const entries = Object.entries(clock)
  return entries.length <= cap ? clock : clockOf(entries.sort(greatestFirst).slice(0, cap))
}

/** The same for a set: the dots of actors that were cut go with them. */
export function cutSet({ clock, dots }: Causality, cap: number): Causality {
  const kept = cut(clock, cap)
  const least = leastOf(kept, cap)
  if (kept === clock && (least === 0 || dots.length === 0)) return { clock, dots }
  return normal(
    new Map(Object.entries(kept)),
    dots.filter(({ actor, n }) => n > least || at(kept, actor) > 0),
  )
}

/** Known bad: room is made for others before the actor's own entry. */
export function cutOwn(clock: Clock, actor: string, cap: number): Clock {
  const others = Object.entries(clock).filter(([other]) => other !== actor)
  return others.length < cap ? clock : cut(clockOf(others), cap)
}

/**
 * The number of the actor's next event: one that it never had. An actor that was cut had no more events than the least that stayed,
 * and the least only grows; numbers in between are skipped. So the new entry is never the next one cut.
 */
export function nextNumber(seen: Causality, actor: string, cap: number): number {
  return Math.max(lastOf(seen, actor), leastOf(seen.clock, cap)) + 1
}

/** Whether an event that the clock lacks was there and made room: only where the next number is beyond it too. Else it was never there. */
export function mayBeCut({ clock }: Causality, { n }: Dot, cap: number): boolean {
  return leastOf(clock, cap) >= n
}

/** The least entry of a full clock; 0 while there is room. */
export function leastOf(clock: Clock, cap: number): number {
  const numbers = Object.values(clock)
  return numbers.length < cap ? 0 : Math.min(...numbers)
}
