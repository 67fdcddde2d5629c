/** A run's two acts: clients at work under faults, then peace, in which the cluster must converge and serve. */
import type { HistoryEvent } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { type Random, seeded } from '../machine/random.ts'
import { MS, SECOND } from '../machine/time.ts'
import type { Mode } from '../modes/mode.ts'
import { type Monitor, Violation } from './monitor.ts'
import { monitorFor } from './monitors.ts'
import { Nemesis } from './nemesis.ts'
import { type Asked, Oracle } from './oracle.ts'
import { Recorder } from './recorder.ts'
import type { Scenario } from './scenario.ts'
import type { SimStats } from './simulate.ts'
import type { Trace } from './trace.ts'
import { type Ask, type ClientAtWork, learn, newClient, nextAsk, type Workload, writeTo } from './workload.ts'
import { World } from './world.ts'

/** Peace is given this long to make everything right: many election timeouts of the slowest preset. */
const SETTLE_US = 60 * SECOND
const POLL_US = 20 * MS
/** Clients go on this long after the last fault. */
const AFTERWARDS_US = 300 * MS
const FRESH_TIMEOUT_US = 10 * SECOND
const FRESH_CLIENT: EndpointId = 'c90'

export class Run {
  readonly #mode: Mode
  readonly #scenario: Scenario
  readonly #monitor: Monitor
  readonly #world: World
  readonly #oracle = new Oracle()
  readonly #recorder = new Recorder()
  readonly #nemesis: Nemesis
  readonly #random: Random
  readonly #clients = new Map<EndpointId, ClientAtWork>()
  readonly #outcomes = { ok: 0, fail: 0, info: 0 }
  readonly #workload: Workload
  #asking = true
  #operations = 0
  /** Operations that succeeded before peace. */
  chaosOk = 0

  constructor(mode: Mode, bug: string, scenario: Scenario, trace: Trace) {
    this.#mode = mode
    this.#scenario = scenario
    this.#monitor = monitorFor(mode, scenario.nodes)
    this.#random = seeded(`${scenario.seed}/clients`)
    const { keys, nodes, pinned, long } = scenario
    this.#workload = { keys, nodes, pinned, long, operations: mode.operations }
    this.#world = new World({ mode, bug, scenario, monitor: this.#monitor, trace, onResult: (id, result) => this.#ended(id, result) })
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
    const { elections } = this.#monitor
    return { virtualMs: Math.round(this.nowUs / MS), ...this.#world.stats, elections, opsOk: ok, opsFail: fail, opsInfo: info, faults }
  }

  /** Throws Violation (or whatever a machine throws) when something is wrong. */
  go(): void {
    this.#chaos()
    this.#peace()
    this.#settle('after the last fault')
    this.#serveFresh()
    this.#settle('after the last operation')
    this.#compareCopies()
  }

  #chaos(): void {
    for (const node of this.#world.nodes) node.boot()
    for (const id of this.#scenario.clients) {
      this.#world.addClient(id)
      const client = newClient(id)
      this.#clients.set(id, client)
      this.#askSoon(client)
    }
    this.#nemesis.start()
    this.#world.runUntil(this.#scenario.chaosUs)
    this.chaosOk = this.#outcomes.ok
  }

  #peace(): void {
    this.#world.say('peace: every fault is over')
    this.#nemesis.stop()
    this.#world.healNetwork()
    this.#world.runUntil(this.nowUs + AFTERWARDS_US)
    this.#asking = false
  }

  /** Runs until the monitor and every client are content. */
  #settle(when: string): void {
    const deadline = this.nowUs + SETTLE_US
    for (;;) {
      const waiting = [...this.#clients.values()].find((client) => client.pending !== null)
      const why = waiting === undefined ? this.#monitor.unsettled(this.#world.truths()) : `${waiting.id} still waits for its answer`
      if (why === null) return
      if (this.nowUs >= deadline) throw new Violation('liveness', `${SETTLE_US / SECOND} s ${when}: ${why}`)
      this.#world.runUntil(this.nowUs + POLL_US)
    }
  }

  /** A client that nobody met before writes, and then reads every key that was ever written; each operation must succeed. */
  #serveFresh(): void {
    this.#world.addClient(FRESH_CLIENT)
    const client = newClient(FRESH_CLIENT)
    this.#clients.set(FRESH_CLIENT, client)
    for (const key of this.#scenario.keys) this.#mustSucceed(client, writeTo(key, client, this.#mode.operations))
    for (const key of this.#oracle.keys()) this.#mustSucceed(client, { f: 'get', key, value: null })
  }

  #mustSucceed(client: ClientAtWork, ask: Ask): void {
    const before = this.#outcomes.ok
    this.#ask(client, ask, FRESH_TIMEOUT_US)
    this.#world.runUntil(this.nowUs + FRESH_TIMEOUT_US + SECOND, () => client.pending === null)
    if (this.#outcomes.ok === before) throw new Violation('liveness', `with every fault over, ${ask.f} ${ask.key} did not succeed`)
  }

  #compareCopies(): void {
    if (!this.#monitor.copiesAreWhole) return
    for (const key of this.#oracle.keys()) {
      for (const truth of this.#world.truths()) {
        if (truth.amnesiac) continue
        const { value } = truth.peek(key) as { readonly value: string | null }
        this.#oracle.settledCopy(truth.id, key, value)
      }
    }
  }

  #askSoon(client: ClientAtWork): void {
    this.#world.at(this.nowUs + this.#random.between(1, this.#scenario.thinkUs * 2), () => {
      if (this.#asking) this.#ask(client, nextAsk(client, this.#workload, this.#random), this.#scenario.timeoutUs)
    })
  }

  #ask(client: ClientAtWork, ask: Ask, timeoutUs: number): void {
    const asked: Asked = { ...ask, invokedUs: this.nowUs, order: this.#oracle.moment() }
    const operation = { id: ++this.#operations, ...ask, timeoutUs }
    client.pending = { asked, operation }
    this.#oracle.invoked(asked)
    this.#recorder.invoked(client.id, asked)
    this.#world.invoke(client.id, operation)
  }

  #ended(id: EndpointId, result: OperationResult): void {
    const client = this.#clients.get(id)
    const pending = client?.pending
    if (client === undefined || pending === null || pending === undefined || pending.operation.id !== result.id) {
      throw new Violation('client', `${id} answered operation ${result.id}, which it was not doing`)
    }
    client.pending = null
    this.#outcomes[result.outcome]++
    this.#recorder.ended(id, pending.asked, result, this.nowUs)
    this.#oracle.ended(pending.asked, result)
    learn(client, pending.asked, result)
    if (id !== FRESH_CLIENT) this.#askSoon(client)
  }
}
