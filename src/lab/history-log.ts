/** The history of one run: in memory for facts, in history.jsonl for checkers and for whoever reads it later. */
import { appendFileSync, closeSync, openSync } from 'node:fs'
import type { EventColumns } from '../history/event-columns.ts'
import { Recorder, type RecorderOptions } from '../history/recorder.ts'

const WRITE_EVERY_MS = 200

export interface HistoryLogOptions extends Omit<RecorderOptions, 'sink'> {
  /** The disk refused: once. What is judged from now on would lack something. */
  onUnwritable(error: Error): void
}

export class HistoryLog {
  readonly path: string
  readonly recorder: Recorder
  readonly #timer: NodeJS.Timeout
  readonly #file: number
  readonly #onUnwritable: (error: Error) => void
  #lines = ''
  #bytes = 0
  #unwritable: Error | null = null

  constructor(path: string, { onUnwritable, ...options }: HistoryLogOptions) {
    this.path = path
    this.#file = openSync(path, 'w')
    this.#onUnwritable = onUnwritable
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

  /** As `events`, and all of it is in the file. Throws when the disk refuses. */
  settle(): EventColumns {
    const events = this.recorder.events()
    this.#write()
    return events
  }

  /** Whole lines that are in the file, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** Throws when the disk refuses what is left. */
  close(): void {
    clearInterval(this.#timer)
    this.recorder.close()
    try {
      this.#write()
    } finally {
      closeSync(this.#file)
    }
  }

  /** What nobody can write any more is not gathered. */
  #keep(line: string): void {
    if (this.#unwritable !== null) return
    this.#lines += `${line}\n`
  }

  #tick(): void {
    this.recorder.flush()
    if (this.#unwritable !== null) return
    try {
      this.#write()
    } catch (error) {
      if (error instanceof Error) this.#onUnwritable(error)
    }
  }

  /** Once it failed, always: part of a line may be in the file. */
  #write(): void {
    if (this.#unwritable !== null) throw this.#unwritable
    if (this.#lines === '') return
    try {
      appendFileSync(this.#file, this.#lines)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#unwritable = new Error(`${this.path} cannot be written: ${why}`, { cause: error })
      throw this.#unwritable
    }
    this.#bytes += Buffer.byteLength(this.#lines)
    this.#lines = ''
  }
}
