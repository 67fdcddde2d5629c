/** A terminal as the screen needs it, and the real one. Whoever starts it must stop it: raw mode and the other screen outlive the process otherwise. */
import type { ReadStream, WriteStream } from 'node:tty'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface TerminalHandlers {
  input(bytes: Uint8Array): void
  resize(): void
  /** The other side is gone. */
  end(): void
}

export interface Terminal {
  readonly size: Size
  /** What was written before has left; on a slow line that takes a while. */
  readonly ready: boolean
  write(text: string): void
  /** Takes keyboard and screen: what the shell wrote stays behind it. */
  start(handlers: TerminalHandlers): void
  /** Back to how the shell had it. Harmless when it is not started. */
  stop(): void
  /** Stops this process as the shell's ctrl-z does; `resumed` runs when it continues, or soon if it cannot be stopped. */
  suspend(resumed: () => void): void
}

/** A signal to oneself stops the process before it returns to its loop; this is far more. */
const STOPPING_MS = 20

const PASTE_ON = '\x1b[?2004h'
const PASTE_OFF = '\x1b[?2004l'
const CURSOR_ON = '\x1b[?25h'
const SYNC_OFF = '\x1b[?2026l'
/** The other screen; and rows that are too wide are cut rather than broken. */
const SCREEN_ON = '\x1b[?1049h\x1b[?7l'
const SCREEN_OFF = '\x1b[?7h\x1b[?1049l'

export class TtyTerminal implements Terminal {
  readonly #input: ReadStream
  readonly #output: WriteStream
  #detach: (() => void) | null = null

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input
    this.#output = output
  }

  /** A terminal that does not know its size says 0. */
  get size(): Size {
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 }
  }

  get ready(): boolean {
    return !this.#output.writableNeedDrain
  }

  write(text: string): void {
    if (text !== '' && this.#output.writable) this.#output.write(text)
  }

  start(handlers: TerminalHandlers): void {
    if (this.#detach !== null) return
    const input = (bytes: Uint8Array): void => handlers.input(bytes)
    const resize = (): void => handlers.resize()
    const end = (): void => handlers.end()
    this.#input.on('data', input).on('end', end).on('error', end)
    this.#output.on('resize', resize).on('error', end)
    this.#input.setRawMode(true)
    this.#input.resume()
    this.write(SCREEN_ON + PASTE_ON)
    this.#detach = () => {
      this.#input.off('data', input).off('end', end).off('error', end)
      // The output keeps its error listener: a write that fails after we let go must not become an uncaught exception.
      this.#output.off('resize', resize)
    }
  }

  stop(): void {
    if (this.#detach === null) return
    this.#detach()
    this.#detach = null
    this.write(SYNC_OFF + PASTE_OFF + SCREEN_OFF + CURSOR_ON)
    try {
      this.#input.setRawMode(false)
    } catch {
      // The terminal has gone; there is nothing to restore.
    }
    this.#input.pause()
  }

  suspend(resumed: () => void): void {
    // To the whole foreground group, as the terminal itself would: behind npm or npx a shell waits for all of them to stop.
    process.kill(0, 'SIGTSTP')
    // Runs when this process continues, and at once where no shell could ever continue it and the system therefore did not stop it.
    setTimeout(resumed, STOPPING_MS)
  }
}
