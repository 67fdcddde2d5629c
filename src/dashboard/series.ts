/** What charts draw: a value for each second up to now, null where nothing was measured. */
import type { TempoSlice } from '../lab/attach/protocol.ts'

export type Series = readonly (number | null)[]

const SECOND_NS = 1_000_000_000

export interface Curves {
  readonly ok: Series
  /** Refused, and without an answer. */
  readonly failed: Series
  readonly p50: Series
  readonly p99: Series
}

/** The newest `seconds`. A point counts for all the time since the one before it: a quiet cluster tells its tempo seldom. */
export function curves(tempo: readonly TempoSlice[], nowNs: number, seconds: number): Curves {
  const slots = Array.from({ length: seconds }, (): Slot => ({ ms: 0, ok: 0, failed: 0, p50: null, p99: null }))
  // Whole seconds, so that a curve moves by whole slots. The one that is not over yet would always fall.
  const first = Math.floor(nowNs / SECOND_NS) - seconds
  for (const point of tempo) spread(slots, point, first)
  const rate = (count: (slot: Slot) => number): Series => slots.map((slot) => (slot.ms === 0 ? null : (count(slot) * 1_000) / slot.ms))
  return {
    ok: rate(({ ok }) => ok),
    failed: rate(({ failed }) => failed),
    p50: slots.map(({ p50 }) => p50),
    p99: slots.map(({ p99 }) => p99),
  }
}

interface Slot {
  /** How much of the second was measured. */
  ms: number
  ok: number
  failed: number
  p50: number | null
  p99: number | null
}

function spread(slots: readonly Slot[], { atNs, ms, ok, fail, info, p50Ms, p99Ms }: TempoSlice, first: number): void {
  if (ms <= 0) return
  const fromNs = atNs - ms * 1e6
  const last = Math.min(slots.length - 1, Math.ceil(atNs / SECOND_NS) - 1 - first)
  for (let at = Math.max(0, Math.floor(fromNs / SECOND_NS) - first); at <= last; at++) {
    const slot = slots[at]
    const beginNs = (first + at) * SECOND_NS
    const sharedMs = (Math.min(atNs, beginNs + SECOND_NS) - Math.max(fromNs, beginNs)) / 1e6
    if (slot === undefined || sharedMs <= 0) continue
    slot.ms += sharedMs
    slot.ok += (ok * sharedMs) / ms
    slot.failed += ((fail + info) * sharedMs) / ms
    slot.p50 = worse(slot.p50, p50Ms)
    slot.p99 = worse(slot.p99, p99Ms)
  }
}

function worse(known: number | null, value: number | null): number | null {
  if (known === null || value === null) return known ?? value
  return Math.max(known, value)
}

/** The top of a scale that does not change with every value, and whose quarters are round: 2, 4 or 8 times a power of ten. */
export function niceTop(most: number): number {
  if (!(most > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return power * ([2, 4, 8].find((factor) => factor * power >= most) ?? 20)
}

export function peakOf(...series: readonly Series[]): number {
  return series.flat().reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
}
