/** What a seed decides before the first event: the cluster, its settings, the network, the disks, which faults, how many clients. */
import { unreachable } from '../machine/assert.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
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
/** For modes whose members come and go by a client's operation; drawn by those modes alone. */
export const MEMBER_FAULTS = ['join', 'leave'] as const
export type FaultName = (typeof FAULTS)[number] | (typeof MEMBER_FAULTS)[number]

export interface Scenario {
  readonly seed: number
  /** The first configuration. */
  readonly nodes: readonly EndpointId[]
  /** Nodes that are not there at first, and may join. */
  readonly spares: readonly EndpointId[]
  readonly clients: readonly EndpointId[]
  readonly settings: Settings
  readonly preset: string
  readonly network: NetworkProfile
  /** A sync takes between these, microseconds. */
  readonly syncUs: readonly [number, number]
  /** Weights of the faults this seed has. */
  readonly faults: Readonly<Partial<Record<FaultName, number>>>
  /** No more members leave than leaves so many. */
  readonly fewestMembers: number
  /** How many disks may be lost: as many as leave a majority that remembers, or so many in the whole run. */
  readonly wipes: 'majority-remembers' | number
  /** Mean time between faults, and how long one lasts at most. */
  readonly faultEveryUs: number
  readonly faultHoldUs: number
  /** No fault that takes a node away may leave fewer than a majority up. */
  readonly keepMajority: boolean
  /** What live settings may become while it runs, by name; null: any of them, anything its kind allows. */
  readonly oddLive: Readonly<Record<string, readonly string[]>> | null
  readonly chaosUs: number
  /** Faults go on for so long at most, while too few operations succeeded to prove anything. */
  readonly mostChaosUs: number
  /** How late a timer fires at most. */
  readonly timerLateUs: number
  /** Clients wait this long between two operations on average. */
  readonly thinkUs: number
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
export function drawSettings(mode: Mode, random: Random): { settings: Settings; preset: string } {
  const names = Object.keys(mode.presets)
  const preset = names.length > 0 && random.chance(0.6) ? random.pick(names) : 'default'
  const settings = { ...defaultSettings(mode), ...mode.presets[preset] }
  const odd = random.chance(0.4) ? mode.settings.filter(() => random.chance(0.35)) : []
  for (const spec of odd) settings[spec.name] = oddValue(spec, random)
  return { settings, preset: odd.length > 0 ? `${preset} with odd settings` : preset }
}

export function drawNetwork(random: Random): NetworkProfile {
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
export function drawFaults(random: Random): Partial<Record<FaultName, number>> {
  const weights: Partial<Record<FaultName, number>> = {}
  for (const name of FAULTS) weights[name] = random.chance(0.55) ? random.between(1, 4) : 0
  if (FAULTS.every((name) => weights[name] === 0)) weights.kill = 1
  return weights
}

/** Faults that come fast do not last, or nothing would ever get done between them. */
export function drawPace(random: Random): { faultEveryUs: number; faultHoldUs: number } {
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
