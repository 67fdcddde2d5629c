/** The trial of a store that behaves as one copy of each key: in the end it serves anybody, and every whole copy is the same. */
import type { HistoryEvent } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import { SECOND } from '../machine/time.ts'
import type { Mode } from '../modes/mode.ts'
import { type Asked, Oracle } from './atomic-oracle.ts'
import { type AtomicScenario, drawAtomicScenario } from './atomic-scenario.ts'
import { type AtomicClient, learn, newAtomicClient, nextAsk, type Workload, writeTo } from './atomic-workload.ts'
import { type Judgement, judge } from './judge.ts'
import type { Monitor } from './monitor.ts'
import { type Ask, FRESH_CLIENT, type Script, type Stage, type Trial } from './trial.ts'

/** Peace is given this long to make everything right: many election timeouts of the slowest preset. */
const SETTLE_US = 60 * SECOND
/** Operations that must have succeeded under faults for a run to count. */
const FLOOR_OPS = 5

/** A monitor of a mode whose nodes each hold the whole store, once settled. */
export type DrawMonitor = (scenario: AtomicScenario) => Monitor

export function drawAtomicTrial(mode: Mode, seed: number, monitor: DrawMonitor, copiesAreWhole: boolean): Trial {
  return new AtomicTrial(mode, drawAtomicScenario(mode, seed), monitor, copiesAreWhole)
}

class AtomicTrial implements Trial, Script {
  readonly scenario: AtomicScenario
  readonly monitor: Monitor
  readonly script: Script = this
  readonly floorOps = FLOOR_OPS
  readonly #mode: Mode
  readonly #oracle = new Oracle()
  readonly #workload: Workload
  readonly #copiesAreWhole: boolean
  readonly #clients = new Map<EndpointId, AtomicClient>()
  readonly #pending = new Map<EndpointId, Asked>()

  constructor(mode: Mode, scenario: AtomicScenario, monitor: DrawMonitor, copiesAreWhole: boolean) {
    const { keys, nodes, pinned, long } = scenario
    this.#mode = mode
    this.scenario = scenario
    this.monitor = monitor(scenario)
    this.#workload = { keys, nodes, pinned, long, operations: mode.operations }
    this.#copiesAreWhole = copiesAreWhole
  }

  get about(): string {
    const { nodes, clients, preset } = this.scenario
    return `${nodes.length} nodes, ${clients.length} clients, ${preset}`
  }

  next(client: EndpointId, random: Random): Ask {
    return nextAsk(this.#client(client), this.#workload, random)
  }

  asked(client: EndpointId, { f, key, value }: Ask): void {
    const asked: Asked = { f, key, value, order: this.#oracle.moment() }
    this.#pending.set(client, asked)
    this.#oracle.invoked(asked)
  }

  ended(client: EndpointId, result: OperationResult): void {
    const asked = this.#pending.get(client)
    if (asked === undefined) return
    this.#oracle.ended(asked, result)
    learn(this.#client(client), asked, result)
  }

  finish(stage: Stage): void {
    stage.settle(SETTLE_US, 'after the last fault')
    this.#serveFresh(stage)
    stage.settle(SETTLE_US, 'after the last operation')
    if (this.#copiesAreWhole) this.#compareCopies(stage)
  }

  judge(history: readonly HistoryEvent[]): Judgement | null {
    return judge(history, this.#mode.checks)
  }

  /** A client that nobody met before writes, and then reads every key that was ever written. */
  #serveFresh(stage: Stage): void {
    const client = this.#client(FRESH_CLIENT)
    for (const key of this.scenario.keys) stage.mustAnswer(writeTo(key, client, this.#mode.operations))
    for (const key of this.#oracle.keys()) stage.mustAnswer({ f: 'get', key, value: null })
  }

  #compareCopies(stage: Stage): void {
    for (const key of this.#oracle.keys()) {
      for (const truth of stage.truths()) {
        if (truth.amnesiac) continue
        const { value } = truth.peek(key) as { readonly value: string | null }
        this.#oracle.settledCopy(truth.id, key, value)
      }
    }
  }

  #client(id: EndpointId): AtomicClient {
    const known = this.#clients.get(id)
    if (known !== undefined) return known
    const fresh = newAtomicClient(id)
    this.#clients.set(id, fresh)
    return fresh
  }
}
