/**
 * The thread of the mode's own clients, the counterpart of the bare ones (bare.ts): like those it stays for the whole bench, so that its
 * code is compiled once, and it keeps no history. The lab's load would start anew with each slice.
 */
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { ClientEndpoint } from '../src/client/client-endpoint.ts'
import type { Addresses } from '../src/host/endpoint.ts'
import { assert } from '../src/machine/assert.ts'
import type { EndpointId, OperationResult } from '../src/machine/contract.ts'
import { type Random, seeded } from '../src/machine/random.ts'
import { findMode } from '../src/modes/registry.ts'
import type { FromPutClients, PutClientsData, PutResult, ToPutClients } from './put-protocol.ts'

const TIMEOUT_US = 10_000_000
/** Between two looks whether the last puts of a run are answered. */
const LOOK_MS = 5

const { mode: modeName, settings, nodes, runId, clients, keys } = workerData as PutClientsData
assert(parentPort !== null, 'the clients run in a worker thread')
const port = parentPort
const tell = (message: FromPutClients): void => port.postMessage(message)

/** One client in a closed loop: the next put begins when the one before is answered. */
class Putter {
  readonly id: EndpointId
  readonly #random: Random
  #endpoint: ClientEndpoint | null = null
  #onAddresses: (addresses: Addresses) => void = () => {}
  #serial = 0
  #begunMs = 0
  #heard: ((result: OperationResult, ms: number) => boolean) | null = null

  constructor(id: EndpointId) {
    this.id = id
    this.#random = seeded(`puts/${id}`)
  }

  async open(): Promise<void> {
    const mode = findMode(modeName)
    assert(mode !== null, `a client of an unknown mode ${modeName}`)
    this.#endpoint = await ClientEndpoint.open({
      id: this.id,
      runId,
      machine: mode.createClient({ id: this.id, nodes, settings, random: seeded(`clients/${this.id}`) }),
      connect: (id, realPort, onAddresses) =>
        new Promise((resolve) => {
          this.#onAddresses = (addresses) => {
            this.#onAddresses = onAddresses
            resolve(addresses)
          }
          tell({ type: 'connect', id, port: realPort })
        }),
      onResult: (result) => this.#finish(result),
      onFailure: (error) => {
        throw error
      },
    })
  }

  addresses(addresses: Addresses): void {
    this.#onAddresses(addresses)
  }

  /** `heard` says after each answer whether to go on. */
  start(heard: (result: OperationResult, ms: number) => boolean): void {
    this.#heard = heard
    this.#begin()
  }

  get busy(): boolean {
    return this.#heard !== null
  }

  #begin(): void {
    this.#begunMs = performance.now()
    const id = ++this.#serial
    const key = `${this.id}.${this.#random.between(1, keys)}`
    this.#endpoint?.invoke({ id, f: 'put', key, value: `${this.id}.${id}`, timeoutUs: TIMEOUT_US })
  }

  #finish(result: OperationResult): void {
    if (this.#heard?.(result, performance.now() - this.#begunMs) === true) this.#begin()
    else this.#heard = null
  }
}

const putters = clients.map((id) => new Putter(id))

async function run(count: number, ms: number): Promise<PutResult> {
  const latencies: number[] = []
  let notOk = 0
  let running = true
  const startMs = performance.now()
  for (const putter of putters.slice(0, count)) {
    putter.start(({ outcome }, tookMs) => {
      if (running && outcome === 'ok') latencies.push(tookMs)
      else if (running) notOk++
      return running
    })
  }
  await new Promise((resolve) => setTimeout(resolve, ms))
  running = false
  const seconds = (performance.now() - startMs) / 1000
  // Answered within the timeout, one way or another.
  while (putters.some(({ busy }) => busy)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  const sorted = Float64Array.from(latencies).sort()
  return { puts: sorted.length, seconds, p50Ms: sorted[sorted.length >> 1] ?? Number.NaN, notOk }
}

port.on('message', async (message: ToPutClients) => {
  if (message.type === 'run') tell({ type: 'result', result: await run(message.clients, message.ms) })
  else putters.find(({ id }) => id === message.id)?.addresses(message.addresses)
})
await Promise.all(putters.map((putter) => putter.open()))
tell({ type: 'open' })
