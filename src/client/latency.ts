/** Latencies of answered operations, in a histogram of fixed size: a soak of hours costs no more than a minute. */
import { createHistogram } from 'node:perf_hooks'
import type { LatencySummary } from './types.ts'

/** A minute in nanoseconds: longer than any operation may take. */
const HIGHEST_NS = 60_000_000_000

export class Latencies {
  readonly #histogram = createHistogram({ lowest: 1, highest: HIGHEST_NS, figures: 3 })

  record(ns: number): void {
    this.#histogram.record(Math.min(HIGHEST_NS, Math.max(1, Math.round(ns))))
  }

  summary(): LatencySummary {
    const { count, mean, max } = this.#histogram
    if (count === 0) return { count: 0, meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 }
    const at = (percent: number): number => this.#histogram.percentile(percent) / 1e6
    return { count, meanMs: mean / 1e6, p50Ms: at(50), p90Ms: at(90), p99Ms: at(99), maxMs: max / 1e6 }
  }
}
