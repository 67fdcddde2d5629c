/** What the probes' answers and the faults in force mean. Pure. */
import type { EndpointId } from '../machine/contract.ts'
import { some } from '../machine/ids.ts'
import type { Concern, FaultView, HealthState, NodeView, PredictedHealth, Settings } from '../modes/mode.ts'

/** An answer through a node counts this long. Longer than an election, so that a gap in leadership is no red minute. */
const ANSWER_WINDOW_MS = 2_000
/** The probe asks no node sooner after another: each costs a dozen datagrams, which many nodes on few processors pay for with silence. */
export const SHORTEST_TURN_MS = 40
/** An answer counts for so many rounds of all nodes, at least. */
const ROUNDS = 4 / 3

export interface ProbeView {
  readonly nowMs: number
  readonly members: readonly EndpointId[]
  /** Processes that clients go through. */
  readonly helpers: readonly HelperView[]
  /** When the last answer came through each of them, nodes and helpers; one without any is not in it. */
  readonly answeredMs: ReadonlyMap<EndpointId, number>
  /** Mode.summarize: what the nodes themselves say is not whole. */
  readonly concern: Concern
  /** What was observed last. */
  readonly previous: HealthState
}

export interface HelperView {
  readonly id: EndpointId
  readonly up: boolean
}

export interface Observation {
  readonly state: HealthState
  /** At most ten words. */
  readonly why: string
}

export function observe({ nowMs, members, helpers, answeredMs, concern, previous }: ProbeView): Observation {
  const windowMs = Math.max(ANSWER_WINDOW_MS, ROUNDS * SHORTEST_TURN_MS * members.length)
  const isSilent = (id: EndpointId): boolean => nowMs - (answeredMs.get(id) ?? Number.NEGATIVE_INFINITY) > windowMs
  const silent = members.filter(isSilent)
  if (silent.length === members.length) return { state: 'unhealthy', why: `no answer through any node in ${Math.round(windowMs / 1000)} s` }
  const shut = helpers.find(({ id, up }) => !up || isSilent(id))
  if (shut !== undefined) return { state: 'unhealthy', why: `${shut.id} ${shut.up ? 'does not answer' : 'is down'}: clients reach nobody` }
  if (silent.length > 0) return { state: 'degraded', why: `no answer through ${some(silent)}` }
  if (concern.kind === 'degraded') return { state: 'degraded', why: concern.why }
  // Between two leaders answers are still fresh, but nobody can say that a member came back meanwhile: what was, stays.
  if (concern.kind === 'unclear' && previous !== 'healthy') return { state: 'degraded', why: concern.why }
  return { state: 'healthy', why: members.length === 1 ? 'the only node answers' : `all ${members.length} nodes answer` }
}

/** What the probe and the prediction need to know of a cluster. */
export interface HealthSubject {
  readonly ids: readonly EndpointId[]
  views(): NodeView[]
  /** Processes beside the nodes: a mode's prediction may ask whether they are up. */
  helperViews(): NodeView[]
  lostDisk(id: EndpointId): boolean
  /** A clock or disk rule is in force on some node. */
  readonly bent: boolean
}

/** The network's half of the faults in force (net/plan.ts). */
export interface NetworkFaults {
  linked(a: EndpointId, b: EndpointId): boolean
  readonly bent: boolean
}

export function faultView(cluster: HealthSubject, network: NetworkFaults, settings: Settings): FaultView {
  const nodes = cluster.views()
  const up = new Set(nodes.flatMap(({ id, state }) => (state === 'live' && !cluster.lostDisk(id) ? [id] : [])))
  return {
    members: cluster.ids,
    settings,
    nodes,
    helpersDown: helpersDown(cluster),
    up: (id) => up.has(id),
    linked: (a, b) => network.linked(a, b),
    bent: network.bent || cluster.bent,
  }
}

export function helpersDown(cluster: HealthSubject): readonly EndpointId[] {
  return cluster.helperViews().flatMap(({ id, state }) => (state === 'live' ? [] : [id]))
}

/**
 * Reports once when the cluster does worse than the faults allow, for longer than a bound: unhealthy in fact while the
 * prediction, being certain, says otherwise.
 */
export class Contradiction {
  readonly #boundMs: number
  #sinceMs: number | null = null
  #told = false

  constructor(boundMs: number) {
    this.#boundMs = boundMs
  }

  /** The finding's text, at the moment it becomes one; else null. */
  check(nowMs: number, observed: Observation, predicted: PredictedHealth): string | null {
    if (observed.state !== 'unhealthy' || predicted.state === 'unhealthy' || predicted.uncertain) {
      this.#sinceMs = null
      this.#told = false
      return null
    }
    this.#sinceMs ??= nowMs
    const lastedMs = nowMs - this.#sinceMs
    if (this.#told || lastedMs < this.#boundMs) return null
    this.#told = true
    return `unhealthy for ${(lastedMs / 1000).toFixed(1)} s although ${predicted.state} was predicted (${predicted.why})`
  }
}
