/** The history of one run: in memory for facts, in history.jsonl for checkers and for whoever reads it later. */
import { appendFileSync, writeFileSync } from 'node:fs'
import type { EventColumns } from '../history/event-columns.ts'
import { Recorder, type RecorderOptions } from '../history/recorder.ts'

const WRITE_EVERY_MS = 200

export class HistoryLog {
  readonly path: string
  readonly recorder: Recorder
  readonly #timer: NodeJS.Timeout
  #lines = ''
  #bytes = 0

  constructor(path: string, options: Omit<RecorderOptions, 'sink'>) {
    this.path = path
    writeFileSync(path, '')
    this.recorder = new Recorder({ ...options, sink: { write: (line) => this.#keep(line) } })
    this.#timer = setInterval(() => this.#tick(), WRITE_EVERY_MS)
  }

  /** In time order, up to where the slowest thread has told. */
  events(): EventColumns {
    return this.recorder.events()
  }

  /** As `events`, but a moment behind, so that to look often moves no answer: the list itself, which grows. */
  told(): EventColumns {
    return this.recorder.written()
  }

  /** As `events`, and all of it is in the file. */
  settle(): EventColumns {
    const events = this.recorder.events()
    this.#write()
    return events
  }

  /** Whole lines that are in the file, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  close(): void {
    clearInterval(this.#timer)
    this.recorder.close()
    this.#write()
  }

  #keep(line: string): void {
    this.#lines += `${line}\n`
  }

  #tick(): void {
    this.recorder.flush()
    this.#write()
  }

  #write(): void {
    if (this.#lines === '') return
    appendFileSync(this.path, this.#lines)
    this.#bytes += Buffer.byteLength(this.#lines)
    this.#lines = ''
  }
}
