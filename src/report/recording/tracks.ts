/** What each client did, and how fast answers came, gathered while the history streams past. */
import { percentile } from '../../history/percentile.ts'
import { byNumber } from '../../machine/ids.ts'
import type { ClientTrack, Outcome, Pace, ShownOperation } from './types.ts'

/** As many as the time axis has room for: finer than this nobody sees. */
export const SLICES = 1000
/** Of one client, drawn one by one; more become a band. */
const MOST_SINGLE = 250
const MOST_CLIENTS = 400
const MOST_PACES = 120
/** Latencies kept for a span, the newest. */
const MOST_SAMPLES = 5_000
/** Spans that read well, in seconds. */
const SPANS = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]

interface Draft {
  readonly counts: Record<Outcome, number>
  single: ShownOperation[] | null
  readonly covered: Readonly<Record<Outcome, Uint8Array>>
}

export class Tracks {
  readonly #endNs: number
  readonly #drafts = new Map<string, Draft>()

  constructor(endNs: number) {
    this.#endNs = Math.max(1, endNs)
  }

  add(operation: ShownOperation): void {
    const draft = this.#drafts.get(operation.client) ?? this.#draft(operation.client)
    if (draft === null) return
    draft.counts[operation.outcome] += 1
    if (draft.single !== null) {
      draft.single.push(operation)
      if (draft.single.length > MOST_SINGLE) draft.single = null
    }
    const from = this.#slice(operation.beginNs)
    draft.covered[operation.outcome].fill(1, from, Math.max(from + 1, this.#slice(operation.endNs ?? this.#endNs) + 1))
  }

  /** People first, then the load, each by number. */
  all(): readonly ClientTrack[] {
    return [...this.#drafts].map(([client, draft]) => ({ client, ...draft })).sort((a, b) => byNumber(a.client, b.client))
  }

  #draft(client: string): Draft | null {
    if (this.#drafts.size >= MOST_CLIENTS) return null
    const covered = { ok: new Uint8Array(SLICES), fail: new Uint8Array(SLICES), info: new Uint8Array(SLICES) }
    const draft: Draft = { counts: { ok: 0, fail: 0, info: 0 }, single: [], covered }
    this.#drafts.set(client, draft)
    return draft
  }

  #slice(ns: number): number {
    return Math.min(SLICES - 1, Math.max(0, Math.floor((ns / this.#endNs) * SLICES)))
  }
}

interface Span {
  ok: number
  fail: number
  info: number
  readonly samplesMs: number[]
}

export class Paces {
  readonly #endNs: number
  readonly #spanNs: number
  readonly #spans: Span[]

  constructor(endNs: number) {
    const wanted = endNs / 1e9 / MOST_PACES
    this.#spanNs = (SPANS.find((seconds) => seconds >= wanted) ?? Math.ceil(wanted)) * 1e9
    this.#endNs = endNs
    // A rest shorter than half a span counts to the last whole one: its rate would mean little.
    const count = Math.max(1, Math.round(endNs / this.#spanNs))
    this.#spans = Array.from({ length: count }, () => ({ ok: 0, fail: 0, info: 0, samplesMs: [] }))
  }

  /** An operation counts when it ends; one that nobody answered, at the end of the run. */
  add({ beginNs, endNs, outcome }: ShownOperation): void {
    const at = Math.min(this.#spans.length - 1, Math.max(0, Math.floor((endNs ?? this.#endNs) / this.#spanNs)))
    const span = this.#spans[at]
    if (span === undefined) return
    span[outcome] += 1
    if (outcome !== 'ok' || endNs === null) return
    span.samplesMs[span.ok % MOST_SAMPLES] = (endNs - beginNs) / 1e6
  }

  all(): readonly Pace[] {
    return this.#spans.map(({ ok, fail, info, samplesMs }, at) => {
      const sorted = samplesMs.filter((ms) => ms !== undefined).sort((a, b) => a - b)
      const fromNs = at * this.#spanNs
      const toNs = at === this.#spans.length - 1 ? this.#endNs : fromNs + this.#spanNs
      return { fromNs, toNs, ok, fail, info, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
    })
  }
}
