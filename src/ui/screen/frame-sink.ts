/**
 * What Ink takes for its terminal. Ink hands over whole frames; only the rows that differ go out, each at its absolute place, so that nothing is
 * ever cleared or scrolled. The cursor is placed from state: Ink trims blanks, so its text cannot say where the cursor is.
 */
import { EventEmitter } from 'node:events'
import type { Size } from '../terminal.ts'

/** Between two paints: faster than eyes, slower than a storm of events. */
export const PAINT_MS = 33

const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'
const ERASE_LINE = '\x1b[K'
const ERASE_BELOW = '\x1b[J'
const CURSOR_ON = '\x1b[?25h'
const CURSOR_OFF = '\x1b[?25l'

export interface CursorPlace {
  readonly row: number
  readonly column: number
}

export interface SinkPort {
  readonly size: Size
  write(text: string): void
  /** False while what was written before has not left yet: a slow line gets fewer frames, never old ones. */
  readonly ready: boolean
  /** Monotonic milliseconds. */
  now(): number
}

export class FrameSink extends EventEmitter {
  /** Or Ink would write cursor codes of its own. */
  readonly isTTY = false
  readonly #port: SinkPort
  #next: readonly string[] = []
  /** What the screen shows, by row; null: nobody knows. */
  #shown: readonly string[] | null = null
  #cursor: CursorPlace | null = null
  #cursorShown: string | null = null
  #paintedMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(port: SinkPort) {
    super()
    this.#port = port
  }

  get columns(): number {
    return this.#port.size.columns
  }

  get rows(): number {
    return this.#port.size.rows
  }

  /** A whole frame, as Ink's debug mode writes it. */
  write(frame: string): boolean {
    this.#next = frame.split('\n')
    this.#schedule()
    return true
  }

  /** Null hides it. */
  place(cursor: CursorPlace | null): void {
    this.#cursor = cursor
    this.#schedule()
  }

  /** Another program wrote on the screen, or it has another size: every row goes out again. */
  forget(): void {
    this.#shown = null
    this.#cursorShown = null
    this.#schedule()
  }

  /** Paints now what waits, if anything does. */
  flush(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    this.#paint()
  }

  close(): void {
    this.flush()
    this.#closed = true
  }

  #schedule(): void {
    if (this.#timer !== null || this.#closed) return
    const wait = Math.max(0, this.#paintedMs + PAINT_MS - this.#port.now())
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#port.ready) this.#paint()
      else {
        this.#paintedMs = this.#port.now()
        this.#schedule()
      }
    }, wait)
  }

  #paint(): void {
    this.#paintedMs = this.#port.now()
    const { columns, rows } = this.#port.size
    const frame = this.#next.slice(0, rows)
    const body = this.#shown === null ? everyRow(frame, rows) : changedRows(this.#shown, frame)
    const cursor = placed(this.#cursor, columns, rows)
    this.#shown = frame
    if (body === '' && cursor === this.#cursorShown) return
    this.#cursorShown = cursor
    // Hidden while it travels, or it would be seen wherever a row ends.
    this.#port.write(`${BEGIN}${body === '' ? '' : CURSOR_OFF}${body}${cursor}${END}`)
  }
}

/** Erased to its end before it is written: behind a row as wide as the screen the cursor stands on the last cell, which an erase would take. */
function rowAt(at: number, text: string): string {
  return `\x1b[${at + 1};1H${ERASE_LINE}${text}`
}

function everyRow(frame: readonly string[], rows: number): string {
  const written = frame.map((text, at) => rowAt(at, text)).join('')
  return frame.length >= rows ? written : `${written}\x1b[${frame.length + 1};1H${ERASE_BELOW}`
}

function changedRows(before: readonly string[], after: readonly string[]): string {
  let bytes = ''
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    const text = after[at] ?? ''
    if (text !== (before[at] ?? '')) bytes += rowAt(at, text)
  }
  return bytes
}

function placed(cursor: CursorPlace | null, columns: number, rows: number): string {
  if (cursor === null) return CURSOR_OFF
  return `\x1b[${Math.min(rows, cursor.row + 1)};${Math.min(columns, cursor.column + 1)}H${CURSOR_ON}`
}
