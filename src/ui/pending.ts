/** The commands that were submitted and have not ended. Nothing waits for them but their script. */
import type { Answer } from '../lab/types.ts'
import type { LabPort } from './lab-port.ts'
import type { Tally } from './prompt-summary.ts'

export const MAX_PENDING = 1000

/** What became of a command. */
export type Outcome =
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'lines'; readonly lines: readonly string[] }
  | { readonly type: 'error'; readonly error: unknown }
  /** Nobody waits for it any more. */
  | { readonly type: 'stopped'; readonly asked: boolean }

export interface Operation {
  readonly line: string
  /** Lines of one burst share a number: stopping one drops those behind it. */
  readonly script: number
  readonly sinceMs: number
  readonly abort: AbortController
  /** The lab has been asked: from now on it may happen. */
  asked: boolean
}

export interface PendingOptions {
  readonly lab: LabPort
  /** Commands that the prompt answers itself, as lines. */
  readonly locals: ReadonlyMap<string, () => Promise<readonly string[]>>
  readonly tally: Tally
  /** Monotonic milliseconds. */
  now(): number
  remember(line: string): void
  begun(operation: Operation): void
  /** Once for each that begun. */
  ended(operation: Operation, outcome: Outcome): void
  quit(): void
}

export class PendingCommands {
  readonly #options: PendingOptions
  #list: readonly Operation[] = []
  #scripts = 0

  constructor(options: PendingOptions) {
    this.#options = options
  }

  /** Oldest first. */
  get list(): readonly Operation[] {
    return this.#list
  }

  /** Lines of one burst: each waits for the one before. Answers how many were taken; more than `MAX_PENDING` may not wait at once. */
  submit(lines: readonly string[]): number {
    const script = ++this.#scripts
    const operations = lines.slice(0, Math.max(0, MAX_PENDING - this.#list.length)).map((line) => this.#open(line, script))
    void this.#runInOrder(operations)
    return operations.length
  }

  /** The newest command stops, and with it what waited behind it in the same script. */
  stopNewest(): void {
    const newest = this.#list.at(-1)
    if (newest === undefined) return
    for (const operation of this.#list.filter((one) => one.script === newest.script)) {
      operation.abort.abort()
      this.#close(operation, { type: 'stopped', asked: operation.asked })
      this.#options.tally[operation.asked ? 'unknown' : 'refused']++
    }
  }

  /** Nobody waits for any of them any more. */
  abandon(): void {
    for (const operation of this.#list) operation.abort.abort()
  }

  #open(line: string, script: number): Operation {
    this.#options.remember(line)
    const operation = { line, script, sinceMs: this.#options.now(), abort: new AbortController(), asked: false }
    this.#list = [...this.#list, operation]
    this.#options.begun(operation)
    return operation
  }

  async #runInOrder(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      if (!operation.abort.signal.aborted) await this.#run(operation)
    }
  }

  async #run(operation: Operation): Promise<void> {
    const { line, abort } = operation
    const { lab, locals, tally } = this.#options
    if (line === 'quit' || line === 'exit') return this.#options.quit()
    try {
      const local = locals.get(line)
      if (local !== undefined) {
        this.#close(operation, { type: 'lines', lines: await local() })
        return
      }
      await lab.opened
      if (abort.signal.aborted) return
      operation.asked = true
      const answer = await lab.do(line, { signal: abort.signal })
      if (this.#close(operation, { type: 'answer', answer })) tally[answer.status]++
    } catch (error) {
      if (this.#close(operation, { type: 'error', error })) tally.refused++
    }
  }

  /** False when it went before. */
  #close(operation: Operation, outcome: Outcome): boolean {
    if (!this.#list.includes(operation)) return false
    this.#list = this.#list.filter((one) => one !== operation)
    this.#options.ended(operation, outcome)
    return true
  }
}
