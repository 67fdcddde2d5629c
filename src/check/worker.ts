/** A checker in a thread of its own, on the history's file: a long history must not hold up whoever asked. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadHistory } from '../history/read.ts'
import { assert } from '../machine/assert.ts'
import { checkers } from './registry.ts'
import type { CheckLimits, Scene } from './types.ts'

export interface CheckRequest {
  /** history.jsonl */
  readonly path: string
  /** Of a history that grows: so many bytes of it, one at least. All if left out. */
  readonly bytes?: number
  readonly checker: string
  readonly limits: CheckLimits
  readonly scene?: Scene
}

const { path, bytes, checker: name, limits, scene } = workerData as CheckRequest
assert(parentPort !== null, 'the check worker runs in a thread')
const checker = checkers.get(name)
assert(checker !== undefined, `a check for an unknown checker ${name}`)
const { events, faults } = await loadHistory(path, bytes)
parentPort.postMessage(checker.check(events, limits, faults, scene))
