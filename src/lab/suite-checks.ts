/** How a lab ends: everything back, and the store with it, every key read once more, then the mode's checks and the armed rules. */
import type { CheckResult } from '../report/result.ts'
import { checkOf } from './always.ts'
import type { Lab } from './lab.ts'
import type { LabRun } from './language/lab-types.ts'
import type { Run } from './run.ts'
import { checkTermination } from './termination.ts'
import { runCheck } from './verdicts.ts'

/** `modeChecks` false (`checks: none`): only the armed rules are judged. `onCheck` hears what is judged next, how many were, and of how many. */
export async function checksOf(
  lab: Lab,
  modeChecks: boolean,
  labRun: LabRun,
  onCheck: (name: string, done: number, of: number) => void = () => {},
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = []
  const { run } = lab
  if (modeChecks) {
    if (run.load.running) await lab.typeAs('lab', 'load stop')
    // What a known-bad variant does to health is its own affair, so where nothing is broken nobody waits for it.
    const broken = run.chaos !== null || run.faults().length > 0
    onCheck('termination', 0, 1 + run.mode.checks.length)
    const ended = run.options.bug === 'none' || broken ? await checkTermination(lab) : null
    if (ended !== null) results.push(ended)
    // Before the history's checks, whose last reads mend copies. Where the lab's own damage keeps nodes away nobody can converge.
    const live = ended?.verdict === 'invalid' && ended.passed ? [] : (run.mode.liveChecks ?? [])
    const names = [...live.map((spec) => spec.name), ...run.mode.checks]
    for (const [at, name] of names.entries()) {
      onCheck(name, 1 + at, 1 + names.length)
      const verdict = await runCheck(run, name)
      results.push({ name, ...verdict, passed: verdict.verdict === (wantsViolation(lab.run, labRun, name) ? 'invalid' : 'valid') })
    }
  }
  results.push(...(await lab.always.finish({ patient: true })).map(checkOf))
  return results
}

/**
 * A lab that expects the violation passes by it. What it expected before its last `reset` was said of another history; and that the
 * sound store was not there yet at some moment (`expect not converged`) says nothing against its end.
 */
export function wantsViolation({ options }: Run, { parts }: LabRun, checker: string): boolean {
  const steps = parts.flatMap((part) => (part.kind === 'lab' ? part.steps : []))
  const last = steps.slice(steps.findLastIndex(({ command }) => command.name === 'reset') + 1)
  return last.some(({ command }) => {
    if (command.name !== 'expect') return false
    const { not, claim } = command.expectation
    if (!not || claim.kind !== 'statement') return false
    const { statement } = claim
    if (statement.kind === 'live') return options.bug !== 'none' && statement.check === checker
    return statement.kind === 'verdict' && statement.checker === checker
  })
}
