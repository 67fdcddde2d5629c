/** The clients of one load at work: who asks what and when, and what came of it. Runs in the load worker. */
import type { RunClock } from '../history/clock.ts'
import { completionEvent, invokeEvent } from '../history/entries.ts'
import type { HistoryEvent, Request } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { Latencies } from './latency.ts'
import type { LoadPlan, LoadReport } from './types.ts'
import { type Choice, Workload } from './workload.ts'

/** Where a client's operations go; results come back through `LoadCrew.finish`. */
export interface Hand {
  invoke(id: number, request: Request): void
}

export interface LoadCrewOptions {
  readonly plan: LoadPlan
  readonly epoch: number
  readonly clock: RunClock
}

interface Worker {
  readonly id: EndpointId
  readonly hand: Hand
  readonly workload: Workload
  /** After a refusal it waits until then: a closed loop against a store that refuses at once must not spin. */
  restUntilNs: number
  current: { readonly id: number; readonly choice: Choice; readonly request: Request; readonly startNs: number } | null
}

const REST_NS = 10_000_000
const NS = 1_000_000_000

export class LoadCrew {
  readonly #options: LoadCrewOptions
  readonly #workers: Worker[] = []
  readonly #latencies = new Latencies()
  #events: HistoryEvent[] = []
  #counts = { ok: 0, fail: 0, info: 0 }
  #nextId = 1
  #nextWorker = 0
  #startNs = 0
  #issued = 0
  #running = false

  constructor(options: LoadCrewOptions) {
    this.#options = options
  }

  add(id: EndpointId, hand: Hand): void {
    const { plan, epoch } = this.#options
    const workload = new Workload({ client: id, keys: plan.keys, mix: plan.mix, seed: plan.seed, epoch })
    this.#workers.push({ id, hand, workload, restUntilNs: 0, current: null })
  }

  start(): void {
    this.#startNs = this.#options.clock.nowNs()
    this.#running = true
    this.pace()
  }

  /** Begins what is due. Call it every few milliseconds: a rate needs it, and so does a client that rests. */
  pace(): void {
    if (!this.#running) return
    const nowNs = this.#options.clock.nowNs()
    for (let free = this.#workers.length; free > 0 && this.#due(nowNs); free--) {
      const worker = this.#workers[this.#nextWorker++ % this.#workers.length]
      if (worker !== undefined && worker.current === null && worker.restUntilNs <= nowNs) this.#begin(worker)
    }
  }

  finish(client: EndpointId, result: OperationResult): void {
    const worker = this.#workers.find(({ id }) => id === client)
    const current = worker?.current
    if (worker === undefined || current === null || current === undefined || current.id !== result.id) return
    const endNs = this.#options.clock.nowNs()
    worker.current = null
    worker.workload.learn(current.choice, result)
    this.#counts[result.outcome]++
    if (result.outcome === 'ok') this.#latencies.record(endNs - current.startNs)
    this.#events.push(completionEvent(client, current.request, result, endNs))
    if (result.outcome === 'fail' && result.was === undefined) worker.restUntilNs = endNs + REST_NS
    else if (this.#running && this.#options.plan.rate === 0) this.#begin(worker)
  }

  /** Begins nothing more. */
  drain(): void {
    this.#running = false
  }

  get busy(): boolean {
    return this.#workers.some(({ current }) => current !== null)
  }

  /** What is still under way may still happen. */
  abandon(why: string): void {
    this.drain()
    for (const { id, current } of this.#workers) {
      if (current !== null) this.finish(id, { id: current.id, outcome: 'info', code: 'stopped', why, attempts: 1 })
    }
  }

  /** The events since the last report; counts and latencies since the start. */
  report(): LoadReport {
    // Each event is kept in the turn of its own time, so none older than this moment is still to come.
    const upToNs = this.#options.clock.nowNs()
    const events = this.#events
    this.#events = []
    return { events, ...this.#counts, latency: this.#latencies.summary(), upToNs }
  }

  /** A rate that the store cannot keep up with is not made up for later by a burst: at most one second's worth is. */
  #due(nowNs: number): boolean {
    const { rate } = this.#options.plan
    if (rate === 0) return true
    const due = ((nowNs - this.#startNs) * rate) / NS
    this.#issued = Math.max(this.#issued, due - rate)
    return this.#issued + 1 <= due
  }

  #begin(worker: Worker): void {
    const { plan, clock } = this.#options
    const choice = worker.workload.next()
    const request: Request = { ...choice, timeoutMs: plan.timeoutMs }
    const id = this.#nextId++
    const startNs = clock.nowNs()
    worker.current = { id, choice, request, startNs }
    this.#issued++
    this.#events.push(invokeEvent(worker.id, request, startNs))
    worker.hand.invoke(id, request)
  }
}
