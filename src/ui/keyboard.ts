/** Bytes from the terminal to keys, in time: a lone escape byte is the key when nothing follows it for a moment. */
import { type Key, KeyReader } from './keys.ts'

/** After a lone escape byte this long, it was the key. */
const ESCAPE_MS = 50

export class Keyboard {
  readonly #reader = new KeyReader()
  readonly #pressed: (keys: readonly Key[]) => void
  #timer: NodeJS.Timeout | null = null

  constructor(pressed: (keys: readonly Key[]) => void) {
    this.#pressed = pressed
  }

  feed(bytes: Uint8Array): void {
    this.stop()
    this.#pressed(this.#reader.feed(bytes))
    if (this.#reader.waiting) this.#timer = setTimeout(() => this.#pressed(this.#reader.settle()), ESCAPE_MS)
  }

  stop(): void {
    clearTimeout(this.#timer ?? undefined)
  }
}
