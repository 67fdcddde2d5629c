/** A worker thread of the simulator: takes seeds, answers results. */
import { parentPort } from 'node:worker_threads'
import { assert } from '../machine/assert.ts'
import { findMode } from '../modes/registry.ts'
import type { SeedJob } from './runner.ts'
import { simulate } from './simulate.ts'

const port = parentPort
assert(port !== null, 'the simulator worker runs in a worker thread')
port.on('message', ({ mode: name, bug, seeds }: SeedJob) => {
  const mode = findMode(name)
  assert(mode !== null, `${name} is a mode`)
  port.postMessage(seeds.map((seed) => simulate({ mode, seed, bug })))
})
