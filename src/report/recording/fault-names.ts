/** history.jsonl names each fault with the nodes it hit (`kill n4`), where the command said `kill follower`; events.jsonl says what was a fault and what undid one. */

/** A fault is told at most so long after it happened. Nanoseconds. */
const TOLD_WITHIN = 2e9
const TOLD_BEFORE = 5e6
const MOST = 10_000

export class FaultNames {
  readonly #lines: { readonly atNs: number; readonly text: string; used: boolean }[] = []

  add(atNs: number, text: string): void {
    if (this.#lines.length < MOST) this.#lines.push({ atNs, text, used: false })
  }

  /** The newest that is not used yet; null if nothing was named just before. */
  nameAt(atNs: number): string | null {
    const found = this.#lines.findLast((line) => !line.used && line.atNs <= atNs + TOLD_BEFORE && line.atNs >= atNs - TOLD_WITHIN)
    if (found === undefined) return null
    // What was named before it and never told belongs to the same command.
    for (const line of this.#lines) if (line.atNs <= found.atNs) line.used = true
    return found.text
  }
}
