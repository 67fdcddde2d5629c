/** What the shim costs: against a relay without rules, and while the lab's own thread is busy drawing. */
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { bundlePath } from '../src/host/bundles.ts'
import { nodeIds } from '../src/machine/ids.ts'
import { startShim } from '../src/net/shim.ts'
import { OPEN_LINK, type Shim } from '../src/net/types.ts'
import { alternate, median, SLICES } from './alternate.ts'
import type { BenchRole, ForwardAsk, TrafficAsk, TrafficResult } from './relay-protocol.ts'

export interface ShimBench {
  /** Median over the rounds of shim with rules to bare relay, in round trips a second; higher is better, 1 costs nothing. */
  readonly againstBare: number
  readonly againstBareRounds: readonly number[]
  readonly shimRoundTripsPerSecond: number
  readonly bareRoundTripsPerSecond: number
  /** Median over the rounds of p99 with the main thread busy to p99 with it idle, paced traffic; lower is better. */
  readonly busyP99: number
  readonly busyP99Rounds: readonly number[]
  readonly idleP99Ms: number
  readonly busyP99Ms: number
}

export interface ShimBenchOptions {
  readonly rounds?: number
  /** How long each half of a round measures, milliseconds. */
  readonly ms?: number
}

const ENDPOINTS = 5
/** Half of what a busy cluster does, so that latency shows scheduling and not queues. */
const PACED_PER_SECOND = 7_500
/** Drawing as the prompt does it at its busiest. */
const DRAW_MS = 8
const FRAME_MS = 33
/** Small enough never to happen in a run: every rule is drawn for, none changes the traffic. */
const NEVER = 1e-12

/** Each round measures both sides one after the other, so that a noisy minute hits both. Takes about 20 s with the defaults. */
export async function benchShim({ rounds = 5, ms = 1_000 }: ShimBenchOptions = {}): Promise<ShimBench> {
  const bare = thread('bare-relay')
  const traffic = thread('traffic')
  const shim = startShim({ seed: 'bench', startNs: process.hrtime.bigint() })
  try {
    const realPorts = await ask<number[]>(traffic, { type: 'open', endpoints: ENDPOINTS })
    const barePorts = await ask<number[]>(bare, { realPorts })
    const shimPorts = await openWithRules(shim, realPorts)
    const run = (virtualPorts: readonly number[], perSecond: number, forMs: number): Promise<TrafficResult> =>
      ask<TrafficResult>(traffic, { type: 'run', virtualPorts, ms: forMs, perSecond })

    // The first run of each warms its code up.
    for (const ports of [shimPorts, barePorts]) await run(ports, 0, ms / 2)
    const speed = await alternate(
      rounds,
      () => run(shimPorts, 0, ms / SLICES),
      () => run(barePorts, 0, ms / SLICES),
      (result) => result.roundTripsPerSecond,
    )
    const calm = await alternate(
      rounds,
      () => whileDrawing(() => run(shimPorts, PACED_PER_SECOND, ms / SLICES)),
      () => run(shimPorts, PACED_PER_SECOND, ms / SLICES),
      (result) => result.p99Ms,
    )
    return {
      againstBare: median(speed.ratios),
      againstBareRounds: speed.ratios,
      shimRoundTripsPerSecond: median(speed.first),
      bareRoundTripsPerSecond: median(speed.second),
      busyP99: median(calm.ratios),
      busyP99Rounds: calm.ratios,
      idleP99Ms: median(calm.second),
      busyP99Ms: median(calm.first),
    }
  } finally {
    await Promise.all([bare.terminate(), traffic.terminate(), shim.close()])
  }
}

/** Keeps this thread busy for 8 of every 33 milliseconds while `measure` is under way. */
async function whileDrawing<T>(measure: () => Promise<T>): Promise<T> {
  const draw = (): void => {
    const endMs = performance.now() + DRAW_MS
    while (performance.now() < endMs);
  }
  const frame = setInterval(draw, FRAME_MS)
  try {
    return await measure()
  } finally {
    clearInterval(frame)
  }
}

async function openWithRules(shim: Shim, realPorts: readonly number[]): Promise<number[]> {
  const ids = nodeIds(realPorts.length)
  const ports = await Promise.all(ids.map((id) => shim.open(id)))
  await Promise.all(ids.map((id, i) => shim.attach(id, realPorts[i] ?? 0)))
  const rules = { ...OPEN_LINK, loss: NEVER, corrupt: NEVER, duplicate: NEVER, reorder: NEVER }
  await shim.apply(ids.flatMap((from) => ids.map((to) => ({ from, to, rules }))))
  return ports
}

function thread(role: BenchRole): Worker {
  return new Worker(bundlePath('bench.js'), { workerData: role, name: role, execArgv: [] })
}

/** One ask at a time. `once` rejects when the thread fails. */
async function ask<T>(worker: Worker, message: ForwardAsk | TrafficAsk): Promise<T> {
  const answered = once(worker, 'message')
  worker.postMessage(message)
  const [answer] = await answered
  return answer as T
}
