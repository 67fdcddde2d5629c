/** The lab's handle of the relay thread. */
import { Worker } from 'node:worker_threads'
import { bundlePath } from '../host/bundles.ts'
import type { Answers, Ask, FromWorker, ShimWorkerData, ToWorker } from './protocol.ts'
import { unpackTrace } from './trace.ts'
import type { Shim } from './types.ts'

/**
 * `refused`: it cannot be done now. A system's code (`EMFILE`, `EPERM`, …): it would not give a socket.
 * `failed`: the thread is dead, with why as `cause`. `closed`: by `close()`.
 */
export class ShimError extends Error {
  static override readonly name = 'ShimError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface ShimOptions {
  readonly seed: string | number
  /** `process.hrtime.bigint()` at the run's clock zero, nanoseconds. */
  readonly startNs: bigint
}

/**
 * It closes its sockets itself: Node aborts the whole process when a thread is terminated while a datagram comes in (seen under load,
 * `FromJust` in `UDPWrap::OnRecv`). Longer than this it has not.
 */
const CLOSING_MS = 2_000

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Starts the relay thread and does not wait for it: what is asked meanwhile is answered when it is up, or rejected if it never is. */
export function startShim({ seed, startNs }: ShimOptions): Shim {
  const data: ShimWorkerData = { seed: String(seed), startNs }
  const thread = new RelayThread(new Worker(bundlePath('shim.js'), { workerData: data, name: 'shim', execArgv: [] }))
  return {
    open: (id) => thread.ask<'open'>({ type: 'open', id }),
    attach: async (id, realPort) => void (await thread.ask<'attach'>({ type: 'attach', id, port: realPort })),
    detach: async (id) => void (await thread.ask<'detach'>({ type: 'detach', id })),
    apply: (updates) => thread.ask<'apply'>({ type: 'apply', updates }),
    release: () => thread.ask<'release'>({ type: 'release' }),
    report: () => thread.ask<'report'>({ type: 'report' }),
    delays: () => thread.ask<'delays'>({ type: 'delays' }),
    trace: async () => unpackTrace(await thread.ask<'trace'>({ type: 'trace' })),
    onFailure: (listener) => thread.onFailure(listener),
    close: () => thread.close(),
  }
}

class RelayThread {
  readonly #worker: Worker
  readonly #gone: Promise<void>
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners: ((error: Error) => void)[] = []
  #ticket = 0
  /** Why nothing can be asked any more. */
  #ended: ShimError | null = null

  constructor(worker: Worker) {
    this.#worker = worker
    this.#gone = new Promise((resolve) => worker.once('exit', () => resolve()))
    worker.on('message', (message: FromWorker) => this.#hear(message))
    worker.on('error', (error) => this.#fail(error))
    worker.on('exit', (code) => this.#fail(new Error(`it ended with ${code}`)))
  }

  ask<K extends keyof Answers>(ask: Extract<Ask, { type: K }>): Promise<Answers[K]> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    const message: ToWorker = { ticket: ++this.#ticket, ask }
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.ticket, { resolve: (value) => resolve(value as Answers[K]), reject })
      this.#worker.postMessage(message)
    })
  }

  /** A listener that comes after the failure still hears of it. */
  onFailure(listener: (error: Error) => void): void {
    const ended = this.#ended
    if (ended?.code === 'failed') queueMicrotask(() => listener(ended))
    else this.#listeners.push(listener)
  }

  async close(): Promise<void> {
    this.#end(new ShimError('closed', 'the network shim is closed'))
    this.#worker.postMessage({ ticket: 0, ask: { type: 'close' } } satisfies ToWorker)
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSING_MS)
    await this.#gone
    clearTimeout(timer)
  }

  #hear(message: FromWorker): void {
    const waiting = this.#waiting.get(message.ticket)
    this.#waiting.delete(message.ticket)
    if (message.type === 'refused') waiting?.reject(new ShimError(message.code, message.message))
    else waiting?.resolve(message.value)
  }

  #fail(cause: unknown): void {
    if (this.#ended !== null) return
    const why = cause instanceof Error ? cause.message : String(cause)
    const failure = new ShimError('failed', `the network shim died: ${why}`, { cause })
    this.#end(failure)
    for (const listener of this.#listeners) listener(failure)
  }

  #end(why: ShimError): void {
    if (this.#ended !== null) return
    this.#ended = why
    for (const waiting of this.#waiting.values()) waiting.reject(why)
    this.#waiting.clear()
  }
}
