/** Requests to other endpoints and their answers: each request ends once, with an answer or with silence. */
import type { EndpointId } from '../../machine/contract.ts'
import type { Body } from './house.ts'
import type { Timers } from './timers.ts'

interface Waiting {
  readonly to: EndpointId
  done(answer: Body | null): void
  callOff(): void
}

export interface CallsOptions {
  /** Tells this life's questions from those of an earlier one, whose answers must not be taken for ours. */
  readonly token: string
  readonly timers: Timers
  send(to: EndpointId, body: Body): void
  /** A peer answered. */
  heard(peer: EndpointId): void
}

/** More questions under way than this are answered with silence at once: a node must not drown in its own. */
const MOST_WAITING = 8_192

export class Calls {
  readonly #options: CallsOptions
  readonly #waiting = new Map<string, Waiting>()
  #asked = 0

  constructor(options: CallsOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** `done` runs later, never before this returns. */
  ask(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void): void {
    const { token, timers, send } = this.#options
    if (this.#waiting.size >= MOST_WAITING) {
      timers.after(0, () => done(null))
      return
    }
    const id = `${token}.${++this.#asked}`
    const callOff = timers.after(patienceUs, () => {
      this.#waiting.delete(id)
      done(null)
    })
    this.#waiting.set(id, { to, done, callOff })
    send(to, { ...body, id })
  }

  /** True if it was an answer, to a question that still waits or not. */
  receive(from: EndpointId, body: Body): boolean {
    if (typeof body.re !== 'string') return false
    const waiting = this.#waiting.get(body.re)
    // Late is not silent.
    if (waiting === undefined && body.re.startsWith(`${this.#options.token}.`)) this.#options.heard(from)
    if (waiting === undefined || waiting.to !== from) return true
    this.#waiting.delete(body.re)
    waiting.callOff()
    this.#options.heard(from)
    waiting.done(body)
    return true
  }
}
