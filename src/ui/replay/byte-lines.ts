/** Bytes to lines, with where in the file each of them begins. A line may come in pieces; one without end is given up. */

const NEWLINE = 0x0a

export interface ByteLine {
  /** Of its first byte. */
  readonly offset: number
  /** Of the byte behind its line end. */
  readonly next: number
  /** Null: longer than any event. */
  readonly text: string | null
}

/** Bytes. No event of ours is longer. */
export const LONGEST_LINE = 8_000_000

export class ByteLines {
  #offset = 0
  #pieces: Buffer[] = []
  #length = 0

  constructor(offset = 0) {
    this.#offset = offset
  }

  *feed(chunk: Buffer): Generator<ByteLine, undefined> {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end))
      yield this.#line(1)
      from = end + 1
    }
    this.#keep(chunk.subarray(from))
    return undefined
  }

  /** What stands behind the last line end; null: nothing. */
  rest(): ByteLine | null {
    return this.#length === 0 ? null : this.#line(0)
  }

  /** Of a line that is too long only its length is kept. */
  #keep(piece: Buffer): void {
    this.#length += piece.length
    if (this.#length > LONGEST_LINE) this.#pieces = []
    else if (piece.length > 0) this.#pieces.push(piece)
  }

  #line(ending: 0 | 1): ByteLine {
    const offset = this.#offset
    const next = offset + this.#length + ending
    const text = this.#length > LONGEST_LINE ? null : Buffer.concat(this.#pieces).toString('utf8')
    this.#offset = next
    this.#pieces = []
    this.#length = 0
    return { offset, next, text }
  }
}
