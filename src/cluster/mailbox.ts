/**
 * Commands to one child. A stopped child reads nothing, and what it does not read is buffered in the lab without bound; so
 * while it sleeps only the newest command of each kind is kept, and sent when it wakes.
 */
import type { ToChild } from '../host/ipc.ts'

export class Mailbox {
  readonly #send: (message: ToChild) => void
  readonly #waiting = new Map<string, ToChild>()
  #holding = false

  constructor(send: (message: ToChild) => void) {
    this.#send = send
  }

  /** Sends, or keeps the newest of its kind. A question has no use for a late answer and is dropped. */
  post(message: ToChild): void {
    if (!this.#holding) {
      this.#send(message)
      return
    }
    const kind = kindOf(message)
    if (kind !== null) this.#waiting.set(kind, message)
  }

  hold(): void {
    this.#holding = true
  }

  release(): void {
    this.#holding = false
    const messages = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const message of messages) this.#send(message)
  }
}

function kindOf(message: ToChild): string | null {
  switch (message.type) {
    case 'inspect':
      return null
    case 'control':
      return message.control.type === 'set' ? `set ${message.control.name}` : message.control.type
    case 'go':
    case 'addresses':
    case 'siblings':
    case 'clock':
    case 'disk':
      return message.type
  }
}
