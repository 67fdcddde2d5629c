/** A page is made in a thread of its own: reading a long run and drawing it must not hold up a lab that is running. */
import { renameSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../machine/assert.ts'
import { pageOfRun } from './fitted.ts'

export interface PageRequest {
  readonly folder: string
  readonly file: string
}

const { folder, file } = workerData as PageRequest
assert(parentPort !== null, 'the page worker runs in a thread')
const text = await pageOfRun(folder)
// Whoever looks at the file meanwhile sees the old page or the new one.
const unfinished = `${file}.${process.pid}.part`
writeFileSync(unfinished, text)
renameSync(unfinished, file)
parentPort.postMessage(Buffer.byteLength(text))
