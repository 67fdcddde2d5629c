/** The trial of an always-writable store: whatever happens, once all is over everybody has the same and nothing acknowledged is lost. */
import type { HistoryEvent } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import { convergesWithinUs } from '../modes/dynamo/rest.ts'
import { type DynamoOptions, readOptions } from '../modes/dynamo/settings.ts'
import type { Mode } from '../modes/mode.ts'
import { Graph, type GraphWrite } from './dynamo-graph.ts'
import { DynamoMonitor } from './dynamo-invariants.ts'
import { judgeFinal, noPhantom } from './dynamo-oracle.ts'
import { type DynamoScenario, drawDynamoScenario } from './dynamo-scenario.ts'
import { DynamoWorkload } from './dynamo-workload.ts'
import { type Judgement, judge } from './judge.ts'
import { Violation } from './monitor.ts'
import type { Ask, Script, Stage, Trial } from './trial.ts'

const FLOOR_OPS = 100
/** Who is up again must be seen to be, and that in its turn, each thrice what it needs on average. */
const DETECTIONS = 12

interface Pending {
  readonly ask: Ask
  /** The monitor's era when it was asked. */
  readonly era: number
}

export function drawDynamoTrial(mode: Mode, seed: number): Trial {
  return new DynamoTrial(mode, drawDynamoScenario(mode, seed))
}

export class DynamoTrial implements Trial, Script {
  readonly scenario: DynamoScenario
  readonly monitor: DynamoMonitor
  readonly script: Script = this
  readonly floorOps = FLOOR_OPS
  readonly #mode: Mode
  readonly #options: DynamoOptions
  readonly #graph = new Graph()
  readonly #workload: DynamoWorkload
  readonly #pending = new Map<EndpointId, Pending>()

  constructor(mode: Mode, scenario: DynamoScenario) {
    this.#mode = mode
    this.scenario = scenario
    this.#options = readOptions(scenario.settings)
    this.monitor = new DynamoMonitor(scenario, this.#options, this.#graph)
    this.#workload = new DynamoWorkload({ ...scenario, n: this.#options.n })
  }

  get about(): string {
    const { nodes, spares, clients, preset, profile } = this.scenario
    return `${nodes.length}${spares.length > 0 ? `+${spares.length}` : ''} nodes, ${clients.length} clients, ${preset}, ${profile}`
  }

  next(client: EndpointId, random: Random): Ask {
    return this.#workload.next(client, random)
  }

  asked(client: EndpointId, ask: Ask): void {
    this.#pending.set(client, { ask, era: this.monitor.era })
  }

  ended(client: EndpointId, result: OperationResult): void {
    const pending = this.#pending.get(client)
    if (pending === undefined) return
    this.#pending.delete(client)
    const { ask, era } = pending
    const { made, over, seen } = result.lineage ?? {}
    if (ask.f === 'join' || ask.f === 'leave') {
      this.monitor.changed(ask.f, result.outcome)
      return
    }
    this.#workload.learn(ask.key, result)
    if (seen !== undefined) noPhantom(this.#graph, ask.key, seen, made === undefined ? valuesOf(result) : null)
    if (made === undefined) return
    const write: GraphWrite = { op: made, key: ask.key, value: writtenValue(ask, result), outcome: result.outcome, over: over ?? [] }
    this.#graph.add(write)
    this.monitor.answered(write, { needed: Number(ask.options?.w ?? this.#options.w), era })
  }

  finish(stage: Stage): void {
    const budgetUs = this.#budgetUs
    if (!this.#options.antiEntropy) this.#readThrough(stage, budgetUs)
    stage.settle(budgetUs, 'after the last fault')
    this.#readAll(stage)
    stage.settle(budgetUs, 'after the last read')
    // Where one clock stands for all siblings even a write that read them all may be one too many.
    if (this.#options.versions === 'dotted')
      for (const key of this.#graph.keys()) stage.mustAnswer({ f: 'put', key, value: `${key} at last` })
    stage.settle(budgetUs, 'after the last write')
    this.#readAll(stage)
  }

  judge(history: readonly HistoryEvent[]): Judgement | null {
    // Of disks and buffers that were lost people's checkers know nothing, and what a write replaced whose result came never, only we do.
    const exact = this.#options.versions === 'dotted' && this.monitor.marks.excused === 0
    const judgement = exact ? judge(history, this.#mode.checks) : null
    return judgement?.verdict.verdict === 'invalid' ? judgement : null
  }

  /** In the seed's own settings. Without anti-entropy it has as long as with it; detectors and transfers beside them. */
  get #budgetUs(): number {
    const nodes = this.scenario.nodes.length + this.scenario.spares.length
    return convergesWithinUs({ ...this.#options, antiEntropy: true }, nodes) + DETECTIONS * this.#options.detectorUs
  }

  /** Without anti-entropy it is reads that mend: each key, of all its homes. */
  #readThrough(stage: Stage, budgetUs: number): void {
    // Only once all hear each other again, and those who came or went have what is theirs.
    stage.rest(budgetUs)
    for (const key of this.#graph.keys()) stage.mustAnswer({ f: 'get', key, value: null, options: { r: String(this.#options.n) } })
  }

  #readAll(stage: Stage): void {
    const { versions, durability } = this.#options
    // The second event of a retried write, in a buffer that was lost, is known to nobody.
    const strictness = {
      losesNothing: versions === 'dotted' || versions === 'merged',
      noFalseSiblings: versions === 'dotted' && durability === 'all',
    }
    for (const key of this.#graph.keys()) {
      const { lineage } = stage.mustAnswer({ f: 'get', key, value: null })
      if (lineage?.seen === undefined) throw new Violation('client', `a get of ${key} does not say which writes it shows`)
      judgeFinal(this.#graph, key, lineage.seen, this.monitor, strictness)
    }
  }
}

/** Undefined where only the client knows: it is none of the values that were asked for. */
function writtenValue({ f, value }: Ask, result: OperationResult): string | null | undefined {
  if (f === 'del') return null
  if (f === 'put') return typeof value === 'string' ? value : undefined
  if (f === 'resolve' && typeof value === 'string') return value
  return result.outcome === 'ok' && f === 'append' ? (result.value ?? undefined) : undefined
}

function valuesOf({ siblings, value }: OperationResult): readonly string[] {
  if (siblings !== undefined) return siblings
  return value === null || value === undefined ? [] : [value]
}
