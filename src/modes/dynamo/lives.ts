/**
 * Which life of a node a write is for. A datagram may come twice, the second time after the node's restart: that node has forgotten
 * what it refused, and would do it after all. So a write names the life it is sent to; any other life turns it away, and says which
 * it is.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Body } from './house.ts'
import { readCount } from './shape.ts'

type Ask = (to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void) => void

/** A node that begins another life each time it is asked is as good as silent. */
const MOST_TRIES = 3

export class Lives {
  readonly #ask: Ask
  readonly #known = new Map<EndpointId, number>()

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** As `ask`. The first write to a node may take one more round. */
  ask(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void): void {
    if (body.type === 'put') this.#try(to, body, patienceUs, done, MOST_TRIES)
    else this.#ask(to, body, patienceUs, done)
  }

  #try(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void, left: number): void {
    const life = this.#known.get(to) ?? 0
    this.#ask(to, { ...body, life }, patienceUs, (answer) => {
      if (answer?.type !== 'other-life') {
        done(answer)
        return
      }
      this.#known.set(to, readCount(answer.life) ?? 0)
      if (left === 1) done(null)
      else this.#try(to, body, patienceUs, done, left - 1)
    })
  }
}
