/** Two truths side by side: what the faults in force allow (predicted), and what the protocol answers the probe (observed). */
import type { RunClock } from '../history/clock.ts'
import { isHelper } from '../machine/ids.ts'
import type { HealthState, PredictedHealth } from '../modes/mode.ts'
import { Contradiction, faultView, type NetworkFaults, type Observation, observe } from './health-rules.ts'
import { FEW, Probe, type ProbeOptions } from './probe.ts'
import { Ribbon } from './ribbon.ts'

/** `time`: nanoseconds since the run began. */
export type HealthEvent =
  | {
      readonly type: 'health'
      readonly time: number
      readonly which: 'observed' | 'predicted'
      readonly state: HealthState
      readonly why: string
      /** Since when, as it turned out: that nobody answers shows only after a while. */
      readonly fromNs: number
    }
  /** The cluster does worse than the faults allow. */
  | { readonly type: 'finding'; readonly time: number; readonly text: string }
  /** The probe itself broke: what is observed from now on says nothing. */
  | { readonly type: 'probe-failed'; readonly time: number; readonly why: string }

export interface HealthOptions extends ProbeOptions {
  readonly clock: RunClock
  readonly network: NetworkFaults
  /** Unhealthy against a certain prediction for longer than this is a finding. Milliseconds; 5 s unless told. */
  readonly findingAfterMs?: number
  onEvent(event: HealthEvent): void
}

const FINDING_AFTER_MS = 5_000
/** Of many nodes a prediction takes tens of milliseconds, and looks are many: it stands this many times as long as it took to make. */
const PREDICTION_STANDS = 20
/** Looks come every quarter of a second; a gap this long is the lab's own. */
const STALL_MS = 750

export class HealthWatch {
  readonly ribbon = new Ribbon()
  readonly #options: HealthOptions
  readonly #contradiction: Contradiction
  readonly #probe: Probe
  #judging = false
  #lookedMs = performance.now()
  #observed: Observation & { readonly since: number }
  #predicted: PredictedHealth
  #forecast: { readonly predicted: PredictedHealth; readonly untilMs: number } | null = null

  /** Asks every node at once, then one in turn. Rejects when the system gives no socket. */
  static async open(options: HealthOptions): Promise<HealthWatch> {
    const watch = new HealthWatch(options)
    await watch.#probe.open()
    return watch
  }

  private constructor(options: HealthOptions) {
    this.#options = options
    this.#probe = new Probe(options, {
      onHeard: () => this.look(),
      onFailure: (why) => options.onEvent({ type: 'probe-failed', time: options.clock.nowNs(), why }),
    })
    this.#contradiction = new Contradiction(options.findingAfterMs ?? FINDING_AFTER_MS)
    this.#observed = { state: 'unhealthy', why: 'no answer yet', since: options.clock.nowNs() }
    this.#predicted = this.#predict()
    this.ribbon.push('unhealthy', this.#observed.since)
  }

  /** `since`: nanoseconds since the run began. */
  get observed(): Observation & { readonly since: number } {
    return this.#observed
  }

  /** From the faults in force at this moment, or as good as that. */
  get predicted(): PredictedHealth {
    return this.#predict()
  }

  /** As of the last look, a quarter of a second ago at most: for those who only show it. */
  get foreseen(): PredictedHealth {
    return this.#predicted
  }

  /**
   * Observed healthy, by answers to questions asked after the last fault or its undoing: an answer from before `kill` and
   * `restart` says nothing of what came after them.
   */
  get healthy(): boolean {
    return this.#observed.state === 'healthy' && this.#probe.unproven().length === 0
  }

  /** A fault, or its undoing, has just come into force: everybody is asked again at once. */
  changed(): void {
    this.#forecast = null
    this.#probe.askAgain()
    this.look()
  }

  /** Judges now, rather than at the next turn. */
  look(): void {
    const { clock, cluster, mode, onEvent } = this.#options
    const nowMs = performance.now()
    this.#excuseStall(nowMs)
    this.#probe.follow()
    const { watched, answeredMs } = this.#probe
    // The first judgement waits until every node has answered once or failed to: before that, silence means nothing.
    // Later the silence of one that just came means nothing.
    const judged = this.#probe.heard()
    this.#judging ||= judged.length === watched.length
    if (!this.#judging) return
    const { concern } = mode.summarize(cluster.views())
    const previous = this.#observed.state
    const members = judged.filter((id) => !isHelper(id))
    const helpers = cluster.helperViews().flatMap(({ id, state }) => {
      if (state !== 'live') return [{ id, up: false }]
      return judged.includes(id) ? [{ id, up: true }] : []
    })
    const observed = observe({ nowMs, members, helpers, answeredMs, concern, previous })
    const predicted = this.#predict()
    const before = { observed: this.#observed, predicted: this.#predicted }
    const time = clock.nowNs()
    const changed = observed.state !== before.observed.state
    this.#observed = { ...observed, since: changed ? time : before.observed.since }
    this.#predicted = predicted
    if (changed) {
      const fromNs = observed.state === 'unhealthy' ? this.#silentSinceNs(nowMs, time) : time
      this.ribbon.push(observed.state, fromNs)
      onEvent({ type: 'health', time, which: 'observed', ...observed, fromNs })
    }
    if (predicted.state !== before.predicted.state || predicted.uncertain !== before.predicted.uncertain) {
      onEvent({ type: 'health', time, which: 'predicted', state: predicted.state, why: predicted.why, fromNs: time })
    }
    const text = this.#contradiction.check(nowMs, observed, predicted)
    if (text !== null) onEvent({ type: 'finding', time, text })
  }

  /** That nobody answers shows only when the last answer is old; the ribbon has it from that answer on. Run clock, ns. */
  #silentSinceNs(nowMs: number, timeNs: number): number {
    const lastMs = Math.max(...this.#probe.answeredMs.values())
    return Number.isFinite(lastMs) ? Math.round(timeNs - Math.max(0, nowMs - lastMs) * 1e6) : timeNs
  }

  /** While the lab itself stood still it could hear no answer: that time counts against no node. */
  #excuseStall(nowMs: number): void {
    const blindMs = nowMs - this.#lookedMs
    this.#lookedMs = nowMs
    if (blindMs >= STALL_MS) this.#probe.excuse(blindMs)
  }

  close(): Promise<void> {
    return this.#probe.close()
  }

  #predict(): PredictedHealth {
    const fromMs = performance.now()
    if (this.#forecast !== null && fromMs < this.#forecast.untilMs) return this.#forecast.predicted
    const { mode, cluster, network, settings } = this.#options
    const predicted = mode.predict(faultView(cluster, network, settings))
    const nowMs = performance.now()
    if (cluster.ids.length > FEW) this.#forecast = { predicted, untilMs: nowMs + (nowMs - fromMs) * PREDICTION_STANDS }
    return predicted
  }
}
