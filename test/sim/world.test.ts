import { expect, test } from 'vitest'
import { drawAtomicScenario } from '../../src/sim/atomic-scenario.ts'
import { plainMonitor } from '../../src/sim/monitor.ts'
import { Trace } from '../../src/sim/trace.ts'
import { World } from '../../src/sim/world.ts'
import { datagramsOf } from '../node/support.ts'
import { toyMode } from './toy-mode.ts'

test('a message is judged when it leaves its sender, not again when a hold lets it go: the sender may have lost its disk since', () => {
  const judged: unknown[] = []
  const scenario = drawAtomicScenario(toyMode, 7)
  const monitor = {
    ...plainMonitor(),
    leaving: (_from: string, _to: string, message: unknown) => judged.push(message),
  }
  const world = new World({ mode: toyMode, bug: 'none', scenario, monitor, trace: new Trace(null), onResult: () => {} })
  const [bytes = new Uint8Array()] = datagramsOf('n1', 'n2', [{ type: 'said' }])
  world.network.hold('n1', 'n2')
  world.transmit('n1', 'n2', bytes)
  expect(judged).toEqual([{ type: 'said' }])
  world.releaseHeld()
  world.network.hold('n1', 'n2')
  world.transmit('n1', 'n2', bytes)
  world.healNetwork()
  expect(judged).toHaveLength(2)
  expect(world.stats.messages).toBe(2)
})
