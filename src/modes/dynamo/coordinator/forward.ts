/**
 * A request goes on to a node that may coordinate it. Two answers come back: that it was taken, within `forward-timeout`, and later
 * what became of it. So a coordinator that is gone costs little, and one that is slow is not taken for gone.
 */
import type { EndpointId } from '../../../machine/contract.ts'
import { isNode } from '../../../machine/ids.ts'
import type { ClientAnswer } from '../client-protocol.ts'
import type { Body, House } from '../house.ts'
import { readFields, readList, readText } from '../shape.ts'
import { pursue } from './pursue.ts'

/** `declined`: not taken, so nothing happened. `silent`: nobody knows whether it was. */
export type Outcome = ClientAnswer | 'declined' | 'silent'

/** A request went through so many nodes at most, the one it was sent to included. */
export const MOST_HOPS = 3
/** How long an outcome is waited for while its coordinator is alive, in detector timeouts. */
const MOST_WAITS = 12

type Begin = (from: EndpointId, request: Body, path: readonly EndpointId[], done: (answer: ClientAnswer) => void) => boolean

export class Forwarding {
  readonly #house: House
  readonly #waiting = new Map<string, { readonly to: EndpointId; done(outcome: Outcome): void }>()
  #forwarded = 0

  /** `begin`: takes a request that came from another node, or answers false. */
  constructor(house: House, begin: Begin) {
    this.#house = house
    house.serve('forward', (from, body, answer) => {
      const path = readList(body.path, readNode, MOST_HOPS)
      const [request, token] = [readFields(body.request), readText(body.token)]
      if (!isNode(from) || path === undefined || request === undefined || token === undefined || typeof request.type !== 'string') {
        house.drop('malformed')
        return
      }
      const taken = begin(from, request as Body, path, (outcome) => this.#report(from, token, outcome))
      answer({ type: taken ? 'taken' : 'declined' })
    })
    house.serve('outcome', (from, body, answer) => {
      answer({ type: 'heard' })
      const [token, outcome] = [readText(body.token), readFields(body.outcome)]
      const waiting = token === undefined ? undefined : this.#waiting.get(token)
      if (waiting?.to === from && typeof outcome?.type === 'string') waiting.done(outcome as ClientAnswer)
    })
  }

  /** Until it is confirmed: were it lost, the request would count as silent after a while, and be made again elsewhere. */
  #report(to: EndpointId, token: string, outcome: ClientAnswer): void {
    pursue(this.#house, to, { type: 'outcome', token, outcome }, () => {})
  }

  /** `path`: who had it before, this node last. */
  send(to: EndpointId, request: Body, path: readonly EndpointId[], done: (outcome: Outcome) => void): void {
    const house = this.#house
    const token = `${house.id}.${house.life}.${++this.#forwarded}`
    const finish = (outcome: Outcome): void => {
      if (this.#waiting.delete(token)) done(outcome)
    }
    this.#waiting.set(token, { to, done: finish })
    house.count('forwards')
    house.ask(to, { type: 'forward', token, path, request }, house.options.forwardUs, (answer) => {
      if (answer?.type === 'taken') this.#await(to, token, MOST_WAITS)
      else finish(answer === null ? 'silent' : 'declined')
    })
  }

  /** The coordinator is asked now and then whether it lives; whoever dies takes the outcome along. */
  #await(to: EndpointId, token: string, left: number): void {
    const house = this.#house
    house.after(house.options.detectorUs, () => {
      const waiting = this.#waiting.get(token)
      if (waiting === undefined) return
      if (left === 0 || !house.detector.isUp(to)) {
        waiting.done('silent')
        return
      }
      house.ask(to, { type: 'ping' }, house.options.detectorUs, () => {})
      this.#await(to, token, left - 1)
    })
  }
}

function readNode(raw: unknown): EndpointId | undefined {
  return typeof raw === 'string' && raw.length < 12 && isNode(raw) ? raw : undefined
}
