/** The load generator's thread: many clients, each on a socket of its own, so that drawing and checking do not slow them. */
import { parentPort, workerData } from 'node:worker_threads'
import { RunClock } from '../history/clock.ts'
import type { Addresses } from '../host/endpoint.ts'
import { assert } from '../machine/assert.ts'
import type { EndpointId } from '../machine/contract.ts'
import { seeded } from '../machine/random.ts'
import { findMode } from '../modes/registry.ts'
import { ClientEndpoint } from './client-endpoint.ts'
import { LoadCrew } from './load-crew.ts'
import type { FromLoad, LoadWorkerData, ToLoad } from './load-protocol.ts'

const PACE_MS = 2
const REPORT_MS = 200
/** What is under way when the load stops may still be answered this long. */
const DRAIN_MS = 500
/** After that its clients say what they know of it, such as the names of their writes, which a checker needs. */
const LAST_WORD_MS = 200

const { plan, mode: modeName, settings, nodes, epoch, runId, startNs } = workerData as LoadWorkerData
assert(parentPort !== null, 'the load worker runs in a thread')
const port = parentPort
const tell = (message: FromLoad): void => port.postMessage(message)
const clock = new RunClock(startNs)
const mode = findMode(modeName)
assert(mode !== null, `a load for an unknown mode ${modeName}`)
const crew = new LoadCrew({ plan, epoch, clock })
const endpoints = new Map<EndpointId, ClientEndpoint>()
type Told = (addresses: Addresses) => void
const connecting = new Map<EndpointId, { resolve: Told; reject(error: Error): void; onAddresses: Told }>()
const timers: NodeJS.Timeout[] = []

port.on('message', (message: ToLoad) => {
  switch (message.type) {
    case 'connected':
      connecting.get(message.id)?.resolve(message.addresses)
      break
    case 'addresses':
      connecting.get(message.id)?.onAddresses(message.addresses)
      break
    case 'refused':
      connecting.get(message.id)?.reject(new Error(message.why))
      break
    case 'reach':
      endpoints.get(message.id)?.reach(message.nodes)
      break
    case 'set':
      for (const endpoint of endpoints.values()) endpoint.set(message.name, message.value)
      break
    case 'stop':
      void stop()
  }
})

void start()

async function start(): Promise<void> {
  await Promise.all(plan.clients.map(join))
  timers.push(setInterval(() => crew.pace(), PACE_MS))
  timers.push(setInterval(() => tell({ type: 'report', report: crew.report() }), REPORT_MS))
  tell({ type: 'started' })
  crew.start()
}

async function join(id: EndpointId): Promise<void> {
  assert(mode !== null, 'the mode is known')
  const random = seeded(`${plan.seed}/${id}/${epoch}`)
  const endpoint = await ClientEndpoint.open({
    id,
    runId,
    machine: mode.createClient({ id, nodes, settings, random }),
    // Each load has a thread of its own, and its clients the names of those before.
    life: epoch,
    connect: (client, realPort, onAddresses) =>
      new Promise((resolve, reject) => {
        connecting.set(client, { resolve, reject, onAddresses })
        tell({ type: 'connect', id: client, port: realPort })
      }),
    onResult: (result) => crew.finish(id, result),
    // Thrown on: a worker that ends with an error is how the lab hears of it.
    onFailure: (error) => {
      throw error
    },
  })
  endpoints.set(id, endpoint)
  crew.add(id, {
    invoke: (operation, { f, key, value, timeoutMs }) => endpoint.invoke({ id: operation, f, key, value, timeoutUs: timeoutMs * 1000 }),
  })
}

async function stop(): Promise<void> {
  crew.drain()
  await quiet(DRAIN_MS)
  for (const endpoint of endpoints.values()) endpoint.giveUp()
  await quiet(LAST_WORD_MS)
  crew.abandon('the load was stopped')
  for (const timer of timers) clearInterval(timer)
  await Promise.all([...endpoints.values()].map((endpoint) => endpoint.close()))
  tell({ type: 'stopped', report: crew.report() })
}

async function quiet(withinMs: number): Promise<void> {
  const end = performance.now() + withinMs
  while (crew.busy && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, PACE_MS))
}
