/** chaos, load, recover: what keeps going in the background, and everything back. */
import { SOUND_DISK, STEADY_CLOCK } from '../../host/ipc.ts'
import { seeded } from '../../machine/random.ts'
import type { NodeView } from '../../modes/mode.ts'
import { answerTo, type Done, fail, ok, Refusal } from '../answer.ts'
import { ChaosPlanner } from '../chaos.ts'
import { ChaosRun, type TypeLine } from '../chaos-run.ts'
import type { BendCommand } from '../language/ast.ts'
import type { Run } from '../run.ts'
import { pause, type Scope } from '../scope.ts'

export async function executeChaos(scope: Scope, command: Extract<BendCommand, { name: 'chaos' }>, type: TypeLine): Promise<Done> {
  const { run } = scope
  const { change } = command
  if (change.kind === 'stop') {
    if (run.chaos === null) throw new Refusal('chaos is not running')
    const chaos = run.chaos
    run.chaos = null
    await chaos.stop()
    return endOf(chaos)
  }
  if (run.chaos !== null) throw new Refusal('chaos is running already; chaos stop ends it')
  const options = { faults: change.faults, everyMs: change.everyMs, holdMs: change.holdMs, keep: change.keep }
  const planner = new ChaosPlanner(options, run.cluster.ids, seeded(`${run.options.seed}/chaos/${++run.chaosStarts}`))
  run.chaos = new ChaosRun(run, planner, options, type)
  return ok(`a fault every ${change.everyMs / 1000} s, each for ${change.holdMs / 1000} s; undo: chaos stop`)
}

function endOf({ injected, stuck }: ChaosRun): Done {
  if (stuck.length === 0) return ok(`${injected} faults made and undone`)
  return fail('stuck', `${injected} faults made, ${stuck.length} not undone: ${stuck.join('; ')}`)
}

export async function executeLoad(scope: Scope, command: Extract<BendCommand, { name: 'load' }>): Promise<Done> {
  const { run } = scope
  const { change } = command
  if (change.kind === 'stop') {
    const { ok: done, fail: failed, info, latency } = await run.load.stop()
    return ok(`${done} ok, ${failed} fail, ${info} unknown; p50 ${latency.p50Ms.toFixed(1)} ms, p99 ${latency.p99Ms.toFixed(1)} ms`)
  }
  await run.startLoad({
    clients: Array.from({ length: change.clients }, (_, i) => `l${i + 1}`),
    keys: change.keys,
    rate: change.ratePerSecond,
    mix: change.mix,
    timeoutMs: change.timeoutMs * scope.session.patience,
    seed: String(run.options.seed),
  })
  return ok(`${change.clients} clients on ${change.keys} keys; undo: load stop`)
}

const RECOVER_MS = 20_000

/** Undoes every fault, then waits until the cluster is healthy again, or as healthy as lost disks allow. */
export async function executeRecover({ run, session, signal }: Scope): Promise<Done> {
  const before = run.faults()
  const { chaos } = run
  run.chaos = null
  await chaos?.stop()
  const dead = await undoAll(run)
  const lost = run.cluster.ids.filter((id) => run.lostForGood(id))
  const endNs = run.clock.nowNs() + RECOVER_MS * session.patience * 1e6
  const asGoodAsItGets = (): boolean => run.health.healthy || (lost.length + dead.length > 0 && isAsPredicted(run))
  while (!asGoodAsItGets() && run.clock.nowNs() < endNs && !signal.aborted) await pause(50, signal)
  const { state, why } = run.health.observed
  const did = before.length === 0 ? 'nothing was broken' : `undone: ${before.join(', ')}`
  if (dead.length > 0) return fail('halted', `${did}; but ${dead.join('; ')}`)
  if (state === 'healthy') return ok(did)
  if (lost.length > 0 && state === 'degraded') return ok(`${did}; ${lost.join(' ')} lost the disk and cannot vote`)
  return fail(state, `${did}; still ${state} after ${(RECOVER_MS * session.patience) / 1000} s: ${why}`)
}

/** With nodes that cannot come back: what the others can still do, they do. */
function isAsPredicted({ health }: Run): boolean {
  const { state } = health.observed
  return state === 'degraded' || (state === 'unhealthy' && health.predicted.state === 'unhealthy')
}

/** Answers what it could not bring back: a node whose disk is damaged refuses to start, and says why. */
async function undoAll(run: Run): Promise<string[]> {
  const inState = (wanted: NodeView['state']): string[] => run.processViews().flatMap(({ id, state }) => (state === wanted ? [id] : []))
  run.cluster.setClock(run.cluster.ids, STEADY_CLOCK)
  run.cluster.setDisk(run.cluster.ids, SOUND_DISK)
  await run.cluster.wake(inState('asleep'))
  run.plan.heal()
  run.plan.clearLinks()
  run.plan.released()
  await run.applyNetwork('recover')
  const starts = await Promise.allSettled(inState('dead').map((id) => run.cluster.restart([id])))
  run.faulted('recover')
  return starts.flatMap((start) => (start.status === 'rejected' ? [answerTo(start.reason).text ?? ''] : []))
}
