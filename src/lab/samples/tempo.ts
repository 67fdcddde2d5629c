/** How many operations ended lately, and how long they took: counted as they are told, so that a history that is full changes nothing. */
import { percentile } from '../../history/percentile.ts'
import type { HistoryEvent } from '../../history/types.ts'
import type { Sample } from '../../stream/events.ts'

type TempoSample = Extract<Sample, { type: 'tempo' }>
export type Ended = Pick<TempoSample, 'ok' | 'fail' | 'info' | 'p50Ms' | 'p99Ms'>

/** A process does one thing at a time, so more than these are not under way. */
const MOST_OPEN = 10_000
/** Of more that were answered between two looks, percentiles are those of the first. */
const MOST_TOOK = 100_000

export class Tempo {
  /** When each operation that is under way began, by process. */
  readonly #begun = new Map<number, number>()
  #ended = { ok: 0, fail: 0, info: 0 }
  #tookNs: number[] = []

  /** True if operations ended since the last `take`, or are under way. */
  get busy(): boolean {
    const { ok, fail, info } = this.#ended
    return ok + fail + info > 0 || this.#begun.size > 0
  }

  /** Of each process in order: its invoke, then how that ended. */
  hear({ type, process, time }: Pick<HistoryEvent, 'type' | 'process' | 'time'>): void {
    if (type === 'invoke') {
      if (this.#begun.size < MOST_OPEN) this.#begun.set(process, time)
      return
    }
    this.#ended[type]++
    const begunNs = this.#begun.get(process)
    this.#begun.delete(process)
    if (type === 'ok' && begunNs !== undefined && this.#tookNs.length < MOST_TOOK) this.#tookNs.push(time - begunNs)
  }

  /** What ended since the last `take`. */
  take(): Ended {
    const sorted = this.#tookNs.sort((a, b) => a - b)
    const ended = { ...this.#ended, p50Ms: percentileMs(sorted, 0.5), p99Ms: percentileMs(sorted, 0.99) }
    this.#ended = { ok: 0, fail: 0, info: 0 }
    this.#tookNs = []
    return ended
  }
}

/** To the microsecond. */
function percentileMs(sortedNs: readonly number[], share: number): number | null {
  const ns = percentile(sortedNs, share)
  return ns === null ? null : Math.round(ns / 1e3) / 1e3
}
