/**
 * The floor under a replicated put: what this machine takes for the messages and the syncs alone. Node processes started as the
 * lab starts its own (same flags), endpoints on the same shim, and of a put only what no store with N=3 and W=2 can leave out:
 * client to coordinator, coordinator to two replicas, an append and a shared fdatasync on each of the three, the replicas'
 * acknowledgements, the answer after the second durable copy. Frames of one turn share a datagram, and syncs are shared, as in the
 * real node. Not in it: checksums, encoding, clocks and contexts, the store itself, hints, failure detection, gossip, retries, the
 * recording of a history. So nothing of the same shape can be faster here, and what a mode costs is its distance from it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { nodeFlags } from '../src/cluster/launcher.ts'
import { bundlePath } from '../src/host/bundles.ts'
import type { Run } from '../src/lab/run.ts'
import type { BareClientsAsk, BareNodeConfig, BareResult } from './bare-protocol.ts'

export interface BareCluster {
  /** Puts by this many clients in a closed loop. */
  run(clients: number, ms: number): Promise<BareResult>
  close(): Promise<void>
}

const REPLICAS = 2

/** Its endpoints are `f1…` and `g1…` on the run's shim; its processes are run as those of its mode. */
export async function openBareCluster({ mode, shim }: Pick<Run, 'mode' | 'shim'>, nodes: number, clients: number): Promise<BareCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'splitbrain-bare-'))
  const processes: ChildProcess[] = []
  const thread = new Worker(bundlePath('bare.js'), { name: 'bare-clients', execArgv: [] })
  const close = async (): Promise<void> => {
    for (const one of processes) one.kill('SIGKILL')
    await thread.terminate()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const ports = await Promise.all(Array.from({ length: nodes }, (_, i) => shim.open(`f${i + 1}`)))
    await Promise.all(
      ports.map(async (_, i) => {
        const replicas = Array.from({ length: REPLICAS }, (_, step) => ports[(i + 1 + step) % nodes] ?? 0)
        const config: BareNodeConfig = { file: join(dir, `f${i + 1}`), replicas }
        const child = spawn(process.execPath, [...nodeFlags(mode), bundlePath('bare.js'), JSON.stringify(config)], {
          // As the lab's nodes: Linux gives each session its share of a busy machine, and one that holds all processes is much faster.
          detached: true,
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        })
        processes.push(child)
        const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
        await shim.attach(`f${i + 1}`, port)
      }),
    )
    const real = await ask<number[]>(thread, { type: 'open', clients })
    for (const [i, port] of real.entries()) {
      await shim.open(`g${i + 1}`)
      await shim.attach(`g${i + 1}`, port)
    }
    return { run: (count, ms) => ask<BareResult>(thread, { type: 'run', nodes: ports, clients: count, ms }), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** One ask at a time. `once` rejects when the thread fails. */
async function ask<T>(worker: Worker, message: BareClientsAsk): Promise<T> {
  const answered = once(worker, 'message')
  worker.postMessage(message)
  const [answer] = await answered
  return answer as T
}
