/** How a client keeps its map: polled now and then (§6.4), before its first operation, and at once when an answer tells of another. */
import type { EndpointId } from '../../machine/contract.ts'
import { readAnswer } from './client-answers.ts'
import type { ClientRoute } from './client-route.ts'
import type { Body } from './house.ts'
import type { Timers } from './timers.ts'

export interface ClientMapOptions {
  readonly route: ClientRoute
  readonly everyUs: number
  readonly timers: Timers
  ask(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void): void
}

/** While an operation waits for the first map. */
const FIRST_PATIENCE_US = 150_000
/** While none does: a client that is far from all nodes must learn the map too. */
const PATIENCE_US = 2_000_000
/** So many nodes are asked before the first operation goes without a map. */
const FIRST_QUESTIONS = 2

export class ClientMap {
  readonly #options: ClientMapOptions
  /** What each node last told of: one that stays behind is not asked again and again. */
  readonly #told = new Map<EndpointId, string>()
  #polls = false
  #asking = false

  constructor(options: ClientMapOptions) {
    this.#options = options
  }

  /** Runs once there is a map, or there seems to be none to be had; at once except before the first operation. */
  ready(patienceUs: number, run: () => void): void {
    const { route } = this.#options
    if (this.#polls || !route.wantsMap) {
      run()
      return
    }
    this.#polls = true
    this.#pollLater()
    const asked = new Set<EndpointId>()
    const next = (): void => {
      const node = this.#someNode(asked)
      if (route.digest !== null || node === null || asked.size >= FIRST_QUESTIONS) {
        run()
        return
      }
      asked.add(node)
      this.#fetch(node, Math.min(FIRST_PATIENCE_US, patienceUs), next)
    }
    next()
  }

  /** An answer of this node came with the digest of its map. */
  told(node: EndpointId, digest: string): void {
    const { route } = this.#options
    if (!route.wantsMap || digest === route.digest || this.#told.get(node) === digest || this.#asking) return
    this.#told.set(node, digest)
    this.#asking = true
    this.#fetch(node, PATIENCE_US, () => {
      this.#asking = false
    })
  }

  #pollLater(): void {
    const { timers, everyUs } = this.#options
    timers.after(everyUs, () => {
      const node = this.#someNode(new Set())
      if (node !== null) this.#fetch(node, PATIENCE_US, () => {})
      this.#pollLater()
    })
  }

  #someNode(but: ReadonlySet<EndpointId>): EndpointId | null {
    const { route, timers } = this.#options
    return route.order(null, timers.nowUs).find((node) => !but.has(node)) ?? null
  }

  #fetch(node: EndpointId, patienceUs: number, done: () => void): void {
    const { route, ask, timers } = this.#options
    ask(node, { type: 'map' }, patienceUs, (body) => {
      const answer = body === null ? null : readAnswer(body)
      if (body === null) route.silent(node, timers.nowUs)
      if (answer?.type === 'map') {
        route.answered(node)
        route.learn(answer.history)
      }
      done()
    })
  }
}
