/** A terminal with frames on it: taken, drawn on, lent to the shell, given back. Whatever cannot be drawn is told, never lost. */
import { createElement } from 'react'
import { Keyboard } from '../keyboard.ts'
import type { Key } from '../keys.ts'
import type { Size, Terminal } from '../terminal.ts'
import type { Frame } from './frame.ts'
import { FrameSink } from './frame-sink.ts'
import { type Mounted, mount } from './mount.tsx'
import { Screen } from './Screen.tsx'

export interface Act {
  keys(keys: readonly Key[]): void
  /** What stands there now; asked at each drawing. */
  frame(size: Size): Frame
  /** The other side is gone. */
  hungUp(): void
  /** A frame that cannot be drawn: whoever hears it leaves, for nothing more will be seen. */
  failed(error: unknown): void
  /** Monotonic milliseconds. */
  now(): number
}

export class Stage {
  readonly #terminal: Terminal
  readonly #act: Act
  readonly #keyboard: Keyboard
  readonly #sink: FrameSink
  #frame: Frame | null = null
  #mounted: Mounted | null = null
  #soon: NodeJS.Immediate | null = null
  #suspended = false
  #closed = false

  constructor(terminal: Terminal, act: Act) {
    this.#terminal = terminal
    this.#act = act
    this.#keyboard = new Keyboard((keys) => act.keys(keys))
    const ready = (): boolean => !this.#suspended && terminal.ready
    this.#sink = new FrameSink({
      get size() {
        return terminal.size
      },
      get ready() {
        return ready()
      },
      write: (text) => terminal.write(text),
      now: () => act.now(),
    })
  }

  /** The frame that was drawn last. */
  get frame(): Frame | null {
    return this.#frame
  }

  /** The first frame is on the terminal when it returns. */
  open(): void {
    this.#attach()
    this.#draw()
    this.#sink.flush()
  }

  /** Whatever happens in one turn of the loop is one drawing. */
  schedule(): void {
    if (this.#soon !== null || this.#closed) return
    this.#soon = setImmediate(() => {
      this.#soon = null
      this.#draw()
    })
  }

  /** Another program may have written here: every row goes out again. */
  forget(): void {
    this.#sink.forget()
  }

  suspend(): void {
    this.#suspended = true
    this.#terminal.stop()
    this.#terminal.suspend(() => {
      if (this.#suspended) this.resume()
    })
  }

  /** This process was stopped and goes on: the shell had the terminal meanwhile, and its own modes on it. */
  resume(): void {
    if (this.#closed) return
    if (!this.#suspended) this.#terminal.stop()
    this.#suspended = false
    this.#attach()
    this.#sink.forget()
  }

  /** The terminal is the shell's when it returns, also when it throws. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#keyboard.stop()
    clearImmediate(this.#soon ?? undefined)
    try {
      this.#sink.close()
      this.#mounted?.unmount()
    } finally {
      this.#terminal.stop()
    }
  }

  #attach(): void {
    this.#terminal.start({
      input: (bytes) => this.#keyboard.feed(bytes),
      resize: () => {
        this.#sink.forget()
        this.schedule()
      },
      end: () => this.#act.hungUp(),
    })
    this.schedule()
  }

  #draw(): void {
    if (this.#closed || this.#suspended) return
    try {
      const frame = this.#act.frame(this.#terminal.size)
      this.#frame = frame
      const tree = createElement(Screen, frame.props)
      if (this.#mounted === null) this.#mounted = mount(this.#sink, tree, (error) => this.#act.failed(error))
      else this.#mounted.show(tree)
      this.#sink.place(frame.cursor)
    } catch (error) {
      this.#act.failed(error)
    }
  }
}
