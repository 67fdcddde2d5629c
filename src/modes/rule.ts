/** A rule that is watched while a cluster runs: nothing to judge yet, kept so far, or broken, and that for good. */
import type { InvariantRow } from './face.ts'

export class Rule {
  readonly #name: string
  readonly #waiting: string
  #seen: string | null = null
  #broken: string | null = null

  /** `waiting`: what is to be seen before there is anything to judge. */
  constructor(name: string, waiting: string) {
    this.#name = name
    this.#waiting = waiting
  }

  /** Kept so far, by this that was looked at. */
  kept(seen: string): void {
    this.#seen = seen
  }

  /** The first evidence stays. */
  broken(evidence: string): void {
    this.#broken ??= evidence
  }

  get row(): InvariantRow {
    if (this.#broken !== null) return { name: this.#name, holds: false, why: this.#broken }
    return { name: this.#name, holds: this.#seen === null ? null : true, why: this.#seen ?? this.#waiting }
  }
}
