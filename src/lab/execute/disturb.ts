/** chaos, load, recover: what keeps going in the background, and everything back. */
import { SOUND_DISK, STEADY_CLOCK } from '../../host/ipc.ts'
import { seeded } from '../../machine/random.ts'
import { type Done, ok, Refusal } from '../answer.ts'
import { ChaosPlanner } from '../chaos.ts'
import { ChaosRun, type TypeLine } from '../chaos-run.ts'
import type { BendCommand } from '../language/ast.ts'
import { pause, type Scope } from '../scope.ts'
import { restartNodes } from './restarting.ts'

export async function executeChaos(scope: Scope, command: Extract<BendCommand, { name: 'chaos' }>, type: TypeLine): Promise<Done> {
  const { run } = scope
  const { change } = command
  if (change.kind === 'stop') {
    if (run.chaos === null) throw new Refusal('chaos is not running')
    const chaos = run.chaos
    run.chaos = null
    await chaos.stop()
    return ok(`${chaos.injected} faults made and undone`)
  }
  if (run.chaos !== null) throw new Refusal('chaos is running already; chaos stop ends it')
  const options = { faults: change.faults, everyMs: change.everyMs, holdMs: change.holdMs, keep: change.keep }
  const planner = new ChaosPlanner(options, run.cluster.ids, seeded(`${run.options.seed}/chaos`))
  run.chaos = new ChaosRun(run, planner, options, type)
  return ok(`a fault every ${change.everyMs / 1000} s, each for ${change.holdMs / 1000} s; undo: chaos stop`)
}

export async function executeLoad(scope: Scope, command: Extract<BendCommand, { name: 'load' }>): Promise<Done> {
  const { run } = scope
  const { change } = command
  if (change.kind === 'stop') {
    if (!run.loaded) throw new Refusal('no load is running')
    const { ok: done, fail, info, latency } = await run.stopLoad()
    return ok(`${done} ok, ${fail} fail, ${info} unknown; p50 ${latency.p50Ms.toFixed(1)} ms, p99 ${latency.p99Ms.toFixed(1)} ms`)
  }
  if (run.loaded) throw new Refusal('a load is running already; load stop ends it')
  const clients = Array.from({ length: change.clients }, (_, i) => `l${i + 1}`)
  await run.startLoad({
    clients,
    keys: change.keys,
    rate: change.ratePerSecond,
    mix: change.mix,
    timeoutMs: change.timeoutMs * scope.session.patience,
    seed: String(run.options.seed),
  })
  return ok(`${change.clients} clients on ${change.keys} keys; undo: load stop`)
}

const RECOVER_MS = 20_000

/** Undoes every fault, then waits until the cluster is healthy again, or as healthy as lost and damaged disks allow. */
export async function executeRecover(scope: Scope): Promise<Done> {
  const { run, session, signal } = scope
  const before = run.faults()
  if (run.chaos !== null) {
    const chaos = run.chaos
    run.chaos = null
    await chaos.stop()
  }
  const damaged = await undoAll(scope)
  const lost = run.cluster.ids.filter((id) => run.cluster.lostDisk(id))
  const worse = [...(damaged === null ? [] : [damaged]), ...(lost.length === 0 ? [] : [`${lost.join(' ')} lost the disk and cannot vote`])]
  const endNs = run.clock.nowNs() + RECOVER_MS * session.patience * 1e6
  while (run.health.observed.state !== 'healthy' && run.clock.nowNs() < endNs && !signal.aborted) {
    if (worse.length > 0 && run.health.observed.state === 'degraded') break
    await pause(50, signal)
  }
  const { state, why } = run.health.observed
  const did = [before.length === 0 ? 'nothing was broken' : `undone: ${before.join(', ')}`, ...worse].join('; ')
  if (state === 'healthy' || (worse.length > 0 && state === 'degraded')) return ok(did)
  throw new Refusal(`${did}; still ${state} after ${RECOVER_MS / 1000} s: ${why}`)
}

/** Answers which nodes did not start again and why, or null. */
async function undoAll({ run }: Scope): Promise<string | null> {
  const views = run.views()
  const asleep = views.filter((view) => view.state === 'asleep').map((view) => view.id)
  const dead = views.filter((view) => view.state === 'dead').map((view) => view.id)
  run.cluster.setClock(run.cluster.ids, STEADY_CLOCK)
  run.cluster.setDisk(run.cluster.ids, SOUND_DISK)
  if (asleep.length > 0) await run.cluster.wake(asleep)
  run.plan.heal()
  run.plan.clearLinks()
  run.plan.released()
  await run.applyNetwork('recover')
  await run.shim.release()
  const damaged = dead.length === 0 ? null : await restartNodes(run, dead)
  run.faulted('recover')
  return damaged
}
