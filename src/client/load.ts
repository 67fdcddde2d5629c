/** The lab's handle of the load generator. */
import { Worker } from 'node:worker_threads'
import type { RunClock } from '../history/clock.ts'
import { bundlePath } from '../host/bundles.ts'
import type { Addresses } from '../host/endpoint.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Settings } from '../modes/mode.ts'
import type { ClientEndpointOptions } from './client-endpoint.ts'
import type { FromLoad, LoadWorkerData, ToLoad } from './load-protocol.ts'
import type { LoadPlan, LoadReport } from './types.ts'

export interface LoadOptions {
  /** Name of the mode, which the worker finds in the registry. */
  readonly mode: string
  readonly settings: Settings
  readonly nodes: readonly EndpointId[]
  /** Which load of this run it is, from 1, so that no value is written twice. */
  readonly epoch: number
  readonly runId: number
  readonly clock: RunClock
  readonly connect: ClientEndpointOptions['connect']
  readonly onReport: (report: LoadReport) => void
  /** The worker died; no report will come any more. */
  readonly onFailure: (error: Error) => void
}

export interface Load {
  /** The nodes this client may ask now; null for all. */
  reach(client: EndpointId, nodes: readonly EndpointId[] | null): void
  /** A live setting changed. */
  set(name: string, value: string): void
  /** Begins nothing more, waits half a second for what is under way, and resolves to the last report. */
  stop(): Promise<LoadReport>
}

/** Resolves when every client is on the network and at work; rejects when one cannot be. */
export async function startLoad(plan: LoadPlan, options: LoadOptions): Promise<Load> {
  const thread = new LoadThread(plan, options)
  await thread.started
  return {
    reach: (client, nodes) => thread.tell({ type: 'reach', id: client, nodes }),
    set: (name, value) => thread.tell({ type: 'set', name, value }),
    stop: () => thread.stop(),
  }
}

class LoadThread {
  readonly started: Promise<void>
  readonly #options: LoadOptions
  readonly #worker: Worker
  readonly #stopped: Promise<LoadReport>
  #onStarted: () => void = () => {}
  #onStopped: (report: LoadReport) => void = () => {}
  #onDeath: (error: Error) => void = () => {}
  #state: 'starting' | 'at-work' | 'over' = 'starting'

  constructor(plan: LoadPlan, options: LoadOptions) {
    const { mode, settings, nodes, epoch, runId, clock } = options
    const data: LoadWorkerData = { plan, mode, settings, nodes, epoch, runId, startNs: clock.startNs }
    this.#options = options
    this.#worker = new Worker(bundlePath('load.js'), { workerData: data, name: 'load', execArgv: [] })
    const death = new Promise<never>((_resolve, reject) => {
      this.#onDeath = reject
    })
    this.started = Promise.race([
      death,
      new Promise<void>((resolve) => {
        this.#onStarted = resolve
      }),
    ])
    this.#stopped = Promise.race([
      death,
      new Promise<LoadReport>((resolve) => {
        this.#onStopped = resolve
      }),
    ])
    this.#stopped.catch(() => {})
    this.#worker.on('message', (message: FromLoad) => this.#hear(message))
    this.#worker.on('error', (error) => this.#die(error))
    this.#worker.on('exit', (code) => this.#die(new Error(`the load worker ended with ${code}`)))
  }

  tell(message: ToLoad): void {
    this.#worker.postMessage(message)
  }

  async stop(): Promise<LoadReport> {
    this.tell({ type: 'stop' })
    const report = await this.#stopped
    this.#state = 'over'
    await this.#worker.terminate()
    return report
  }

  #hear(message: FromLoad): void {
    switch (message.type) {
      case 'connect':
        void this.#connect(message.id, message.port)
        break
      case 'started':
        this.#state = 'at-work'
        this.#onStarted()
        break
      case 'report':
        this.#options.onReport(message.report)
        break
      case 'stopped':
        this.#options.onReport(message.report)
        this.#onStopped(message.report)
    }
  }

  async #connect(id: EndpointId, port: number): Promise<void> {
    try {
      const onAddresses = (addresses: Addresses): void => this.tell({ type: 'addresses', id, addresses })
      this.tell({ type: 'connected', id, addresses: await this.#options.connect(id, port, onAddresses) })
    } catch (error) {
      this.tell({ type: 'refused', id, why: error instanceof Error ? error.message : String(error) })
    }
  }

  #die(cause: unknown): void {
    if (this.#state === 'over') return
    const wasAtWork = this.#state === 'at-work'
    this.#state = 'over'
    const error = cause instanceof Error ? cause : new Error(String(cause))
    this.#onDeath(error)
    if (wasAtWork) this.#options.onFailure(error)
  }
}
