/** The one event stream: everything a person, a report or a replay may want, written in one place. */
import { closeSync, openSync, write, writeSync } from 'node:fs'
import { isSample } from '../stream/events.ts'
import type { LabEvent } from './types.ts'

const REMEMBERED = 5_000
/** What a lab that is killed at most leaves out of its file. */
const FLUSH_EVERY_MS = 250
/** Waiting for a disk that does not write: samples beyond are left out, the lines for people never. */
const MOST_WAITING = 4_000_000

export class EventStream {
  readonly #file: number
  readonly #nowNs: () => number
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #recent: LabEvent[] = []
  readonly #timer: NodeJS.Timeout
  #waiting = ''
  #writing: Promise<void> | null = null
  #closing: Promise<void> | null = null

  constructor(path: string, nowNs: () => number) {
    this.#file = openSync(path, 'w')
    this.#nowNs = nowNs
    this.#timer = setInterval(() => this.#flush(), FLUSH_EVERY_MS)
    this.#timer.unref()
  }

  /** After `close` nothing is told any more: what a stopping part still says has no reader. `fields` may say when it was: `time`. */
  emit(type: string, text?: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#closing !== null) return
    const event: LabEvent = { time: this.#nowNs(), type, ...(text === undefined ? {} : { text }), ...fields }
    const sample = isSample(type)
    if (!sample) this.#remember(event)
    if (!sample || this.#waiting.length < MOST_WAITING) this.#waiting += `${JSON.stringify(event)}\n`
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

  /** Resolves when everything that was told until now is in the file. */
  async settle(): Promise<void> {
    await this.#writing
    if (this.#closing === null) this.#flush()
    await this.#writing
  }

  /** Resolves when everything is in the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
    if (this.#waiting !== '') writeSync(this.#file, this.#waiting)
    closeSync(this.#file)
  }

  #remember(event: LabEvent): void {
    this.#recent.push(event)
    if (this.#recent.length > REMEMBERED) this.#recent.splice(0, REMEMBERED / 5)
  }

  /** Off the lab's thread, one write after the other: a slow disk must not hold up a packet's clock or a key. */
  #flush(): void {
    if (this.#waiting === '' || this.#writing !== null) return
    const bytes = Buffer.from(this.#waiting)
    this.#waiting = ''
    this.#writing = this.#write(bytes, 0).finally(() => {
      this.#writing = null
    })
  }

  /** A disk that refuses loses the picture of the run, not the run: the history, which is judged, has a file of its own. */
  #write(bytes: Buffer, from: number): Promise<void> {
    return new Promise((resolve) => {
      write(this.#file, bytes, from, bytes.length - from, null, (error, written) => {
        if (error !== null || from + written >= bytes.length) resolve()
        else void this.#write(bytes, from + written).then(resolve)
      })
    })
  }
}
