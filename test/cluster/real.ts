/** Real node processes, the real shim and Raft, closed when the test ends. */
import { onTestFinished } from 'vitest'
import { openClient } from '../../src/client/client.ts'
import type { Client } from '../../src/client/types.ts'
import { Cluster } from '../../src/cluster/cluster.ts'
import { type HealthEvent, type HealthOptions, HealthWatch } from '../../src/cluster/health.ts'
import type { ClusterEvent, ClusterOptions } from '../../src/cluster/types.ts'
import { RunClock } from '../../src/history/clock.ts'
import type { Request } from '../../src/history/types.ts'
import type { Mode, Settings } from '../../src/modes/mode.ts'
import { findMode } from '../../src/modes/registry.ts'
import { NetworkPlan } from '../../src/net/plan.ts'
import { startShim } from '../../src/net/shim.ts'
import type { Shim } from '../../src/net/types.ts'
import { scratchDir } from './toy.ts'
import { until } from './until.ts'

export interface Real {
  readonly mode: Mode
  readonly settings: Settings
  readonly clock: RunClock
  readonly shim: Shim
  readonly plan: NetworkPlan
  readonly cluster: Cluster
  readonly events: ClusterEvent[]
  readonly runDir: string
  client(id: string): Promise<Client>
}

export const RUN_ID = 4711

export async function openReal(nodes: number, changes: Partial<ClusterOptions> = {}): Promise<Real> {
  const mode = findMode('raft')
  if (mode === null) throw new Error('raft is not registered')
  const settings = { ...Object.fromEntries(mode.settings.map(({ name, fallback }) => [name, fallback])), ...mode.presets.fast }
  const clock = new RunClock()
  const shim = startShim({ seed: '7', startNs: clock.startNs })
  onTestFinished(() => shim.close())
  const events: ClusterEvent[] = []
  const runDir = scratchDir()
  const options = { mode, nodes, settings, sync: 'always' as const, seed: '7', runDir, runId: RUN_ID, clock, shim }
  const cluster = await Cluster.open({ ...options, endpoints: ['c0'], onEvent: (event) => events.push(event), ...changes })
  onTestFinished(() => cluster.close())
  const plan = new NetworkPlan()
  for (const id of cluster.ids) plan.addEndpoint(id)
  const connect = (id: string, port: number): Promise<Record<string, number>> => cluster.connect(id, port)
  return {
    mode,
    settings,
    clock,
    shim,
    plan,
    cluster,
    events,
    runDir,
    client: async (id) => {
      const client = await openClient({ id, mode, settings, nodes: cluster.ids, seed: '7', runId: RUN_ID, clock, connect })
      onTestFinished(() => client.close())
      return client
    },
  }
}

export function put(key: string, value: string, timeoutMs = 10_000): Request {
  return { f: 'put', key, value, timeoutMs }
}

export function get(key: string, timeoutMs = 10_000): Request {
  return { f: 'get', key, value: null, timeoutMs }
}

/** Waits until a leader shows in the statuses. */
export async function leading({ mode, cluster }: Real): Promise<{ readonly leader: string; readonly term: number }> {
  let found: { readonly leader: string; readonly term: number } | null = null
  await until('somebody leads', () => {
    const { leader, term } = mode.summarize(cluster.views())
    found = leader === null || term === null ? null : { leader, term }
    return found !== null
  })
  if (found === null) throw new Error('nobody leads')
  return found
}

/** Health as the lab sees it, told into `events`. */
export async function watch(real: Real, events: HealthEvent[], changes: Partial<HealthOptions> = {}): Promise<HealthWatch> {
  const { mode, settings, clock, cluster, plan } = real
  const health = await HealthWatch.open({
    mode,
    settings,
    seed: '7',
    runId: RUN_ID,
    clock,
    cluster,
    network: plan,
    connect: (id, port) => cluster.connect(id, port),
    onEvent: (event) => events.push(event),
    ...changes,
  })
  onTestFinished(() => health.close())
  return health
}
