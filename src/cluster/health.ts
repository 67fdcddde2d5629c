/**
 * Two truths side by side: what the faults in force allow (predicted), and what the protocol answers (observed). The probe asks
 * one node in turn for a key that nobody writes; no partition cuts it and no history records it.
 */
import { ClientEndpoint, type ClientEndpointOptions } from '../client/client-endpoint.ts'
import type { RunClock } from '../history/clock.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { isHelper, PROBE, PROBE_KEY } from '../machine/ids.ts'
import type { HealthState, Mode, PredictedHealth, Settings } from '../modes/mode.ts'
import {
  Contradiction,
  faultView,
  type HealthSubject,
  type NetworkFaults,
  type Observation,
  observe,
  SHORTEST_TURN_MS,
} from './health-rules.ts'
import { ProbeMachine } from './probe-machine.ts'
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

export interface HealthOptions {
  readonly mode: Mode
  readonly settings: Settings
  readonly seed: string
  readonly runId: number
  readonly clock: RunClock
  readonly cluster: HealthSubject
  readonly network: NetworkFaults
  readonly connect: ClientEndpointOptions['connect']
  /** Unhealthy against a certain prediction for longer than this is a finding. Milliseconds; 5 s unless told. */
  readonly findingAfterMs?: number
  onEvent(event: HealthEvent): void
}

/**
 * A round of all nodes takes 1.5 s at most, so that within the 2 s an answer counts each node is asked again; where there are so many
 * that the probe would take the machine for itself, longer.
 */
const LONGEST_TURN_MS = 250
const ROUND_MS = 1_500
/** So many nodes are no burden. */
const FEW = 16
/** Nodes that are asked at the same moment, after a change; the others follow one after another. */
const AT_ONCE = FEW
/**
 * Of nodes whose last probe failed so many are asked at the same time. A probe that waits makes a coordinator ask others again and
 * again: were a hundred slow nodes all asked, they would be slow because they are asked.
 */
const FAILING_AT_ONCE = 8
/** Of the nodes that are asked out of turn, one in so many milliseconds. */
const URGENT_MS = 30
const PROBE_TIMEOUT_MS = 1_500
const FINDING_AFTER_MS = 5_000
/** Of many nodes a prediction takes tens of milliseconds, and looks are many: it stands this many times as long as it took to make. */
const PREDICTION_STANDS = 20
/** Looks come every quarter of a second; a gap this long is the lab's own. */
const STALL_MS = 750

export class HealthWatch {
  readonly ribbon = new Ribbon()
  readonly #options: HealthOptions
  readonly #contradiction: Contradiction
  readonly #answeredMs = new Map<EndpointId, number>()
  /** When the probe was asked that each node answered last. */
  readonly #provenMs = new Map<EndpointId, number>()
  /** Probes under way, by operation. */
  readonly #asked = new Map<number, { readonly node: EndpointId; readonly atMs: number }>()
  /** When each node was asked last. */
  readonly #askedMs = new Map<EndpointId, number>()
  /** Nodes whose last probe failed: they are asked out of turn, so that the return of health shows soon. */
  readonly #failing = new Set<EndpointId>()
  readonly #machine: ProbeMachine
  #endpoint: ClientEndpoint | null = null
  #timer: NodeJS.Timeout | null = null
  #nextId = 1
  #turn = 0
  /** Whom it asks: the cluster's nodes, as they were last looked at, and what clients go through. */
  #watched: readonly EndpointId[]
  #judging = false
  #lookedMs = performance.now()
  #changedMs = Number.NEGATIVE_INFINITY
  #observed: Observation & { readonly since: number }
  #predicted: PredictedHealth
  #forecast: { readonly predicted: PredictedHealth; readonly untilMs: number } | null = null

  /** Asks every node at once, then one in turn. Rejects when the system gives no socket. */
  static async open(options: HealthOptions): Promise<HealthWatch> {
    const watch = new HealthWatch(options)
    await watch.#open()
    return watch
  }

  private constructor(options: HealthOptions) {
    this.#options = options
    const { mode, settings, seed, cluster } = options
    this.#watched = everyoneOf(cluster)
    this.#machine = new ProbeMachine({ mode, endpoints: this.#watched, settings, seed })
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
    return this.#observed.state === 'healthy' && this.#unproven().length === 0
  }

  /** A fault, or its undoing, has just come into force: everybody is asked again at once. */
  changed(): void {
    this.#changedMs = performance.now()
    this.#forecast = null
    this.#follow()
    for (const id of this.#watched.slice(0, AT_ONCE)) this.#ask(id)
    this.look()
  }

  /** Nodes that have not answered a question asked after the last change. */
  #unproven(): readonly EndpointId[] {
    return this.#watched.filter((id) => (this.#provenMs.get(id) ?? Number.NEGATIVE_INFINITY) < this.#changedMs)
  }

