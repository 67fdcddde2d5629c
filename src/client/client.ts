/** A client at the prompt, in a lab or behind the API: one operation at a time, each with its times on the run's clock. */
import type { RunClock } from '../history/clock.ts'
import type { Request } from '../history/types.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { seeded } from '../machine/random.ts'
import type { Mode, Settings } from '../modes/mode.ts'
import { ClientEndpoint, type ClientEndpointOptions } from './client-endpoint.ts'
import type { Client } from './types.ts'

export interface ClientOptions {
  readonly id: EndpointId
  readonly mode: Mode
  readonly settings: Settings
  readonly nodes: readonly EndpointId[]
  readonly seed: string
  readonly runId: number
  readonly clock: RunClock
  readonly connect: ClientEndpointOptions['connect']
  /** Hears of each operation at the moment it begins, which for one that had to wait its turn is not when it was asked. */
  readonly recorder?: OperationRecorder
}

/** The half of history's Recorder that a client needs. */
export interface OperationRecorder {
  begin(client: EndpointId, request: Request): { end(result: OperationResult, endNs?: number): void }
}

type Outcome = Awaited<ReturnType<Client['invoke']>>

/** More waiting operations are refused: somebody types or loops faster than the store answers. */
const MAX_WAITING = 10_000

interface Waiting {
  readonly request: Request
  readonly recorded: boolean
  resolve(outcome: Outcome): void
}

/** Rejects when the system gives no socket, or `connect` rejects. */
export async function openClient(options: ClientOptions): Promise<Client> {
  const { id, mode, settings, nodes, seed, runId, connect } = options
  const queue = new OperationQueue(options)
  const random = seeded(`${seed}/${id}`)
  const endpoint = await ClientEndpoint.open({
    id,
    runId,
    connect,
    machine: mode.createClient({ id, nodes, settings, random }),
    onResult: (result) => queue.finish(result),
    onFailure: (error) => queue.stop(`the client broke: ${error instanceof Error ? error.message : String(error)}`),
  })
  queue.start(endpoint)
  return {
    id,
    invoke: (request, { recorded = true } = {}) => queue.invoke(request, recorded),
    reach: (reachable) => endpoint.reach(reachable),
    set: (name, value) => endpoint.set(name, value),
    close: async () => {
      queue.stop('the client was closed')
      await endpoint.close()
    },
  }
}

class OperationQueue {
  readonly #options: ClientOptions
  readonly #waiting: Waiting[] = []
  #endpoint: ClientEndpoint | null = null
  #current: { readonly id: number; readonly startNs: number; end(result: OperationResult): void } | null = null
  #nextId = 1
  #stopped: string | null = null

  constructor(options: ClientOptions) {
    this.#options = options
  }

  start(endpoint: ClientEndpoint): void {
    this.#endpoint = endpoint
  }

  invoke(request: Request, recorded: boolean): Promise<Outcome> {
    const { clock } = this.#options
    const refuse = (code: string, why: string): Promise<Outcome> => Promise.resolve(refused(code, why, clock.nowNs()))
    if (this.#stopped !== null) return refuse('stopped', this.#stopped)
    if (this.#waiting.length >= MAX_WAITING) return refuse('overloaded', `${MAX_WAITING} operations of this client wait already`)
    return new Promise((resolve) => {
      this.#waiting.push({ request, recorded, resolve })
      this.#next()
    })
  }

  finish(result: OperationResult): void {
    const current = this.#current
    // The machine may answer an operation that was given up when the client stopped.
    if (current === null || current.id !== result.id) return
    this.#current = null
    current.end(result)
    this.#next()
  }

  /** What is under way may still happen; what waits never began. */
  stop(why: string): void {
    if (this.#stopped !== null) return
    this.#stopped = why
    const { id } = this.#current ?? {}
    if (id !== undefined) this.finish({ id, outcome: 'info', code: 'stopped', why, attempts: 1 })
    const nowNs = this.#options.clock.nowNs()
    for (const { resolve } of this.#waiting.splice(0)) resolve(refused('stopped', why, nowNs))
  }

  #next(): void {
    if (this.#current !== null || this.#stopped !== null || this.#endpoint === null) return
    const next = this.#waiting.shift()
    if (next === undefined) return
    const { f, key, value, timeoutMs, via, options } = next.request
    const { id: client, clock, recorder } = this.#options
    const id = this.#nextId++
    const startNs = clock.nowNs()
    const record = next.recorded ? recorder?.begin(client, next.request) : undefined
    this.#current = {
      id,
      startNs,
      end: (result) => {
        const endNs = clock.nowNs()
        record?.end(result, endNs)
        next.resolve({ ...result, startNs, endNs })
      },
    }
    const extras = { ...(via === undefined ? {} : { via }), ...(options === undefined ? {} : { options }) }
    this.#endpoint.invoke({ id, f, key, value, timeoutUs: Math.round(timeoutMs * 1000), ...extras })
  }
}

function refused(code: string, why: string, nowNs: number): Outcome {
  return { id: 0, outcome: 'fail', code, why, attempts: 0, startNs: nowNs, endNs: nowNs }
}
