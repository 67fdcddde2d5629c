/**
 * The probe asks one node in turn for a key that nobody writes; no partition cuts it and no history records it. It remembers who answered when,
 * and judges nothing.
 */
import { ClientEndpoint, type ClientEndpointOptions } from '../client/client-endpoint.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { isHelper, PROBE, PROBE_KEY } from '../machine/ids.ts'
import type { Mode, Settings } from '../modes/mode.ts'
import { type HealthSubject, SHORTEST_TURN_MS } from './health-rules.ts'
import { ProbeMachine } from './probe-machine.ts'

export interface ProbeOptions {
  readonly mode: Mode
  /** Read anew for each question: `set` may have changed them. */
  readonly settings: Settings
  readonly seed: string
  readonly runId: number
  readonly cluster: HealthSubject
  readonly connect: ClientEndpointOptions['connect']
}

export interface ProbeListener {
  /** A node answered or failed to, or was asked in its turn: it is time to judge. */
  onHeard(): void
  /** No answer will come any more. */
  onFailure(why: string): void
}

/**
 * A round of all nodes takes 1.5 s at most, so that within the 2 s an answer counts each node is asked again; where there are so many
 * that the probe would take the machine for itself, longer.
 */
const LONGEST_TURN_MS = 250
const ROUND_MS = 1_500
/** So many nodes are no burden. */
export const FEW = 16
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

export class Probe {
  readonly #options: ProbeOptions
  readonly #listener: ProbeListener
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
  #changedMs = Number.NEGATIVE_INFINITY

  constructor(options: ProbeOptions, listener: ProbeListener) {
    this.#options = options
    this.#listener = listener
    const { mode, settings, seed, cluster } = options
    this.#watched = everyoneOf(cluster)
    this.#machine = new ProbeMachine({ mode, endpoints: this.#watched, settings, seed })
  }

  /** Asks every node at once, then one in turn. Rejects when the system gives no socket. */
  async open(): Promise<void> {
    const { runId, connect } = this.#options
    this.#endpoint = await ClientEndpoint.open({
      id: PROBE,
      runId,
      connect,
      machine: this.#machine,
      onResult: (result) => this.#answered(result),
      onFailure: (error) => this.#listener.onFailure(error instanceof Error ? error.message : String(error)),
    })
    for (const id of this.#watched.slice(0, AT_ONCE)) this.#ask(id)
    this.#pace()
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#endpoint?.close()
    this.#endpoint = null
  }

  get watched(): readonly EndpointId[] {
    return this.#watched
  }

  /** When each of them answered last (`performance.now`, ms). */
  get answeredMs(): ReadonlyMap<EndpointId, number> {
    return this.#answeredMs
  }

  /** Those that answered once, or failed to. */
  heard(): readonly EndpointId[] {
    return this.#watched.filter((id) => this.#answeredMs.has(id) || this.#failing.has(id))
  }

  /** Nodes that have not answered a question asked after the last change. */
  unproven(): readonly EndpointId[] {
    return this.#watched.filter((id) => (this.#provenMs.get(id) ?? Number.NEGATIVE_INFINITY) < this.#changedMs)
  }

  /** Something has just changed: what nodes answered to earlier questions proves nothing any more. */
  askAgain(): void {
    this.#changedMs = performance.now()
    this.follow()
    for (const id of this.#watched.slice(0, AT_ONCE)) this.#ask(id)
  }

  /** For so many milliseconds nobody could hear an answer: they count against no node. */
  excuse(blindMs: number): void {
    for (const [node, atMs] of this.#answeredMs) this.#answeredMs.set(node, atMs + blindMs)
  }

  #pace(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    const turnMs = Math.max(SHORTEST_TURN_MS, ROUND_MS / this.#watched.length)
    this.#timer = setInterval(() => this.#next(), Math.min(LONGEST_TURN_MS, turnMs))
  }

  /** The nodes as they are now: who came is asked, who left is forgotten. */
  follow(): void {
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
    this.follow()
    const ids = this.#watched
    const inTurn = ids[this.#turn++ % ids.length]
    const unproven = this.unproven()
    const urgent = ids.filter((id) => this.#failing.has(id) || unproven.includes(id))
    // However fast they refuse: a hundred nodes that are all asked at every turn would do nothing but answer the probe.
    const restMs = Math.max(LONGEST_TURN_MS / 2, urgent.length * URGENT_MS)
    const nowMs = performance.now()
    for (const id of urgent) if (nowMs - (this.#askedMs.get(id) ?? Number.NEGATIVE_INFINITY) >= restMs) this.#ask(id)
    if (inTurn !== undefined) this.#ask(inTurn)
    this.#listener.onHeard()
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
    this.#listener.onHeard()
  }
}

function everyoneOf(cluster: HealthSubject): readonly EndpointId[] {
  return [...cluster.ids, ...cluster.helperViews().map(({ id }) => id)]
}
