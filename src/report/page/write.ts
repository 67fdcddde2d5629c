/** Writes the page of a run to a file. */
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { bundlePath } from '../../host/bundles.ts'
import { EnvironmentFailure } from '../../host/failure.ts'
import type { PageRequest } from './worker.ts'

/** Answers its size in bytes. Rejects with EnvironmentFailure where it cannot be written. */
export async function writePage(folder: string, file: string): Promise<number> {
  const request: PageRequest = { folder: resolve(folder), file: resolve(file) }
  try {
    mkdirSync(dirname(request.file), { recursive: true })
    return await inThread(request)
  } catch (cause) {
    throw new EnvironmentFailure(`the report ${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function inThread(request: PageRequest): Promise<number> {
  const worker = new Worker(bundlePath('report.js'), { workerData: request, name: 'report', execArgv: [] })
  return new Promise((resolve, reject) => {
    worker.once('message', (bytes: number) => resolve(bytes))
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the thread that draws it ended with ${code}`)))
  })
}
