/**
 * The rows that are watched live, over a simulated cluster under the shared faults. They see what the lab sees: each node's own status four times
 * a second, its events, and the history once it is over. Nothing that only the simulator knows ends the run.
 */

import { checkers } from '../../../src/check/registry.ts'
import type { HistoryEvent } from '../../../src/history/types.ts'
import { Invariants } from '../../../src/lab/samples/invariants.ts'
import { type Judge, LiveVerdict } from '../../../src/lab/samples/live-verdict.ts'
import { AssertionFailed } from '../../../src/machine/assert.ts'
import type { EndpointId } from '../../../src/machine/contract.ts'
import { MS, SECOND } from '../../../src/machine/time.ts'
import type { InvariantRow } from '../../../src/modes/face.ts'
import type { Mode, NodeView } from '../../../src/modes/mode.ts'
import { type Monitor, type NodeStep, Violation } from '../../../src/sim/monitor.ts'
import { Run } from '../../../src/sim/run.ts'
import { Trace } from '../../../src/sim/trace.ts'
import type { Script, Trial } from '../../../src/sim/trial.ts'
import { drawTrial } from '../../../src/sim/trials.ts'

const TOLD_EVERY_US = 250 * MS
/** In peace, once the clients are done. */
const REST_US = 5 * SECOND

export interface Watched {
  readonly mode: Mode
  readonly seed: number
  readonly bug: string
}

/** All rows as they stand when the run is over. */
export async function liveRows({ mode, seed, bug }: Watched): Promise<readonly InvariantRow[]> {
  const drawn = drawTrial(mode, seed)
  let history: readonly HistoryEvent[] = []
  let nowMs = 0
  const judge = judgeOf(() => history)
  const invariants = new Invariants({ mode, damage: () => undefined }, (checker) => new LiveVerdict(checker, judge, () => nowMs))
  const onlooker = new Onlooker(invariants)
  const run = new Run(mode, bug, watchedOnly(drawn, onlooker), new Trace(null))
  try {
    run.go()
  } catch (error) {
    if (!(error instanceof AssertionFailed)) throw error
    invariants.hear({ time: run.nowUs * 1_000, type: 'exit', text: error.message, node: 'one', reason: 'crashed' })
  }
  history = run.history
  // The first asks the checker, the second has its answer.
  for (const lookMs of [60_000, 120_000]) {
    nowMs = lookMs
    onlooker.look(history.length, nowMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return onlooker.rows
}

/** In this thread, and of a history that is in no file. */
export function judgeOf(history: () => readonly HistoryEvent[]): Judge {
  return async ({ checker, limits }) => {
    const verdict = checkers.get(checker)?.check(history(), limits)
    if (verdict === undefined) throw new Error(`there is no checker ${checker}`)
    return verdict
  }
}

/** The drawn trial, of which only the live watch judges anything. */
function watchedOnly({ scenario, about, floorOps, script }: Trial, monitor: Monitor): Trial {
  const quiet: Script = {
    next: (client, random) => script.next(client, random),
    asked: (client, ask, nowUs) => script.asked(client, ask, nowUs),
    ended: (client, result) => unlessViolated(() => script.ended(client, result)),
  }
  return { scenario, about, floorOps, monitor, script: quiet, finish: (stage) => stage.rest(REST_US), judge: () => null }
}

function unlessViolated(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Violation)) throw error
  }
}

/** Hears each node four times a second, by the node's own clock, as the lab does. */
class Onlooker implements Monitor {
  readonly watchesStatus = true
  readonly marks = {}
  /** As told last. */
  rows: readonly InvariantRow[] = []
  readonly #invariants: Invariants
  readonly #views = new Map<EndpointId, NodeView>()
  readonly #toldUs = new Map<EndpointId, number>()

  constructor(invariants: Invariants) {
    this.#invariants = invariants
  }

  look(events: number, nowMs: number): void {
    const written = { path: 'history.jsonl', bytes: events, events }
    this.rows = this.#invariants.look([...this.#views.values()], written, nowMs)?.rows ?? this.rows
  }

  stepped({ node, input, output, status }: NodeStep): void {
    for (const event of output.events) this.#invariants.hear({ time: 0, type: 'node', node, event })
    const toldUs = this.#toldUs.get(node)
    if (toldUs !== undefined && input.nowUs - toldUs < TOLD_EVERY_US) return
    this.#toldUs.set(node, input.nowUs)
    this.#see({ id: node, state: 'live', status, statusAgeMs: 0 })
  }

  crashed(node: EndpointId): void {
    this.#toldUs.delete(node)
    this.#see({ id: node, state: 'dead', status: null, statusAgeMs: Number.POSITIVE_INFINITY })
  }

  #see(view: NodeView): void {
    this.#views.set(view.id, view)
    this.look(0, 0)
  }

  leaving(): void {}
  durable(): void {}
  unsettled(): null {
    return null
  }
  row(node: EndpointId): string {
    return node
  }
}
