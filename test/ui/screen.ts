/** A terminal of cells, without a process behind it: what the prompt writes, a person would see here. */
import xterm from '@xterm/headless'
import type { Size, Terminal, TerminalHandlers } from '../../src/ui/terminal.ts'

/** The cells of an emulator as text; trailing blanks and trailing empty rows dropped. */
export class Cells {
  readonly emulator: InstanceType<typeof xterm.Terminal>

  constructor(size: Size) {
    this.emulator = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true, scrollback: 1000 })
  }

  /** What is on the screen now. */
  rows(): readonly string[] {
    return this.#lines(this.emulator.buffer.active.baseY)
  }

  /** Scrollback and screen. */
  all(): readonly string[] {
    return this.#lines(0)
  }

  cursor(): { readonly row: number; readonly column: number } {
    const { cursorX, cursorY } = this.emulator.buffer.active
    return { row: cursorY, column: cursorX }
  }

  #lines(from: number): readonly string[] {
    const { active } = this.emulator.buffer
    const lines: string[] = []
    for (let at = from; at < active.length; at++) {
      lines.push(active.getLine(at)?.translateToString(true, 0, this.emulator.cols).trimEnd() ?? '')
    }
    while (lines.at(-1) === '') lines.pop()
    return lines
  }
}

export class ScreenTerminal implements Terminal {
  readonly cells: Cells
  size: Size
  ready = true
  started = false
  suspended: (() => void) | null = null
  written = ''
  #handlers: TerminalHandlers | null = null

  constructor(size: Size) {
    this.size = size
    this.cells = new Cells(size)
  }

  write(text: string): void {
    this.written += text
    this.cells.emulator.write(text)
  }

  start(handlers: TerminalHandlers): void {
    this.#handlers = handlers
    this.started = true
  }

  stop(): void {
    this.started = false
  }

  suspend(resumed: () => void): void {
    this.suspended = resumed
  }

  type(text: string): void {
    this.#handlers?.input(new TextEncoder().encode(text))
  }

  resize(size: Size): void {
    this.size = size
    this.cells.emulator.resize(size.columns, size.rows)
    this.#handlers?.resize()
  }
}
