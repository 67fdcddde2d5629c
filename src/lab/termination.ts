/** The first promise of a store: once every fault is undone it serves again. Judged at the end of each checked lab. */
import type { HealthState } from '../modes/mode.ts'
import type { CheckResult } from '../report/result.ts'
import type { Lab } from './lab.ts'
import type { Run } from './run.ts'

const RANK: Readonly<Record<HealthState, number>> = { healthy: 0, degraded: 1, unhealthy: 2 }

/** Undoes every fault and waits for health. That it stays away passes only where the lab's own damage leaves no other way. */
export async function checkTermination(lab: Lab): Promise<CheckResult> {
  const recovered = await lab.typeAs('lab', 'recover')
  const excuse = recovered.ok ? null : excuseOf(lab.run)
  return {
    name: 'termination',
    verdict: recovered.ok ? 'valid' : 'invalid',
    why: excuse === null ? recovered.text : `${recovered.text}; ${excuse}`,
    witness: [],
    operations: 0,
    open: 0,
    passed: recovered.ok || excuse !== null,
  }
}

/** Null when nothing that the lab did explains it. With the damaged nodes away, the others must still do what they can. */
function excuseOf(run: Run): string | null {
  const { cluster, damaged, health, options } = run
  if (options.bug !== 'none') return `the known-bad variant ${options.bug} may do so`
  const hurt = cluster.ids.filter((id) => damaged.has(id) || run.lostForGood(id))
  const dead = cluster.views().filter(({ state }) => state !== 'live')
  if (hurt.length === 0 || dead.some(({ id }) => !hurt.includes(id))) return null
  return RANK[health.observed.state] <= RANK[health.predicted.state] ? `the lab itself damaged ${hurt.join(' ')}` : null
}
