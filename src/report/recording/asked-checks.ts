/** What was checked on the way: of each check the last word, and before it the last violation, unless it was found valid since. */
import type { Story } from './types.ts'

type Asked = Story['checks'][number]

/** Checks and `always` lines have a name each; a lab has fewer. */
const MOST_NAMES = 200

export class AskedChecks {
  readonly #byName = new Map<string, { readonly last: Asked; readonly violation: Asked | null }>()
  #left = 0

  push(asked: Asked): void {
    const before = this.#byName.get(asked.name)
    if (before === undefined && this.#byName.size >= MOST_NAMES) {
      this.#left += 1
      return
    }
    const shows = asked.verdict === 'invalid' && asked.witness.length > 0
    const violation = shows ? asked : asked.verdict === 'valid' ? null : (before?.violation ?? null)
    this.#byName.set(asked.name, { last: asked, violation })
  }

  /** In order of time. */
  get all(): readonly Asked[] {
    const kept = [...this.#byName.values()].flatMap(({ last, violation }) =>
      violation === null || violation === last ? [last] : [violation, last],
    )
    return kept.sort((a, b) => a.atNs - b.atNs)
  }

  /** Verdicts under names beyond the bound. */
  get left(): number {
    return this.#left
  }
}
