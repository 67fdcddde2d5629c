/**
 * Frames to bytes. The frame owns the last rows of the normal screen; finished lines are written above it and scroll into the terminal's own
 * scrollback. No alternate screen, no scroll regions: what was answered stays where people can select it and search it.
 */
import { type Row, renderRow, rowWidth, type Style } from './style.ts'
import type { Frame, Size } from './view.ts'

/** Enough to fill a tall screen again after a resize. Lines. */
const KEPT_LINES = 300

const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'
const ERASE_BELOW = '\x1b[J'
const ERASE_LINE = '\x1b[K'
const HOME = '\x1b[H'

interface Line {
  readonly text: string
  readonly width: number
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : ''
}

export class Painter {
  readonly #style: Style
  #kept: Line[] = []
  #rows: readonly string[] = []
  #widths: readonly number[] = []
  #cursorRow = 0
  #cursorColumn = 0

  constructor(style: Style) {
    this.#style = style
  }

  /** The bytes that add `above` and turn the frame on screen into `frame`; empty when nothing changed. */
  paint(above: readonly Row[], frame: Frame): string {
    const lines = above.map((row) => this.#keep(row))
    const rows = frame.rows.map((row) => renderRow(row, this.#style))
    const whole = lines.length > 0 || rows.length !== this.#rows.length
    const body = whole ? ERASE_BELOW + [...lines, ...rows].join('\r\n') : this.#changes(rows)
    const moved = frame.cursorRow !== this.#cursorRow || frame.cursorColumn !== this.#cursorColumn
    if (!whole && body === '' && !moved) return ''
    const start = `\r${up(this.#cursorRow)}`
    return BEGIN + start + body + this.#settle(rows, frame, whole ? rows.length - 1 : 0) + END
  }

  /**
   * Takes the frame off a screen that was given `columns`. Terminals break a row that has become too wide and carry the cursor along, so the
   * frame begins that much further up; nothing above it, which may be a shell's, is touched.
   */
  clearResized(columns: number): string {
    const broken = this.#widths.slice(0, this.#cursorRow).map((width) => Math.max(1, Math.ceil(width / columns)))
    const rows = broken.reduce((sum, height) => sum + height, Math.floor(this.#cursorColumn / columns))
    return this.#erase(rows)
  }

  /** The whole screen again, from its first row: for someone whose screen another program wrote on. */
  repaint(frame: Frame, size: Size): string {
    const rows = frame.rows.map((row) => renderRow(row, this.#style))
    const tail = this.#tail(size.rows - rows.length, size.columns)
    return BEGIN + HOME + ERASE_BELOW + [...tail, ...rows].join('\r\n') + this.#settle(rows, frame, rows.length - 1) + END
  }

  /** Takes the frame off the screen and leaves the cursor where it began. */
  clear(): string {
    return this.#erase(this.#cursorRow)
  }

  #erase(rowsAbove: number): string {
    this.#rows = []
    this.#widths = []
    this.#cursorRow = 0
    this.#cursorColumn = 0
    return `\r${up(rowsAbove)}${ERASE_BELOW}`
  }

  /** The frame is no longer on the screen, or no longer ours. */
  forget(): void {
    this.#erase(0)
  }

  #keep(row: Row): string {
    const line = { text: renderRow(row, this.#style), width: rowWidth(row) }
    this.#kept.push(line)
    if (this.#kept.length > KEPT_LINES * 2) this.#kept = this.#kept.slice(-KEPT_LINES)
    return line.text
  }

  /** The newest lines that fit in `room` rows when wrapped at `columns`. */
  #tail(room: number, columns: number): readonly string[] {
    let left = room
    let from = this.#kept.length
    while (from > 0) {
      const height = Math.max(1, Math.ceil((this.#kept[from - 1]?.width ?? 0) / columns))
      if (height > left) break
      left -= height
      from--
    }
    return this.#kept.slice(from).map((line) => line.text)
  }

  /** Only the rows that differ, cursor on the first row before and after. */
  #changes(rows: readonly string[]): string {
    let bytes = ''
    for (const [at, row] of rows.entries()) {
      if (row === this.#rows[at]) continue
      bytes += at > 0 ? `\x1b[${at}B\r${row}${ERASE_LINE}\r${up(at)}` : `${row}${ERASE_LINE}\r`
    }
    return bytes
  }

  #settle(rows: readonly string[], frame: Frame, cursorNow: number): string {
    this.#rows = rows
    this.#widths = frame.rows.map(rowWidth)
    this.#cursorRow = frame.cursorRow
    this.#cursorColumn = frame.cursorColumn
    const vertical = frame.cursorRow - cursorNow
    const rowMove = vertical < 0 ? up(-vertical) : vertical > 0 ? `\x1b[${vertical}B` : ''
    return `\r${rowMove}${frame.cursorColumn > 0 ? `\x1b[${frame.cursorColumn}C` : ''}`
  }
}
