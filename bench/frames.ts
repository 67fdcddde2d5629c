/**
 * What the lab writes to a terminal, read back: frames, clears, and the rows that are seen. It knows no more than the frame sink
 * says (src/ui/screen/frame-sink.ts): a frame is one synchronized update, and a row is erased and written anew at its absolute place.
 */

const END = '\x1b[?2026l'
const BEGIN = '\x1b[?2026h'
/** Far more than every row of a large terminal with all its colours. */
const MOST_PENDING = 4_000_000

/** Whole-screen and scrollback clears, home with erase below, and the reset that does both (reference: terminal, 2.3). */
const CLEARS = /\x1b\[[23]J|\x1b\[(?:0*1?(?:;0*1?)?)?[Hf](?:\x1b\[[\d;]*m)*\x1b\[0?J|\x1bc/g
/** A row that is replaced: where, and what stands there until the cursor goes elsewhere. */
const ROWS = /\x1b\[(\d+);1H\x1b\[K((?:(?!\x1b\[[\d;]*H)[\s\S])*)/g
const SEQUENCES = /\x1b\[[\d;?]*[A-Za-z]/g

export interface FrameCounts {
  readonly frames: number
  /** Of all frames together, their marks included. */
  readonly frameBytes: number
  readonly largestFrame: number
  /** Clears after the first frame. */
  readonly clears: number
}

export class FrameReader {
  #pending = ''
  #frames = 0
  #frameBytes = 0
  #largestFrame = 0
  #clears = 0
  readonly #rows: string[] = []

  feed(text: string): void {
    this.#pending += text
    for (let end = this.#pending.indexOf(END); end >= 0; end = this.#pending.indexOf(END)) {
      const piece = this.#pending.slice(0, end + END.length)
      this.#pending = this.#pending.slice(end + END.length)
      this.#take(piece)
    }
    if (this.#pending.length > MOST_PENDING) throw new Error(`${this.#pending.length} characters came without the end of a frame`)
  }

  /** What came after the last frame counts as far as it is there. */
  get counts(): FrameCounts {
    const trailing = this.#frames === 0 ? 0 : clearsIn(this.#pending)
    return {
      frames: this.#frames,
      frameBytes: this.#frameBytes,
      largestFrame: this.#largestFrame,
      clears: this.#clears + trailing,
    }
  }

  /** What is seen, without colours. */
  text(): string {
    return Array.from(this.#rows, (row) => row ?? '').join('\n')
  }

  /** A piece ends with the end of a frame, and what stands before the frame was written between two. */
  #take(piece: string): void {
    if (this.#frames > 0) this.#clears += clearsIn(piece)
    const begin = piece.lastIndexOf(BEGIN)
    // An end alone is how the terminal is given back.
    if (begin < 0) return
    const frame = piece.slice(begin)
    const bytes = Buffer.byteLength(frame)
    this.#frames++
    this.#frameBytes += bytes
    this.#largestFrame = Math.max(this.#largestFrame, bytes)
    for (const [, at, written] of frame.matchAll(ROWS)) this.#rows[Number(at) - 1] = (written ?? '').replace(SEQUENCES, '').trimEnd()
  }
}

function clearsIn(text: string): number {
  return text.match(CLEARS)?.length ?? 0
}
