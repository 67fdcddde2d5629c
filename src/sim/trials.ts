/** Which trial a mode has. A mode without its own is judged as one copy of each key, by its clients' oracle and its own assertions. */
import type { Mode } from '../modes/mode.ts'
import { drawAtomicTrial } from './atomic-trial.ts'
import { drawDynamoTrial } from './dynamo-trial.ts'
import { plainMonitor } from './monitor.ts'
import { RaftMonitor } from './raft-invariants.ts'
import type { DrawTrial, Trial } from './trial.ts'

const TRIALS: ReadonlyMap<string, DrawTrial> = new Map([
  ['dynamo', drawDynamoTrial],
  ['raft', (mode, seed) => drawAtomicTrial(mode, seed, ({ nodes }) => new RaftMonitor(nodes), true)],
])

export function drawTrial(mode: Mode, seed: number): Trial {
  const draw = TRIALS.get(mode.name)
  return draw === undefined ? drawAtomicTrial(mode, seed, plainMonitor, false) : draw(mode, seed)
}
