/**
 * Background work gives way (§6.5): a percentile of the foreground's latencies over the last minute decides how much of it is
 * admitted. All while there is room under the target, ever less as the percentile nears it, and never nothing for ever.
 */
import type { Admission, House } from './house.ts'
import type { Part } from './parts.ts'

const WINDOW_S = 60
const PERCENTILE = 0.99
/** Fewer operations than this in a minute say nothing about a percentile. */
const LEAST_SAMPLES = 20
/** Items a second while some are held back: at full share, and at least. */
const FULL_RATE = 4_000
const LEAST_RATE = 200
/** Below this part of the target nothing is held back. */
const FREE = 0.5
/** Latencies are kept in classes that grow by an eighth of a doubling, from 1 µs to a minute. */
const CLASSES_AN_OCTAVE = 8
const CLASSES = 26 * CLASSES_AN_OCTAVE

export function createAdmission(house: House): Admission & Part {
  return new LatencyAdmission(house)
}

export class LatencyAdmission implements Admission {
  readonly #house: House
  readonly #window = new LatencyWindow()
  #tokens = 0
  #refilledUs = 0

  constructor(house: House) {
    this.#house = house
  }

  served(us: number): void {
    this.#window.add(second(this.#house.nowUs), us)
  }

  /** The percentile that decides, in µs; null while there are too few operations. */
  get latencyUs(): number | null {
    return this.#window.percentile(second(this.#house.nowUs))
  }

  admit(wanted: number): number {
    const { options, nowUs } = this.#house
    const share = options.admission ? shareOf(this.latencyUs, options.foregroundUs) : 1
    const rate = share * FULL_RATE
    const elapsedUs = nowUs - this.#refilledUs
    this.#refilledUs = nowUs
    if (share === 1) {
      this.#tokens = 0
      return wanted
    }
    // What was not used within a tenth of a second is not saved up.
    this.#tokens = Math.min(this.#tokens + (Math.max(rate, LEAST_RATE) * elapsedUs) / 1e6, Math.max(1, Math.max(rate, LEAST_RATE) / 10))
    const admitted = Math.min(wanted, Math.floor(this.#tokens))
    this.#tokens -= admitted
    this.#house.count('background-deferred', wanted - admitted)
    return admitted
  }
}

/** 1: nothing is held back; 0: the least. */
export function shareOf(latencyUs: number | null, targetUs: number): number {
  if (latencyUs === null || latencyUs <= FREE * targetUs) return 1
  return Math.max(0, (targetUs - latencyUs) / (targetUs * (1 - FREE)))
}

function second(nowUs: number): number {
  return Math.floor(nowUs / 1e6)
}

/** Counts of latencies by class, a row a second, of the last minute. */
class LatencyWindow {
  readonly #rows = Array.from({ length: WINDOW_S }, () => ({ second: -1, counts: new Map<number, number>() }))
  #known: { readonly second: number; readonly value: number | null } = { second: -1, value: null }

  add(now: number, us: number): void {
    const row = this.#rows[now % WINDOW_S]
    if (row === undefined) return
    if (row.second !== now) {
      row.second = now
      row.counts.clear()
    }
    const kind = Math.min(CLASSES - 1, Math.max(0, Math.ceil(Math.log2(Math.max(1, us)) * CLASSES_AN_OCTAVE)))
    row.counts.set(kind, (row.counts.get(kind) ?? 0) + 1)
  }

  /** Worked out once a second. */
  percentile(now: number): number | null {
    if (this.#known.second === now) return this.#known.value
    const value = this.#percentile(now)
    this.#known = { second: now, value }
    return value
  }

  #percentile(now: number): number | null {
    const counts: number[] = new Array(CLASSES).fill(0)
    let total = 0
    for (const row of this.#rows) {
      if (row.second < 0 || row.second <= now - WINDOW_S) continue
      for (const [kind, count] of row.counts) {
        counts[kind] = (counts[kind] ?? 0) + count
        total += count
      }
    }
    if (total < LEAST_SAMPLES) return null
    let left = Math.ceil(total * PERCENTILE)
    for (const [kind, count] of counts.entries()) {
      left -= count
      if (left <= 0) return 2 ** (kind / CLASSES_AN_OCTAVE)
    }
    return null
  }
}
