/** What a seed decides before the first event: the cluster, its settings, the network, the disks, which faults, how many clients. */
import { unreachable } from '../machine/assert.ts'
import type { EndpointId } from '../machine/contract.ts'
import { nodeIds } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import { MS, SECOND } from '../machine/time.ts'
import type { Mode, SettingSpec, Settings } from '../modes/mode.ts'
import type { NetworkProfile } from './network.ts'

export const FAULTS = [
  'kill',
  'kill-leader',
  'power-cut',
  'power-cut-all',
  'wipe',
  'sleep',
  'partition',
  'isolate',
  'one-way',
  'cut-pair',
  'hold',
  'storm',
  'slow-disk',
  'clock',
  'settings',
] as const
export type FaultName = (typeof FAULTS)[number]

export interface Scenario {
  readonly seed: number
  readonly nodes: readonly EndpointId[]
  readonly clients: readonly EndpointId[]
  readonly settings: Settings
  readonly preset: string
  readonly network: NetworkProfile
  /** A sync takes between these, microseconds. */
  readonly syncUs: readonly [number, number]
  /** Weights of the faults this seed has. */
  readonly faults: Readonly<Record<FaultName, number>>
  /** Mean time between faults, and how long one lasts at most. */
  readonly faultEveryUs: number
  readonly faultHoldUs: number
  /** No fault that takes a node away may leave fewer than a majority up. */
  readonly keepMajority: boolean
  readonly chaosUs: number
  /** How late a timer fires at most. */
  readonly timerLateUs: number
  readonly keys: readonly string[]
  readonly thinkUs: number
  readonly pinned: number
  readonly long: number
  readonly timeoutUs: number
}

export function defaultSettings(mode: Mode): Record<string, string> {
  return Object.fromEntries(mode.settings.map((spec) => [spec.name, spec.fallback]))
}

/** Odd values for a setting of each kind: whatever a setting allows has to be safe. */
export function oddValue(spec: SettingSpec, random: Random): string {
  switch (spec.kind) {
    case 'on-off':
      return random.pick(['on', 'off'])
    case 'count':
      return random.pick(['1', '2', '5', spec.fallback])
    case 'size':
      return random.pick(['200', '1kb', spec.fallback])
    case 'choice':
      return random.pick(spec.choices ?? [spec.fallback])
    case 'duration':
    case 'duration-range':
    case 'nodes':
    case 'groups':
      return spec.fallback
    default:
      return unreachable(spec.kind)
  }
}

/** Mostly as people start: defaults or a preset. Sometimes some settings are odd. */
function drawSettings(mode: Mode, random: Random): { settings: Settings; preset: string } {
  const names = Object.keys(mode.presets)
  const preset = names.length > 0 && random.chance(0.6) ? random.pick(names) : 'default'
  const settings = { ...defaultSettings(mode), ...mode.presets[preset] }
  const odd = random.chance(0.4) ? mode.settings.filter(() => random.chance(0.35)) : []
  for (const spec of odd) settings[spec.name] = oddValue(spec, random)
  return { settings, preset: odd.length > 0 ? `${preset} with odd settings` : preset }
}

function drawNetwork(random: Random): NetworkProfile {
  return {
    loss: random.pick([0, 0, 0.01, 0.05, 0.15]),
    duplicate: random.pick([0, 0.02, 0.2]),
    corrupt: random.pick([0, 0, 0.01]),
    minDelayUs: random.pick([50, 200, 1 * MS, 5 * MS]),
    jitterUs: random.pick([50, 1 * MS, 10 * MS, 30 * MS]),
    late: random.pick([0, 0.005, 0.03]),
    lateCopies: random.pick([0, 0.3]),
    lateUs: random.pick([50 * MS, 400 * MS, 2 * SECOND]),
  }
}

/** Swarm testing: each seed has some of the faults and lacks the others, so that rare ones get seeds of their own. */
function drawFaults(random: Random): Record<FaultName, number> {
  const weights = Object.fromEntries(FAULTS.map((name) => [name, random.chance(0.55) ? random.between(1, 4) : 0])) as Record<
    FaultName,
    number
  >
  if (FAULTS.every((name) => weights[name] === 0)) weights.kill = 1
  return weights
}

/** Faults that come fast do not last, or nothing would ever get done between them. */
function drawPace(random: Random): { faultEveryUs: number; faultHoldUs: number } {
  const [every, hold] = random.pick([
    [100, 150],
    [200, 300],
    [300, 600],
    [500, 600],
    [500, 1500],
    [1000, 1500],
  ] as const)
  return { faultEveryUs: every * MS, faultHoldUs: hold * MS }
}

/** The share of seeds whose clients are in a hurry. */
const HASTY_SHARE = 0.15

const NO_FAULTS = Object.fromEntries(FAULTS.map((name) => [name, 0])) as Record<FaultName, number>

/** Clients give up early and then pause, leaders die often, and second copies come late: what was refused must stay refused. */
function hasty(scenario: Scenario, mode: Mode, random: Random): Scenario {
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
    faults: { ...NO_FAULTS, kill: 2, 'kill-leader': 4, isolate: 1, sleep: 1 },
    faultEveryUs: 250 * MS,
    faultHoldUs: random.pick([60, 400]) * MS,
    keepMajority: random.chance(0.5),
    thinkUs: random.pick([150, 400]) * MS,
    pinned: random.pick([0, 0.4, 0.8]),
    long: 0,
    timeoutUs: random.pick([60, 150]) * MS,
  }
}

export function drawScenario(mode: Mode, seed: number): Scenario {
  const random = seeded(`${seed}/scenario`)
  const plain = drawPlain(mode, seed, random)
  return random.chance(HASTY_SHARE) ? hasty(plain, mode, random) : plain
}

function drawPlain(mode: Mode, seed: number, random: Random): Scenario {
  const size = random.pick([1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5, 5, 6, 7])
  return {
    seed,
    nodes: nodeIds(size),
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
    ...drawPace(random),
    keepMajority: random.chance(0.6),
    chaosUs: random.between(3, 7) * SECOND,
    timerLateUs: random.pick([0, 200, 2 * MS]),
    keys: ['r1', 'r2', 's1', 'n1'].slice(0, random.between(2, 4)),
    thinkUs: random.pick([8 * MS, 25 * MS, 80 * MS]),
    pinned: random.pick([0, 0.1, 0.3]),
    long: random.pick([0, 0, 0, 0.05]),
    timeoutUs: random.pick([300 * MS, 1 * SECOND, 3 * SECOND]),
  }
}
