/** Health over time as stretches of one state each, oldest first. Whoever watches live and whoever reads the events later keep it by the same rule. */
import type { HealthState } from '../modes/mode.ts'

export interface Stretch {
  readonly state: HealthState
  /** Nanoseconds since the run began. */
  readonly fromNs: number
}

export interface MeasuredStretch extends Stretch {
  readonly toNs: number
}

/** A state shorter than this is a flicker, not a chapter: an election gap is a gap. */
export const FLICKER_NS = 1_000_000_000
/** A cluster that has never answered is starting, not broken, for this long: a red word in the first moments would frighten without cause. */
const START_NS = 10_000_000_000
/** Changes kept; the oldest go first. */
const MAX_STRETCHES = 10_000

/** `fromNs` may lie in the past, when a state shows only after a while: it takes the place of what was thought since. */
export function pushStretch(ribbon: readonly Stretch[], state: HealthState, fromNs: number): readonly Stretch[] {
  if (ribbon.at(-1)?.state === state) return ribbon
  const kept = ribbon.slice(0, ribbon.findLastIndex((stretch) => stretch.fromNs <= fromNs) + 1)
  if (kept.at(-1)?.state !== state) kept.push({ state, fromNs })
  return kept.slice(-MAX_STRETCHES)
}

/** What happened from then to now, without flickers: the time of one belongs to the state before it. */
export function stretchesSince(ribbon: readonly Stretch[], sinceNs: number, nowNs: number, flickerNs = FLICKER_NS): MeasuredStretch[] {
  const kept: MeasuredStretch[] = []
  for (const [i, { state, fromNs }] of ribbon.entries()) {
    const from = Math.max(fromNs, sinceNs)
    const to = ribbon[i + 1]?.fromNs ?? nowNs
    if (to <= from || to - from < flickerNs) continue
    const last = kept.at(-1)
    if (last?.state === state) kept[kept.length - 1] = { ...last, toNs: to }
    else kept.push({ state, fromNs: from, toNs: to })
  }
  return kept.map((stretch, i) => ({ ...stretch, toNs: kept[i + 1]?.fromNs ?? Math.max(stretch.toNs, nowNs) }))
}

/** As people are to see it: without the first moments, before a cluster has answered, unless a fault came into them or they took long. */
export function withoutStart<T extends Stretch>({ ribbon, marks, nowNs }: Started<T>): readonly T[] {
  const [first, second] = ribbon
  if (first?.state !== 'unhealthy' || ribbon.length >= MAX_STRETCHES) return ribbon
  const ended = second?.fromNs ?? nowNs
  const broken = marks.some(({ kind, atNs }) => kind === 'fault' && atNs <= ended)
  return broken || ended - first.fromNs >= START_NS ? ribbon : ribbon.slice(1)
}

export interface Started<T extends Stretch> {
  /** From the beginning of the run. */
  readonly ribbon: readonly T[]
  readonly marks: readonly { readonly atNs: number; readonly kind: 'fault' | 'undone' }[]
  readonly nowNs: number
}
