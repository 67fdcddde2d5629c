/** The handle of the mode's clients in the bench: their thread, and how it comes onto the lab's network. */
import { Worker } from 'node:worker_threads'
import { bundlePath } from '../src/host/bundles.ts'
import type { Addresses } from '../src/host/endpoint.ts'
import type { Lab } from '../src/lab/lab.ts'
import { assert } from '../src/machine/assert.ts'
import type { EndpointId } from '../src/machine/contract.ts'
import type { FromPutClients, PutClientsData, PutResult, ToPutClients } from './put-protocol.ts'

export interface PutLoad {
  /** Puts by so many of the clients, in a closed loop. One run at a time; rejects when the thread fails. */
  run(clients: number, ms: number): Promise<PutResult>
  close(): Promise<void>
}

/** `count` clients of the lab's mode on its network. Rejects when one has no socket. */
export async function openPutLoad({ run }: Lab, count: number, keys: number): Promise<PutLoad> {
  const clients = Array.from({ length: count }, (_, i) => `l${i + 1}`)
  const { mode, cluster, plan, shim, settings, runId } = run
  for (const id of clients) plan.addEndpoint(id)
  const data: PutClientsData = { mode: mode.name, settings, nodes: cluster.ids, runId, clients, keys }
  const worker = new Worker(bundlePath('puts.js'), { workerData: data, name: 'puts', execArgv: [] })
  const tell = (message: ToPutClients): void => worker.postMessage(message)
  const connect = async (id: EndpointId, port: number): Promise<void> => {
    const onAddresses = (addresses: Addresses): void => tell({ type: 'addresses', id, addresses })
    onAddresses(await cluster.connect(id, port, onAddresses))
  }
  const told = (wanted: FromPutClients['type']): Promise<FromPutClients> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.on('message', function hear(message: FromPutClients) {
        if (message.type === 'connect') connect(message.id, message.port).catch(reject)
        if (message.type !== wanted) return
        worker.off('message', hear)
        worker.off('error', reject)
        resolve(message)
      })
    })
  const close = async (): Promise<void> => {
    await worker.terminate()
  }
  try {
    await told('open')
    await shim.apply(plan.takeUpdates())
  } catch (error) {
    await close()
    throw error
  }
  return {
    run: async (active, ms) => {
      const answered = told('result')
      tell({ type: 'run', clients: active, ms })
      const answer = await answered
      assert(answer.type === 'result', 'what was waited for')
      return answer.result
    },
    close,
  }
}
