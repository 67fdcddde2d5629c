/** A run's two acts: clients at work under faults, then peace, in which the trial says what must come true. */
import type { HistoryEvent } from '../history/types.ts'
import type { EndpointId, Operation, OperationResult } from '../machine/contract.ts'
import { type Random, seeded } from '../machine/random.ts'
import { MS, SECOND } from '../machine/time.ts'
import type { Mode } from '../modes/mode.ts'
import { type NodeTruth, Violation } from './monitor.ts'
import { Nemesis } from './nemesis.ts'
import { Recorder } from './recorder.ts'
import type { SimStats } from './simulate.ts'
import type { Trace } from './trace.ts'
import { type Ask, FRESH_CLIENT, type Stage, type Trial } from './trial.ts'
import { World } from './world.ts'

const POLL_US = 20 * MS
/** Clients go on this long after the last fault. */
const AFTERWARDS_US = 300 * MS
const ADMIN: EndpointId = 'c80'
const FRESH_TIMEOUT_US = 10 * SECOND

interface ClientAtWork {
  readonly id: EndpointId
  /** The operation under way. */
  pending: { readonly ask: Ask; readonly operation: Operation } | null
}

export class Run implements Stage {
  readonly #trial: Trial
  readonly #world: World
  readonly #recorder = new Recorder()
  readonly #nemesis: Nemesis
  readonly #random: Random
  readonly #clients = new Map<EndpointId, ClientAtWork>()
  readonly #outcomes = { ok: 0, fail: 0, info: 0 }
  #asking = true
  #changed: (certain: boolean) => void = () => undefined
  #operations = 0
  #last: OperationResult | null = null
  /** Operations that succeeded before peace. */
  chaosOk = 0

  constructor(mode: Mode, bug: string, trial: Trial, trace: Trace) {
    const { scenario, monitor } = trial
    this.#trial = trial
    this.#random = seeded(`${scenario.seed}/clients`)
    this.#world = new World({
      ...{ mode, bug, scenario, monitor, trace },
      onResult: (id, result) => this.#ended(id, result),
      onChange: (what, node, done) => this.#change(what, node, done),
    })
    this.#nemesis = new Nemesis(this.#world, scenario, seeded(`${scenario.seed}/nemesis`))
  }

  get nowUs(): number {
    return this.#world.now()
  }

  /** What clients asked and were answered, for the checkers. */
  get history(): readonly HistoryEvent[] {
    return this.#recorder.history
  }

  stats(): SimStats {
    const { ok, fail, info } = this.#outcomes
    const faults = Object.values(this.#nemesis.counts).reduce((sum, count) => sum + count, 0)
    const counts = { ...this.#world.stats, opsOk: ok, opsFail: fail, opsInfo: info, faults }
    return { virtualMs: Math.round(this.nowUs / MS), ...counts, marks: this.#trial.monitor.marks }
  }

  /** Throws Violation (or whatever a machine throws) when something is wrong. */
  go(): void {
    this.#chaos()
    this.#peace()
    this.#trial.finish(this)
  }

  truths(): readonly NodeTruth[] {
    return this.#world.truths()
  }

  rest(us: number): void {
    this.#world.runUntil(this.nowUs + us)
  }

  settle(withinUs: number, when: string): void {
    const deadline = this.nowUs + withinUs
    for (;;) {
      const waiting = [...this.#clients.values()].find((client) => client.pending !== null)
      const why = waiting === undefined ? this.#trial.monitor.unsettled(this.#world.truths()) : `${waiting.id} still waits for its answer`
      if (why === null) return
      if (this.nowUs >= deadline) throw new Violation('liveness', `${withinUs / SECOND} s ${when}: ${why}`)
      this.#world.runUntil(this.nowUs + POLL_US)
    }
  }

  mustAnswer(ask: Ask): OperationResult {
    const client = this.#clients.get(FRESH_CLIENT) ?? this.#addClient(FRESH_CLIENT)
    this.#ask(client, ask, FRESH_TIMEOUT_US)
    this.#world.runUntil(this.nowUs + FRESH_TIMEOUT_US + SECOND, () => client.pending === null)
    const result = this.#last
    if (client.pending !== null || result?.outcome !== 'ok')
      throw new Violation('liveness', `with every fault over, ${ask.f} ${ask.key} did not succeed`)
    return result
  }

  #chaos(): void {
    this.#world.boot()
    for (const id of this.#trial.scenario.clients) this.#askSoon(this.#addClient(id))
    this.#nemesis.start()
    const { scenario, floorOps } = this.#trial
    this.#world.runUntil(scenario.chaosUs)
    while (this.#outcomes.ok < floorOps && this.nowUs < scenario.mostChaosUs) this.#world.runUntil(this.nowUs + SECOND)
    this.chaosOk = this.#outcomes.ok
  }

  #peace(): void {
    this.#world.say('peace: every fault is over')
    this.#nemesis.stop()
    this.#world.healNetwork()
    this.#world.runUntil(this.nowUs + AFTERWARDS_US)
    this.#asking = false
  }

  /** A client of its own asks for changes of membership, one at a time. */
  #change(f: 'join' | 'leave', node: EndpointId, done: (certain: boolean) => void): boolean {
    const admin = this.#clients.get(ADMIN) ?? this.#addClient(ADMIN)
    if (admin.pending !== null) return false
    this.#changed = done
    this.#ask(admin, { f, key: node, value: null }, this.#trial.scenario.timeoutUs)
    return true
  }

  #addClient(id: EndpointId): ClientAtWork {
    this.#world.addClient(id)
    const client: ClientAtWork = { id, pending: null }
    this.#clients.set(id, client)
    return client
  }

  #askSoon(client: ClientAtWork): void {
    const { thinkUs, timeoutUs } = this.#trial.scenario
    this.#world.at(this.nowUs + this.#random.between(1, thinkUs * 2), () => {
      if (this.#asking) this.#ask(client, this.#trial.script.next(client.id, this.#random), timeoutUs)
    })
  }

  #ask(client: ClientAtWork, ask: Ask, timeoutUs: number): void {
    const operation = { id: ++this.#operations, ...ask, timeoutUs }
    client.pending = { ask, operation }
    this.#trial.script.asked(client.id, ask, this.nowUs)
    this.#recorder.invoked(client.id, ask, this.nowUs)
    this.#world.invoke(client.id, operation)
  }

  #ended(id: EndpointId, result: OperationResult): void {
    const client = this.#clients.get(id)
    const pending = client?.pending
    if (client === undefined || pending === null || pending === undefined || pending.operation.id !== result.id) {
      throw new Violation('client', `${id} answered operation ${result.id}, which it was not doing`)
    }
    client.pending = null
    this.#last = result
    this.#outcomes[result.outcome]++
    this.#recorder.ended(id, pending.ask, result, this.nowUs)
    this.#trial.script.ended(id, result)
    if (id === ADMIN) this.#changed(result.outcome === 'ok')
    if (this.#trial.scenario.clients.includes(id)) this.#askSoon(client)
  }
}
