/** What a person or a lab file has said so far: names, marks, armed rules, pending commands, the transcript. */
import type { EndpointId } from '../machine/contract.ts'
import type { Expectation } from './language/ast.ts'
import type { Answer } from './types.ts'

export type Named = readonly EndpointId[] | string | number | null

export interface TranscriptLine {
  readonly text: string
  readonly startNs: number
  endNs: number | null
  answer: Answer | null
}

export interface Armed {
  readonly expectation: Expectation
  broken: string | null
}

export class Session {
  readonly patience: number
  readonly variables = new Map<string, Named>()
  readonly always: Armed[] = []
  readonly transcript: TranscriptLine[] = []
  /** Command words since the block began, for `expect not used restart`. */
  readonly used = new Set<string>()
  /** Commands that have not ended, by the client they work for (null: none). */
  readonly pending = new Map<Promise<unknown>, EndpointId | null>()
  /** Where counts start: the block's begin, or the last `mark`. Run clock, ns. */
  markNs = 0
  /** Where the ribbon starts: the lab's begin, or the last `mark`. A story of health runs through all the steps of a lab. */
  ribbonNs = 0
  /** What had passed through the network at the mark. */
  messagesAtMark = 0
  /** `at 3s` counts from here. */
  blockNs = 0
  readonly #timers = new Set<AbortController>()

  constructor(patience: number) {
    this.patience = patience
  }

  beginBlock(nowNs: number, messages = 0): void {
    this.blockNs = nowNs
    this.markNs = nowNs
    this.messagesAtMark = messages
    this.used.clear()
  }

  /** `mark`: counts and the ribbon start here. */
  mark(nowNs: number, messages: number): void {
    this.markNs = nowNs
    this.ribbonNs = nowNs
    this.messagesAtMark = messages
  }

  /** A repeating or scheduled command; ends with `every stop`, the block, or the lab. */
  schedule(): AbortController {
    const controller = new AbortController()
    this.#timers.add(controller)
    return controller
  }

  unschedule(controller: AbortController): void {
    this.#timers.delete(controller)
  }

  /** How many were stopped. */
  stopSchedules(): number {
    const count = this.#timers.size
    for (const controller of this.#timers) controller.abort()
    this.#timers.clear()
    return count
  }

  /** A fresh cluster: names of its nodes and rules on its history mean nothing any more. */
  reset(nowNs: number): void {
    this.stopSchedules()
    this.variables.clear()
    this.beginBlock(nowNs)
    this.ribbonNs = nowNs
  }
}
