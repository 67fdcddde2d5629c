/** `expect` and `always`: is it so within a time, for a time, or at every moment until the end? */
import type { Verdict } from '../check/types.ts'
import { type Done, fail, ok, Refusal, unknown } from './answer.ts'
import { portOf } from './cluster-port.ts'
import { readingOf } from './facts.ts'
import type { Claim, Expectation, Operand, Statement } from './language/ast.ts'
import { compare } from './language/compare.ts'
import { DEFAULT_WITHIN_MS } from './language/expect.ts'
import { allowedMs, LIVE_POLL_MS, liveCheck } from './live-checks.ts'
import { pause, type Scope } from './scope.ts'
import type { Named } from './session.ts'
import { runCheck } from './verdicts.ts'

/** What one look found: does the claim hold, and in words what is so instead. */
export interface Look {
  readonly holds: boolean
  /** Nobody can say: an `unknown` verdict, the copy of a dead node. It fails both forms. */
  readonly undecided: boolean
  readonly actual: string
}

export type Looker = () => Promise<Look>

const POLL_MS = 20

export async function executeExpect(scope: Scope, expectation: Expectation): Promise<Done> {
  const look = await lookerOf(scope, expectation)
  const { text } = expectation
  const { run, session, signal } = scope
  const startNs = run.clock.nowNs()
  const time = timeOf(scope, expectation)
  const ms = time === null ? 0 : time.kind === 'within' ? time.ms * session.patience : time.ms
  const pollMs = asksEveryNode(expectation) ? LIVE_POLL_MS : POLL_MS
  for (;;) {
    const seen = await look()
    const elapsedMs = (run.clock.nowNs() - startNs) / 1e6
    const over = elapsedMs >= ms
    // `for` ends at the first look to the contrary, `within` at the first that holds; both at their time.
    if (seen.holds ? over || time?.kind !== 'for' : over || time?.kind === 'for') return verdictOn(text, seen, ms > 0 ? elapsedMs : null)
    if (signal.aborted) return unknown('interrupted', `${text}: nobody waited to the end`)
    await pause(Math.min(pollMs, Math.max(1, ms - elapsedMs)), signal)
  }
}

/** Named, or for a live check the time that its mode gives it; that something is not so shows soon. */
function timeOf({ run }: Scope, { time, claim, not }: Expectation): Expectation['time'] {
  if (time !== null || claim.kind !== 'statement' || claim.statement.kind !== 'live') return time
  const spec = liveCheck(run, claim.statement.check)
  return { kind: 'within', ms: spec === undefined || not ? DEFAULT_WITHIN_MS : allowedMs(run, spec) / run.options.patience }
}

function asksEveryNode({ claim }: Expectation): boolean {
  return claim.kind === 'comparison' ? claim.fact.kind === 'key' : claim.statement.kind === 'live'
}

function verdictOn(text: string, seen: Look, elapsedMs: number | null): Done {
  if (seen.holds) return ok()
  const why = `${text}, but ${seen.actual}${elapsedMs === null ? '' : ` after ${seconds(elapsedMs)}`}`
  return seen.undecided ? unknown('expected', why) : fail('expected', why)
}

/** A look at one expectation that can be repeated: `always` uses it again and again. */
export async function lookerOf(scope: Scope, { claim, not }: Expectation): Promise<Looker> {
  const plain = await plainLooker(scope, claim)
  return async () => {
    const seen = await plain()
    return { ...seen, holds: !seen.undecided && seen.holds !== not }
  }
}

async function plainLooker(scope: Scope, claim: Claim): Promise<Looker> {
  if (claim.kind === 'statement') return statement(scope, claim.statement)
  const { fact, op, operand } = claim
  const reading = await readingOf(scope, fact)
  const wanted = operandValue(scope, operand)
  return async () => {
    const observations = await reading()
    const silent = observations.find((each) => each.silent !== undefined)
    if (silent !== undefined) return { holds: false, undecided: true, actual: `${silent.of} cannot be told: ${silent.silent}` }
    const wrong = observations.find((each) => !compare(each.value, op, wanted, operand.kind === 'text' && operand.exact))
    const shown = wrong ?? observations[0]
    const named = operand.kind === 'variable' ? ` ($${operand.name} = ${wanted ?? 'none'})` : ''
    return { holds: wrong === undefined, undecided: false, actual: `${shown?.of ?? 'it'} = ${shown?.value ?? 'none'}${named}` }
  }
}

function operandValue({ session }: Scope, operand: Operand): string | number | null {
  switch (operand.kind) {
    case 'none':
      return null
    case 'text':
      return operand.text
    case 'ribbon':
      return operand.states.join(' ')
    case 'variable':
      return plainValue(session.variables.get(operand.name) ?? null)
  }
}

function plainValue(named: Named): string | number | null {
  return typeof named === 'object' && named !== null ? named.join(' ') : named
}

function statement(scope: Scope, wanted: Statement): Looker {
  const { run, session } = scope
  switch (wanted.kind) {
    case 'health':
      return async () => {
        const { state, why } = run.health.observed
        if (state === 'healthy' && !run.health.healthy)
          return { holds: false, undecided: false, actual: 'not every node has answered since the last fault' }
        return { holds: state === wanted.state, undecided: false, actual: `it is ${state}: ${why}` }
      }
    case 'live':
      return live(scope, wanted.check)
    case 'used':
      return async () => {
        const used = session.mark.used.has(wanted.command)
        return { holds: used, undecided: false, actual: `${wanted.command} was ${used ? '' : 'not '}used` }
      }
    case 'verdict':
      return async () => {
        const verdict = await runCheck(run, wanted.checker)
        return {
          holds: verdict.verdict === 'valid',
          undecided: undecided(verdict),
          actual: `${wanted.checker} is ${verdict.verdict}: ${verdict.why}`,
        }
      }
  }
}

function live({ run }: Scope, name: string): Looker {
  const spec = liveCheck(run, name)
  if (spec === undefined) throw new Refusal(`${run.mode.name} has no ${name}`)
  return async () => {
    const { holds, why } = await spec.look(portOf(run))
    return { holds, undecided: false, actual: why }
  }
}

/** An `invalid` without a witness proves nothing. */
function undecided(verdict: Verdict): boolean {
  return verdict.verdict === 'unknown' || (verdict.verdict === 'invalid' && verdict.witness.length === 0)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`
}
