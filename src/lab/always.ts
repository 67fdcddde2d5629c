/** Armed rules: looked at again and again until the end; verdicts only at the end, for they speak of a whole history. */
import { lookerOf } from './expectations.ts'
import type { Scope } from './scope.ts'
import type { Armed } from './session.ts'

const EVERY_MS = 100

type Looker = Awaited<ReturnType<typeof lookerOf>>

export class AlwaysWatch {
  readonly #scope: () => Scope
  readonly #timer: NodeJS.Timeout
  readonly #lookers = new Map<Armed, Looker>()
  /** Since when a rule with a time has been broken without pause. Run clock, ns. */
  readonly #brokenSince = new Map<Armed, number>()
  #looking = false

  constructor(scope: () => Scope) {
    this.#scope = scope
    this.#timer = setInterval(() => void this.#look(), EVERY_MS)
  }

  /** A last look, now also at verdicts. Answers the rules that were broken at any time. */
  async finish(): Promise<readonly Armed[]> {
    const { session } = this.#scope()
    for (const armed of session.always) await this.#lookAt(armed, true)
    return session.always.filter((armed) => armed.broken !== null)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      for (const armed of this.#scope().session.always) if (!isVerdict(armed)) await this.#lookAt(armed, false)
    } finally {
      this.#looking = false
    }
  }

  async #lookAt(armed: Armed, last: boolean): Promise<void> {
    if (armed.broken !== null) return
    const scope = this.#scope()
    const { run } = scope
    const look = this.#lookers.get(armed) ?? (await lookerOf(scope, armed.expectation))
    this.#lookers.set(armed, look)
    const seen = await look()
    if (seen.holds) {
      this.#brokenSince.delete(armed)
      return
    }
    const since = this.#brokenSince.get(armed) ?? run.clock.nowNs()
    this.#brokenSince.set(armed, since)
    const { time } = armed.expectation
    // `always healthy within 2s` forgives what heals within two seconds.
    if (!last && time?.kind === 'within' && run.clock.nowNs() - since < time.ms * 1e6) return
    armed.broken = seen.actual
    run.events.emit('always', `BROKEN always ${armed.expectation.text}: ${seen.actual}`, { failed: true })
  }
}

function isVerdict({ expectation }: Armed): boolean {
  return expectation.claim.kind === 'statement' && expectation.claim.statement.kind === 'verdict'
}
