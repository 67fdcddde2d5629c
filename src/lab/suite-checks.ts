/** How a lab ends: everything back, and the store with it, every key read once more, then the mode's checks and the armed rules. */
import type { CheckResult } from '../report/result.ts'
import type { Lab } from './lab.ts'
import type { LabRun } from './language/lab-types.ts'
import { checkTermination } from './termination.ts'
import { runCheck } from './verdicts.ts'

/** `modeChecks` false (`checks: none`): only the armed rules are judged. */
export async function checksOf(lab: Lab, modeChecks: boolean, labRun: LabRun): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = []
  const { run } = lab
  if (modeChecks) {
    if (run.load.running) await lab.typeAs('lab', 'load stop')
    // What a known-bad variant does to health is its own affair, so where nothing is broken nobody waits for it.
    const broken = run.chaos !== null || run.faults().length > 0
    if (run.options.bug === 'none' || broken) results.push(await checkTermination(lab))
    for (const name of run.mode.checks) {
      const verdict = await runCheck(run, name)
      results.push({ name, ...verdict, passed: verdict.verdict === (wantsViolation(labRun, name) ? 'invalid' : 'valid') })
    }
  }
  for (const { text, verdict, why } of await lab.always.finish({ patient: true })) {
    results.push({ name: `always ${text}`, verdict, why, witness: [], operations: 0, open: 0, passed: verdict === 'valid' })
  }
  return results
}

/** A lab that expects the violation passes by it. What it expected before its last `reset` was said of another history. */
function wantsViolation({ parts }: LabRun, checker: string): boolean {
  const steps = parts.flatMap((part) => (part.kind === 'lab' ? part.steps : []))
  const last = steps.slice(steps.findLastIndex(({ command }) => command.name === 'reset') + 1)
  return last.some(({ command }) => {
    if (command.name !== 'expect') return false
    const { not, claim } = command.expectation
    return not && claim.kind === 'statement' && claim.statement.kind === 'verdict' && claim.statement.checker === checker
  })
}