  /** Judges now, rather than at the next turn. */
  look(): void {
    const { clock, cluster, mode, onEvent } = this.#options
    const nowMs = performance.now()
    this.#excuseStall(nowMs)
    this.#follow()
    // The first judgement waits until every node has answered once or failed to: before that, silence means nothing.
    // Later the silence of one that just came means nothing.
    const judged = this.#watched.filter((id) => this.#answeredMs.has(id) || this.#failing.has(id))
    this.#judging ||= judged.length === this.#watched.length
    if (!this.#judging) return
    const { concern } = mode.summarize(cluster.views())
    const previous = this.#observed.state
    const members = judged.filter((id) => !isHelper(id))
    const helpers = cluster.helperViews().flatMap(({ id, state }) => {
      if (state !== 'live') return [{ id, up: false }]
      return judged.includes(id) ? [{ id, up: true }] : []
    })
    const observed = observe({ nowMs, members, helpers, answeredMs: this.#answeredMs, concern, previous })
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
    const lastMs = Math.max(...this.#answeredMs.values())
    return Number.isFinite(lastMs) ? Math.round(timeNs - Math.max(0, nowMs - lastMs) * 1e6) : timeNs
  }

  /** While the lab itself stood still it could hear no answer: that time counts against no node. */
  #excuseStall(nowMs: number): void {
    const blindMs = nowMs - this.#lookedMs
    this.#lookedMs = nowMs
    if (blindMs < STALL_MS) return
    for (const [node, atMs] of this.#answeredMs) this.#answeredMs.set(node, atMs + blindMs)
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#endpoint?.close()
    this.#endpoint = null
  }

  async #open(): Promise<void> {
    const { runId, connect } = this.#options
    this.#endpoint = await ClientEndpoint.open({
      id: PROBE,
      runId,
      connect,
      machine: this.#machine,
      onResult: (result) => this.#answered(result),
      onFailure: (error) => {
        const why = error instanceof Error ? error.message : String(error)
        this.#options.onEvent({ type: 'probe-failed', time: this.#options.clock.nowNs(), why })
      },
    })
    for (const id of this.#watched.slice(0, AT_ONCE)) this.#ask(id)
    this.#pace()
  }

  #pace(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    const turnMs = Math.max(SHORTEST_TURN_MS, ROUND_MS / this.#watched.length)
    this.#timer = setInterval(() => this.#next(), Math.min(LONGEST_TURN_MS, turnMs))
  }

  /** The nodes as they are now: who came is asked, who left is forgotten. */
  #follow(): void {
    const ids = everyoneOf(this.#options.cluster)
    if (ids.length === this.#watched.length && ids.every((id, i) => id === this.#watched[i])) return
    const left = this.#watched.filter((id) => !ids.includes(id))
    const came = ids.filter((id) => !this.#watched.includes(id))
    this.#watched = ids
    this.#machine.watch(ids)
    for (const [operation, { node }] of this.#asked) if (left.includes(node)) this.#asked.delete(operation)
    for (const id of left) {
      this.#answeredMs.delete(id)
      this.#provenMs.delete(id)
      this.#askedMs.delete(id)
      this.#failing.delete(id)
    }
    if (this.#endpoint === null) return
    this.#pace()
    for (const id of came) this.#ask(id)
  }

  #next(): void {
    this.#follow()
    const ids = this.#watched
    const inTurn = ids[this.#turn++ % ids.length]
    const unproven = this.#unproven()
    const urgent = ids.filter((id) => this.#failing.has(id) || unproven.includes(id))
    // However fast they refuse: a hundred nodes that are all asked at every turn would do nothing but answer the probe.
    const restMs = Math.max(LONGEST_TURN_MS / 2, urgent.length * URGENT_MS)
    const nowMs = performance.now()
    for (const id of urgent) if (nowMs - (this.#askedMs.get(id) ?? Number.NEGATIVE_INFINITY) >= restMs) this.#ask(id)
    if (inTurn !== undefined) this.#ask(inTurn)
    this.look()
  }

  /** One probe a node at a time: a node that sleeps costs one that waits, and holds up nobody. */
  #ask(node: EndpointId): void {
    const underWay = [...this.#asked.values()].map((asked) => asked.node)
    if (this.#endpoint === null || underWay.includes(node)) return
    const failing = underWay.filter((one) => this.#failing.has(one)).length
    if (this.#watched.length > FEW && this.#failing.has(node) && failing >= FAILING_AT_ONCE) return
    const id = this.#nextId++
    const atMs = performance.now()
    this.#asked.set(id, { node, atMs })
    this.#askedMs.set(node, atMs)
    const { mode, settings } = this.#options
    const key = mode.probeKey?.(id, settings) ?? PROBE_KEY
    this.#endpoint.invoke({ id, f: 'get', key, value: null, timeoutUs: PROBE_TIMEOUT_MS * 1000, via: node })
  }

  #answered({ id, outcome, code }: OperationResult): void {
    const asked = this.#asked.get(id)
    if (asked === undefined) return
    const { node, atMs } = asked
    this.#asked.delete(id)
    // Through a helper it is enough that somebody behind it answers: whether the data is there, the nodes are asked themselves.
    if (outcome === 'ok' || (isHelper(node) && code === 'no-quorum')) {
      this.#answeredMs.set(node, performance.now())
      this.#provenMs.set(node, atMs)
      this.#failing.delete(node)
      // It was asked before the last change; what it is now, only another answer can tell.
      if (atMs < this.#changedMs) this.#ask(node)
    } else this.#failing.add(node)
    this.look()
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

function everyoneOf(cluster: HealthSubject): readonly EndpointId[] {
  return [...cluster.ids, ...cluster.helperViews().map(({ id }) => id)]
}
