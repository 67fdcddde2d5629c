/**
 * A signal that follows others until it is let go. A lab's own signal outlives thousands of commands and must not keep a
 * listener of each, which `AbortSignal.any` would leave behind.
 */
export class Leash {
  readonly #controller = new AbortController()
  readonly #parents: readonly AbortSignal[]
  readonly #pull = (): void => this.#controller.abort()

  constructor(...parents: readonly (AbortSignal | undefined)[]) {
    this.#parents = parents.filter((parent) => parent !== undefined)
    for (const parent of this.#parents) {
      if (parent.aborted) this.#pull()
      else parent.addEventListener('abort', this.#pull, { once: true })
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Resolves when one of the parents aborts. */
  get pulled(): Promise<void> {
    const { signal } = this
    return new Promise((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  release(): void {
    for (const parent of this.#parents) parent.removeEventListener('abort', this.#pull)
  }
}
