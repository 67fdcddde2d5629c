/** What a person or a lab file has said so far: names, marks, pending commands, the transcript. Outlives a `reset`. */
import type { EndpointId } from '../machine/contract.ts'
import type { Answer, LabEvent } from './types.ts'

export type Named = readonly EndpointId[] | string | number | null

export interface TranscriptLine {
  readonly text: string
  readonly startNs: number
  endNs: number | null
  answer: Answer | null
}

/** Where counts start: a block's begin, or the last `mark`. */
export interface Mark {
  /** On the clock of the run. */
  ns: number
  /** What had passed between nodes. */
  messages: number
  readonly elections: number
  readonly faults: number
  /** Command words since the block began, for `expect not used restart`. */
  readonly used: Set<string>
}

export interface Pending {
  /** Whom it works for; null if for no client. */
  readonly client: EndpointId | null
  readonly work: Promise<unknown>
}

export class Session {
  readonly patience: number
  readonly variables = new Map<string, Named>()
  transcript: TranscriptLine[] = []
  /** Commands that have not ended. */
  readonly pending = new Set<Pending>()
  /** `at 3s` counts from here. */
  blockNs = 0
  /** Where the ribbon starts: the lab's begin, or the last `mark`. A story of health runs through all the steps of a lab. */
  ribbonNs = 0
  /** Over the whole session. */
  elections = 0
  faults = 0
  mark: Mark = { ns: 0, messages: 0, elections: 0, faults: 0, used: new Set() }
  readonly #blockMarks: Mark[] = []
  #used: Set<string> = this.mark.used
  readonly #repeating = new Set<AbortController>()

  constructor(patience: number) {
    this.patience = patience
  }

  /** Everything counts afresh from here. Answers the mark, for a later block that judges this one. */
  beginBlock(ns: number, messages: number): Mark {
    this.blockNs = ns
    this.mark = { ns, messages, elections: this.elections, faults: this.faults, used: new Set() }
    this.#used = this.mark.used
    this.#blockMarks.push(this.mark)
    return this.mark
  }

  /** A block that judges an earlier one: counts go on from where that one began; its own commands were not used there. */
  beginCheck(judged: Mark, ns: number): void {
    this.blockNs = ns
    this.mark = judged
    this.#used = new Set()
  }

  /** A person or a lab file said this word. */
  noteUsed(command: string): void {
    this.#used.add(command)
  }

  /** `mark`: counts and the ribbon start here; what was used stays used. */
  setMark(ns: number, messages: number): void {
    this.ribbonNs = ns
    this.mark = { ns, messages, elections: this.elections, faults: this.faults, used: this.mark.used }
  }

  hear(event: LabEvent): void {
    if (event.type === 'fault') this.faults += 1
    if (event.type === 'node' && typeOfNodeEvent(event) === 'became-leader') this.elections += 1
  }

  /** For an `every`: aborted by `every stop`, the block's end, or the lab's. */
  repeat(): AbortController {
    const controller = new AbortController()
    this.#repeating.add(controller)
    return controller
  }

  endRepeat(controller: AbortController): void {
    this.#repeating.delete(controller)
  }

  /** How many were stopped. */
  stopRepeating(): number {
    const count = this.#repeating.size
    for (const controller of this.#repeating) controller.abort()
    this.#repeating.clear()
    return count
  }

  /**
   * A fresh cluster: its clock and its message counts begin at nothing, names of nodes mean nothing any more (numbers do), and
   * what would be saved starts here.
   */
  forgetRun(): void {
    this.stopRepeating()
    // What was measured on the old cluster is compared with the new one.
    for (const [name, value] of this.variables) if (typeof value !== 'number') this.variables.delete(name)
    this.transcript = []
    this.blockNs = 0
    this.ribbonNs = 0
    for (const mark of [...this.#blockMarks, this.mark]) {
      mark.ns = 0
      mark.messages = 0
    }
  }

  /** As on the first day: nothing was said yet. */
  forgetAll(): void {
    this.forgetRun()
    this.variables.clear()
    this.#blockMarks.length = 0
    this.elections = 0
    this.faults = 0
    this.mark = { ns: 0, messages: 0, elections: 0, faults: 0, used: new Set() }
  }
}

function typeOfNodeEvent({ event }: LabEvent): string | null {
  return typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string' ? event.type : null
}
