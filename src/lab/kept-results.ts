/** `result.json` and `lab.md` in the run folder: what a report, a program or a later look needs to know how it ended. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESULT_FORMAT } from '../report/json.ts'
import { exit, exitOfSuite } from '../report/outcome.ts'
import type { Stall, SuiteResult } from '../report/result.ts'
import { packageVersion } from '../version.ts'
import { checkOf, type Judgement } from './always.ts'
import { sessionChecks } from './checked.ts'
import type { Run } from './run.ts'
import { operationsOf, ribbonOf } from './suite-result.ts'
import type { LabEvent } from './types.ts'

/** Which runs are kept longest hangs on the status. */
export function keepResult(result: SuiteResult): void {
  if (result.folder !== null) keep(result.folder, 'lab', result)
}

/** The lab as it was when it ran: the file may change, and a report still shows what happened to this text. */
export function keepLabText(folder: string, text: string): void {
  writeFileSync(join(folder, 'lab.md'), text)
}

/** Keeps the result of a run, with what became of its armed rules, and ends its processes whether or not that could be written. */
export async function endSession(run: Run, armed: readonly Judgement[]): Promise<void> {
  try {
    keepSession(run, armed)
  } finally {
    await run.close()
  }
}

/** Of a session at the prompt, of a test, and of each cluster that a `reset` replaced. A suite writes its own over it. */
function keepSession(run: Run, armed: readonly Judgement[]): void {
  const { mode, nodes, seed, given } = run.options
  const settings = Object.fromEntries(
    given.filter(({ name }) => !['mode', 'nodes', 'seed'].includes(name)).map(({ name, value }) => [name, value]),
  )
  const flags = Object.entries(settings).map(([name, value]) => ` --${name} ${value}`)
  const nowNs = run.clock.nowNs()
  const events = run.events.recent()
  keep(run.folder.path, 'session', {
    file: '',
    title: `A session of ${mode.name}`,
    mode: mode.name,
    nodes,
    seed: String(seed),
    settings,
    round: 1,
    cases: [],
    checks: [...sessionChecks(run.checked, run.history.events()), ...armed.map(checkOf)],
    verdicts: [],
    operations: operationsOf({ run }),
    ribbon: ribbonOf({ run }, 0),
    stalls: events.flatMap(stallOf),
    incidents: [],
    hostLoss: [],
    cut: 'none',
    reproduce: `splitbrain --mode ${mode.name} --nodes ${nodes} --seed ${seed}${flags.join('')}`,
    folder: run.folder.path,
    ms: nowNs / 1e6,
  })
}

/** A folder that is gone takes no result: another lab that started meanwhile may have pruned it, or a person removed it. */
function keep(folder: string, kind: 'lab' | 'session', result: SuiteResult): void {
  if (!existsSync(folder)) return
  const status = exitOfSuite(result) === 0 ? 'passed' : 'failed'
  const { version, platform, arch } = process
  const made = {
    format: RESULT_FORMAT,
    kind,
    status: kind === 'session' ? sessionStatus(result) : status,
    version: packageVersion(),
    node: version,
    platform: `${platform} ${arch}`,
  }
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify({ ...made, ...result }, null, 2)}\n`)
}

/** Nobody asks a session for anything but its checks, so it has passed when all of them were asked and said so of everything. */
function sessionStatus(result: SuiteResult): 'passed' | 'failed' | 'unknown' {
  const code = exitOfSuite(result)
  if (code === exit.unknown || (code === exit.passed && result.checks.length === 0)) return 'unknown'
  return code === exit.passed ? 'passed' : 'failed'
}

function stallOf({ type, time, ms, where }: LabEvent): readonly Stall[] {
  return type === 'stall' && typeof ms === 'number' ? [{ time, ms, where: String(where) }] : []
}
