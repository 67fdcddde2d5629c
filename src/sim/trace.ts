/** What a run leaves behind: a hash over everything that happened, and the last rows for people. */
import { crc32 } from 'node:zlib'

const TAIL_ROWS = 40

/** Kinds of hashed events; the numbers are part of the hash. */
export type TraceKind = 'send' | 'deliver' | 'drop' | 'turn' | 'write' | 'synced' | 'fault' | 'invoke' | 'result'
const KIND_NUMBERS: Readonly<Record<TraceKind, number>> = {
  send: 1,
  deliver: 2,
  drop: 3,
  turn: 4,
  write: 5,
  synced: 6,
  fault: 7,
  invoke: 8,
  result: 9,
}

export class Trace {
  readonly #rows: string[] = []
  readonly #all: ((row: string) => void) | null
  readonly #header = new Float64Array(4)
  readonly #headerBytes = new Uint8Array(this.#header.buffer)
  #low = 0
  #high = 0x9e3779b9

  /** `onRow` gets every row as it happens (the `--trace` of one seed). */
  constructor(onRow: ((row: string) => void) | null) {
    this.#all = onRow
  }

  /** Folds one event into the hash: its time, kind, an actor's number, and any bytes. */
  note(atUs: number, kind: TraceKind, actor: number, content: Uint8Array | string | null): void {
    this.#header[0] = atUs
    this.#header[1] = KIND_NUMBERS[kind]
    this.#header[2] = actor
    this.#header[3] = content?.length ?? -1
    this.#low = crc32(this.#headerBytes, this.#low)
    if (content !== null) this.#low = crc32(content, this.#low)
    this.#high = Math.imul((this.#high ^ this.#low) >>> 0, 0x85ebca6b) ^ (this.#high >>> 15)
  }

  /** A row for people. `text` is a function so that rows cost nothing where nobody looks: only the last ones are kept. */
  row(atUs: number, text: string): void {
    const line = `${(atUs / 1000).toFixed(3).padStart(11)} ${text}`
    this.#all?.(line)
    this.#rows.push(line)
    if (this.#rows.length > TAIL_ROWS * 2) this.#rows.splice(0, TAIL_ROWS)
  }

  tail(): string[] {
    return this.#rows.slice(-TAIL_ROWS)
  }

  /** Sixteen hexadecimal digits: equal for equal runs. */
  hash(): string {
    return [this.#high, this.#low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }
}
