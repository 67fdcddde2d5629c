/** Judges a history file in a worker thread, so that clients, probe and screen go on meanwhile. */
import { Worker } from 'node:worker_threads'
import type { Verdict } from '../check/types.ts'
import type { CheckRequest } from '../check/worker.ts'
import { bundlePath } from '../host/bundles.ts'

/** Rejects when the thread dies before it has judged: a checker that breaks is no verdict. */
export function checkInThread(request: CheckRequest): Promise<Verdict> {
  const worker = new Worker(bundlePath('check.js'), { workerData: request, name: 'check', execArgv: [] })
  // A lab that closes does not wait for a verdict nobody will read.
  worker.unref()
  return new Promise((resolve, reject) => {
    worker.once('message', (verdict: Verdict) => resolve(verdict))
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the check of ${request.checker} ended with ${code} and no verdict`)))
  })
}
