/** Armed rules: looked at again and again until the end; verdicts only at the end, for they speak of a whole history. */
import type { Verdict } from '../check/types.ts'
import type { CheckResult } from '../report/result.ts'
import { type Look, type Looker, lookerOf } from './expectations.ts'
import type { Expectation } from './language/ast.ts'
import type { Run } from './run.ts'
import { pause, type Scope } from './scope.ts'

const EVERY_MS = 100

/** What became of one armed rule. */
export interface Judgement {
  readonly text: string
  readonly verdict: Verdict['verdict']
  readonly why: string
  /** Whose nodes or history broke it; null while it held. */
  readonly brokenIn: Run | null
}

interface Armed {
  readonly expectation: Expectation
  /** Null after a reset: the nodes it names are looked up again. */
  look: Looker | null
  brokenSinceNs: number | null
  judgement: Judgement | null
}

/** As a check of the run that it watched over. */
export function checkOf({ text, verdict, why }: Judgement): CheckResult {
  return { name: `always ${text}`, verdict, why, witness: [], operations: 0, open: 0, passed: verdict === 'valid' }
}

export class AlwaysWatch {
  readonly #scope: () => Scope
  readonly #timer: NodeJS.Timeout
  #rules: Armed[] = []
  #looking: Promise<void> | null = null
  #paused = false

  constructor(scope: () => Scope) {
    this.#scope = scope
    this.#timer = setInterval(() => this.#tick(), EVERY_MS)
  }

  /** Its sets are resolved now, as in every command. Throws Refusal. */
  async arm(expectation: Expectation): Promise<void> {
    const look = await lookerOf(this.#scope(), expectation)
    this.#rules.push({ expectation, look, brokenSinceNs: null, judgement: null })
  }

  /**
   * A last look at every rule, now also at verdicts; then none is armed any more. With `patient` a rule that is broken just now
   * is given its time to heal; without it is forgiven.
   */
  async finish({ patient }: { readonly patient: boolean }): Promise<readonly Judgement[]> {
    clearInterval(this.#timer)
    await this.#looking
    const judgements: Judgement[] = []
    for (const rule of this.#rules) judgements.push(await this.#judge(rule, patient))
    this.#rules = []
    return judgements
  }

  /** What is said already of this run. */
  brokenIn(run: Run): readonly Judgement[] {
    return this.#rules.flatMap(({ judgement }) => (judgement?.brokenIn === run ? [judgement] : []))
  }

  /** Rules stay armed over a reset; those that speak of the history are judged on the old one first. */
  async over(reset: () => Promise<void>): Promise<void> {
    for (const rule of this.#rules) if (isVerdict(rule)) await this.#lookAt(rule, true)
    this.#paused = true
    await this.#looking
    try {
      await reset()
    } finally {
      for (const rule of this.#rules) {
        rule.look = null
        rule.brokenSinceNs = null
      }
      this.#paused = false
    }
  }

  /** No rule is armed any more, and none is judged. */
  disarm(): void {
    this.#rules = []
  }

  /** Nothing is looked at any more. */
  close(): void {
    clearInterval(this.#timer)
    this.#rules = []
  }

  #tick(): void {
    if (this.#looking !== null || this.#paused) return
    this.#looking = this.#lookAtAll().finally(() => {
      this.#looking = null
    })
  }

  async #lookAtAll(): Promise<void> {
    for (const rule of this.#rules) if (!isVerdict(rule)) await this.#lookAt(rule, false)
  }

  async #judge(rule: Armed, patient: boolean): Promise<Judgement> {
    const { signal } = this.#scope()
    await this.#lookAt(rule, true)
    while (patient && rule.judgement === null && rule.brokenSinceNs !== null && !signal.aborted) {
      await pause(EVERY_MS, signal)
      await this.#lookAt(rule, true)
    }
    return rule.judgement ?? { text: rule.expectation.text, verdict: 'valid', why: 'it held at every look', brokenIn: null }
  }

  async #lookAt(rule: Armed, last: boolean): Promise<void> {
    if (rule.judgement !== null) return
    const scope = this.#scope()
    const seen = await this.#look(rule, scope)
    // A fact about a node that cannot answer now is no breach; a verdict that cannot be given is asked for once and stays unknown.
    if (seen.holds || (seen.undecided && !last)) {
      rule.brokenSinceNs = null
      return
    }
    const nowNs = scope.run.clock.nowNs()
    rule.brokenSinceNs ??= nowNs
    const { time, text } = rule.expectation
    // `always healthy within 2s` forgives what heals within two seconds.
    if (time?.kind === 'within' && nowNs - rule.brokenSinceNs < time.ms * scope.session.patience * 1e6) return
    rule.judgement = { text, verdict: seen.undecided ? 'unknown' : 'invalid', why: seen.actual, brokenIn: scope.run }
    scope.run.events.emit('always', `BROKEN always ${text}: ${seen.actual}`, { failed: true })
  }

  /** A look that fails, because its nodes are no more or the lab is closing, is one that decides nothing. */
  async #look(rule: Armed, scope: Scope): Promise<Look> {
    try {
      rule.look ??= await lookerOf(scope, rule.expectation)
      return await rule.look()
    } catch (error) {
      return { holds: false, undecided: true, actual: error instanceof Error ? error.message : String(error) }
    }
  }
}

function isVerdict({ expectation }: Armed): boolean {
  return expectation.claim.kind === 'statement' && expectation.claim.statement.kind === 'verdict'
}
