/** Seeds of a store that behaves as one copy of each key: many elections' worth of faults in a few seconds, on few keys. */
import { nodeIds } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import { MS, SECOND } from '../machine/time.ts'
import type { Mode } from '../modes/mode.ts'
import { defaultSettings, drawFaults, drawNetwork, drawPace, drawSettings, type Scenario } from './scenario.ts'

export interface AtomicScenario extends Scenario {
  readonly keys: readonly string[]
  /** The chance that an operation is pinned to one node: reads through followers, writes at nodes that do not lead. */
  readonly pinned: number
  /** The chance that a put is too long for one datagram. */
  readonly long: number
}

/** The share of seeds whose clients are in a hurry. */
const HASTY_SHARE = 0.15

/** Clients give up early and then pause, leaders die often, and second copies come late: what was refused must stay refused. */
function hasty(scenario: AtomicScenario, mode: Mode, random: Random): AtomicScenario {
  const preset = random.pick(['default', ...Object.keys(mode.presets)])
  return {
    ...scenario,
    settings: { ...defaultSettings(mode), ...mode.presets[preset] },
    preset: `${preset}, hasty`,
    keys: ['s1', 'n1', 'r1'],
    nodes: nodeIds(random.pick([1, 1, 2, 3, 3])),
    clients: Array.from({ length: 8 }, (_, i) => `c${i + 1}`),
    network: {
      loss: random.pick([0, 0.02]),
      duplicate: 0.9,
      corrupt: 0,
      minDelayUs: 100,
      jitterUs: random.pick([200, 1 * MS]),
      late: 0.01,
      lateCopies: 0.9,
      lateUs: random.pick([600 * MS, 1200 * MS]),
    },
    syncUs: [50, 500],
    faults: { kill: 2, 'kill-leader': 4, isolate: 1, sleep: 1 },
    faultEveryUs: 250 * MS,
    faultHoldUs: random.pick([60, 400]) * MS,
    keepMajority: random.chance(0.5),
    thinkUs: random.pick([150, 400]) * MS,
    pinned: random.pick([0, 0.4, 0.8]),
    long: 0,
    timeoutUs: random.pick([60, 150]) * MS,
  }
}

export function drawAtomicScenario(mode: Mode, seed: number): AtomicScenario {
  const random = seeded(`${seed}/scenario`)
  const plain = drawPlain(mode, seed, random)
  return random.chance(HASTY_SHARE) ? hasty(plain, mode, random) : plain
}

function chaosFor(chaosUs: number): Pick<Scenario, 'chaosUs' | 'mostChaosUs'> {
  return { chaosUs, mostChaosUs: chaosUs }
}

function drawPlain(mode: Mode, seed: number, random: Random): AtomicScenario {
  const size = random.pick([1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5, 5, 6, 7])
  return {
    seed,
    nodes: nodeIds(size),
    spares: [],
    clients: Array.from({ length: random.between(2, 5) }, (_, i) => `c${i + 1}`),
    ...drawSettings(mode, random),
    network: drawNetwork(random),
    syncUs: random.pick([
      [50, 200],
      [200, 2 * MS],
      [1 * MS, 10 * MS],
      [5 * MS, 40 * MS],
    ] as const),
    faults: drawFaults(random),
    fewestMembers: size,
    wipes: 'majority-remembers',
    ...drawPace(random),
    keepMajority: random.chance(0.6),
    oddLive: null,
    ...chaosFor(random.between(3, 7) * SECOND),
    timerLateUs: random.pick([0, 200, 2 * MS]),
    keys: ['r1', 'r2', 's1', 'n1'].slice(0, random.between(2, 4)),
    thinkUs: random.pick([8 * MS, 25 * MS, 80 * MS]),
    pinned: random.pick([0, 0.1, 0.3]),
    long: random.pick([0, 0, 0, 0.05]),
    timeoutUs: random.pick([300 * MS, 1 * SECOND, 3 * SECOND]),
  }
}
