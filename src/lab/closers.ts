/** How each part that is open is closed; the one opened last goes first. */
export class Closers {
  readonly #closers: (() => unknown)[] = []

  push(...closers: readonly (() => unknown)[]): void {
    this.#closers.push(...closers)
  }

  /** Every part is closed, also when one of them fails; the first failure is thrown afterwards. */
  async close(): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
