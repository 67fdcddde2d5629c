/**
 * One request asked until it is answered: of one node, and when that is silent for a while of the next as well. Every attempt says the
 * same, so that whichever comes true comes true once; and every attempt's answer counts until the end.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import { readAnswer } from './client-answers.ts'
import { type ClientAnswer, type ClientRequest, TRY_ELSEWHERE } from './client-protocol.ts'
import type { Body } from './house.ts'

export interface PursuitEnd {
  /** Null: nothing but silence and refusals that another node may not repeat. */
  readonly answer: ClientAnswer | null
  /** Who answered. */
  readonly from: EndpointId | null
  /** The last refusal, if there was one. */
  readonly refusal: Extract<ClientAnswer, { type: 'refused' }> | null
  /** Whether every attempt was answered, and each by a node that says it stored nothing: no attempt at all among them. */
  readonly nothingStored: boolean
  readonly attempts: number
}

export interface PursuitOptions {
  readonly request: ClientRequest
  readonly deadlineUs: number
  /** How long a node may be silent until the next one is asked. */
  readonly patienceUs: number
  readonly random: Random
  now(): number
  /** Those that may be asked now, best first. */
  order(): readonly EndpointId[]
  ask(to: EndpointId, body: Body, patienceUs: number, done: (answer: Body | null) => void): void
  after(delayUs: number, run: () => void): () => void
  silent(node: EndpointId): void
  /** Every answer that can be read, those that come too late to matter aside. */
  heard(node: EndpointId, answer: ClientAnswer): void
  end(end: PursuitEnd): void
}

const FIRST_PAUSE_US = 20_000
const LONGEST_PAUSE_US = 200_000
const LONGEST_PATIENCE_US = 2_000_000
/** Once all that was tried was refused, nothing is tried again this close to the deadline: its answer may come too late. */
const LAST_ATTEMPT_US = 100_000

export class Pursuit {
  readonly #options: PursuitOptions
  readonly #callOffEnd: () => void
  readonly #tried = new Set<EndpointId>()
  #callOffNext: () => void = () => {}
  #attempts = 0
  #refused = 0
  #silences = 0
  #rounds = 0
  #newest: EndpointId | null = null
  #refusal: PursuitEnd['refusal'] = null
  #over = false

  constructor(options: PursuitOptions) {
    this.#options = options
    this.#callOffEnd = options.after(options.deadlineUs - options.now(), () => this.#end(null, null))
    this.#attempt()
  }

  get #nothingStored(): boolean {
    return this.#refused === this.#attempts
  }

  /** What was asked of a node that may be asked no more will perhaps stay unanswered: ask another now. */
  reachChanged(mayAsk: (node: EndpointId) => boolean): void {
    if (this.#over || (this.#newest !== null && mayAsk(this.#newest))) return
    this.#callOffNext()
    this.#attempt()
  }

  /** Nobody waits for it any more. */
  giveUp(): void {
    this.#end(null, null)
  }

  #attempt(): void {
    const { request, deadlineUs, random, now, ask, after, silent } = this.#options
    if (this.#refused > 0 && this.#nothingStored && deadlineUs - now() < LAST_ATTEMPT_US) return
    const target = this.#choose()
    if (target === null) {
      this.#newest = null
      this.#callOffNext = after(this.#pauseUs(), () => this.#attempt())
      return
    }
    this.#attempts++
    this.#newest = target
    const patience = Math.min(this.#options.patienceUs * 1.5 ** Math.min(this.#silences, 8), LONGEST_PATIENCE_US)
    this.#callOffNext = after(patience * (0.9 + random.next() / 5), () => {
      this.#silences++
      silent(target)
      this.#attempt()
    })
    ask(target, { ...request }, deadlineUs - now(), (body) => {
      if (body !== null && !this.#over) this.#hear(target, body)
    })
  }

  /** The best that was not tried in this round; after a whole round the next begins. */
  #choose(): EndpointId | null {
    const order = this.#options.order()
    const next = order.find((node) => !this.#tried.has(node))
    const target = next ?? order[0] ?? null
    if (next === undefined) {
      this.#tried.clear()
      this.#rounds++
    }
    if (target !== null) this.#tried.add(target)
    return target
  }

  #hear(from: EndpointId, body: Body): void {
    const answer = readAnswer(body)
    if (answer !== null) this.#options.heard(from, answer)
    if (answer === null || (answer.type === 'refused' && TRY_ELSEWHERE.includes(answer.code))) {
      if (answer !== null) this.#refusal = answer
      if (answer !== null && !answer.maybe) this.#refused++
      if (from === this.#newest) this.#tryElsewhere()
      return
    }
    if (answer.type === 'refused') {
      this.#refusal = answer
      if (!answer.maybe) this.#refused++
    }
    if (answer.type === 'unmet' && !answer.maybe) this.#refused++
    this.#end(answer, from)
  }

  /** At once while there is somebody new to ask. */
  #tryElsewhere(): void {
    this.#callOffNext()
    this.#newest = null
    if (this.#options.order().some((node) => !this.#tried.has(node))) this.#attempt()
    else this.#callOffNext = this.#options.after(this.#pauseUs(), () => this.#attempt())
  }

  #pauseUs(): number {
    return Math.min(FIRST_PAUSE_US * 1.5 ** Math.min(this.#rounds, 8), LONGEST_PAUSE_US) * (0.75 + this.#options.random.next() / 2)
  }

  #end(answer: ClientAnswer | null, from: EndpointId | null): void {
    if (this.#over) return
    this.#over = true
    this.#callOffNext()
    this.#callOffEnd()
    this.#options.end({
      answer,
      from,
      refusal: this.#refusal,
      nothingStored: this.#nothingStored,
      attempts: this.#attempts,
    })
  }
}
