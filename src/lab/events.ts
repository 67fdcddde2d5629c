/** The one event stream: everything a person, a report or a replay may want, written in one place. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { isSample } from '../stream/events.ts'
import type { LabEvent } from './types.ts'

const REMEMBERED = 5_000
const FLUSH_AT_BYTES = 16_384

export class EventStream {
  readonly #file: number
  readonly #nowNs: () => number
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #recent: LabEvent[] = []
  #buffer = ''
  #closed = false

  constructor(path: string, nowNs: () => number) {
    this.#file = openSync(path, 'w')
    this.#nowNs = nowNs
  }

  /** After `close` nothing is told any more: what a stopping part still says has no reader. */
  emit(type: string, text?: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#closed) return
    const event: LabEvent = { time: this.#nowNs(), type, ...(text === undefined ? {} : { text }), ...fields }
    if (!isSample(type)) this.#recent.push(event)
    if (this.#recent.length > REMEMBERED) this.#recent.splice(0, REMEMBERED / 5)
    this.#buffer += `${JSON.stringify(event)}\n`
    if (this.#buffer.length > FLUSH_AT_BYTES) this.#flush()
    for (const listener of this.#listeners) listener(event)
  }

  /** Returns a function that stops listening. */
  listen(listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The newest events, oldest first, without the samples of the picture. */
  recent(count = REMEMBERED): readonly LabEvent[] {
    return this.#recent.slice(-count)
  }

  close(): void {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    closeSync(this.#file)
  }

  #flush(): void {
    if (this.#buffer === '') return
    writeSync(this.#file, this.#buffer)
    this.#buffer = ''
  }
}
