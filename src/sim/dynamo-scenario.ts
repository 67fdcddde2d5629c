/** Seeds of an always-writable store: half a minute of faults that outlast its detectors, under settings of every kind. */
import type { EndpointId } from '../machine/contract.ts'
import { nodeIds } from '../machine/ids.ts'
import { type Random, seeded } from '../machine/random.ts'
import { MS, SECOND } from '../machine/time.ts'
import type { Mode } from '../modes/mode.ts'
import { type DynamoProfile, PROFILES } from './dynamo-workload.ts'
import { defaultSettings, drawFaults, drawNetwork, type Scenario } from './scenario.ts'

export interface DynamoScenario extends Scenario {
  readonly keys: readonly string[]
  readonly profile: DynamoProfile
  /** The chance that an operation is pinned to one node. */
  readonly pinned: number
  /** The chance that an operation has its own r, w or quorum. */
  readonly wanted: number
  /** The chance that a write passes a context that is old, or another client's. */
  readonly stale: number
  /** The chance that a put is too long for one datagram. */
  readonly long: number
}

/** What `set` may change while it runs: whatever a setting allows has to be safe. */
const ODD_LIVE: Readonly<Record<string, readonly string[]>> = {
  'read-repair': ['async', 'blocking', 'off'],
  'hinted-handoff': ['on', 'off'],
  'hint-rate': ['1000', '20'],
  'anti-entropy': ['on', 'off'],
  detector: ['local', 'swim'],
  'detector-timeout': ['100ms', '300ms', '1s'],
  'forward-timeout': ['50ms', '150ms', '500ms'],
  'hint-scan': ['300ms', '1s'],
  gossip: ['300ms', '1s'],
  admission: ['on', 'off'],
  'flush-every': ['50ms', '500ms'],
}

export function drawDynamoScenario(mode: Mode, seed: number): DynamoScenario {
  const random = seeded(`${seed}/scenario`)
  const size = random.pick([1, 2, 3, 3, 4, 5, 5, 5, 5, 6, 7])
  const nodes = nodeIds(size)
  const settings = { ...defaultSettings(mode), ...drawSettings(nodes, random) }
  const profile = random.pick(PROFILES)
  const crowded = profile === 'contended' || profile === 'carts'
  const moving = random.chance(0.4)
  const spares = moving ? nodeIds(size + random.between(1, 2)).slice(size) : []
  const healsItself = settings['anti-entropy'] === 'on'
  return {
    seed,
    nodes,
    spares,
    clients: Array.from({ length: crowded ? random.between(3, 6) : random.between(2, 4) }, (_, i) => `c${i + 1}`),
    settings,
    preset: labelOf(settings),
    network: drawNetwork(random),
    syncUs: random.pick([
      [50, 200],
      [200, 2 * MS],
      [1 * MS, 10 * MS],
    ] as const),
    faults: { ...drawFaults(random), ...(moving && { join: random.between(1, 3), leave: random.between(1, 3) }) },
    // Where only reads of all homes mend, all homes have to be there.
    fewestMembers: healsItself ? Math.max(Number(settings.r), Number(settings.w)) : Number(settings.n),
    // A founder that left, lost its disk and knows no other founder takes itself for the whole ring again: nobody could tell it.
    wipes: healsItself && !(moving && size === 1) ? random.pick([0, 1, 2, 4]) : 0,
    ...drawPace(random),
    keepMajority: random.chance(0.7),
    oddLive: healsItself ? ODD_LIVE : {},
    chaosUs: random.between(30, 34) * SECOND,
    mostChaosUs: 90 * SECOND,
    timerLateUs: random.pick([0, 200, 2 * MS]),
    keys: ['k1', '__proto__', 'k2', 'k3', 'k4', 'k5'].slice(0, crowded ? random.between(1, 3) : random.between(3, 6)),
    profile,
    thinkUs: random.pick([150, 250, 350]) * MS,
    pinned: random.pick([0, 0.1, 0.4]),
    wanted: random.pick([0, 0.15, 0.4]),
    stale: random.pick([0, 0, 0.05, 0.2]),
    long: random.pick([0, 0, 0, 0.02]),
    timeoutUs: random.pick([500 * MS, 1 * SECOND, 3 * SECOND]),
  }
}

function labelOf({ n, r, w, quorum, strategy, versions, durability }: Readonly<Record<string, string>>): string {
  const odd = [
    versions !== 'dotted' && versions,
    quorum === 'strict' && 'strict',
    durability !== 'all' && durability,
    strategy !== '3' && `s${strategy}`,
  ]
  return [`N${n} R${r} W${w}`, ...odd.filter((word) => typeof word === 'string')].join(' ')
}

/** Faults have to last: a detector needs time to notice, hints and trees need time to mend. */
function drawPace(random: Random): { faultEveryUs: number; faultHoldUs: number } {
  const [every, hold] = random.pick([
    [300, 600],
    [500, 1500],
    [1000, 3000],
    [2000, 4000],
    [2000, 8000],
  ] as const)
  return { faultEveryUs: every * MS, faultHoldUs: hold * MS }
}

/** Mostly as people start; each of the rest is odd now and then. */
function drawSettings(nodes: readonly EndpointId[], random: Random): Record<string, string> {
  const n = Math.min(nodes.length, random.pick([1, 2, 3, 3, 3, 3, 3, 4, 5]))
  const quorum = Math.floor(n / 2) + 1
  const [r, w] = random.pick([
    [quorum, quorum],
    [quorum, quorum],
    [quorum, quorum],
    [1, 1],
    [1, n],
    [n, 1],
  ] as const)
  const odd = <T extends string>(chance: number, fallback: T, others: readonly T[]): T =>
    random.chance(chance) ? random.pick(others) : fallback
  const antiEntropy = odd(0.07, 'on', ['off'])
  return {
    n: String(n),
    r: String(r),
    w: String(w),
    quorum: odd(0.15, 'sloppy', ['strict']),
    strategy: odd(0.35, '3', ['1', '2']),
    partitions: random.pick(['8', '16', '64']),
    tokens: random.pick(['4', '16']),
    racks: nodes.length > 2 ? odd(0.2, 'none', [groups(nodes, 2, random), groups(nodes, 3, random)]) : 'none',
    versions: odd(0.22, 'dotted', ['classic', 'merged', 'lww']),
    'clock-cap': random.pick(['10', '10', '3', '2']),
    'sibling-limit': odd(0.1, '100', ['4']),
    'read-repair': antiEntropy === 'off' ? 'blocking' : odd(0.3, 'async', ['blocking', 'off']),
    'hinted-handoff': odd(0.12, 'on', ['off']),
    'hint-window': odd(0.1, '10m', ['3s']),
    'hint-scan': random.pick(['300ms', '1s']),
    'hint-rate': odd(0.15, '1000', ['20']),
    'anti-entropy': antiEntropy,
    'anti-entropy-every': random.pick(['1s', '2s', '5s']),
    gossip: random.pick(['300ms', '1s']),
    seeds: odd(0.15, 'n1', ['all']),
    founders: nodes.length > 1 ? odd(0.1, 'together', [groups(nodes, 2, random)]) : 'together',
    detector: odd(0.25, 'local', ['swim']),
    'detector-timeout': random.pick(['100ms', '300ms', '300ms', '1s']),
    'forward-timeout': random.pick(['50ms', '150ms', '150ms', '500ms']),
    coordination: odd(0.15, 'client', ['server']),
    'map-poll': odd(0.3, '10s', ['1s']),
    durability: odd(0.25, 'all', ['one', 'buffered']),
    'flush-every': random.pick(['50ms', '100ms', '500ms']),
    grace: random.pick(['2s', '5s', '30s']),
    admission: odd(0.2, 'on', ['off']),
  }
}

/** `n1,n4/n2,n3,n5` */
function groups(nodes: readonly EndpointId[], count: number, random: Random): string {
  const shuffled = random.shuffle([...nodes])
  return Array.from({ length: count }, (_, i) => shuffled.filter((_node, at) => at % count === i).join(',')).join('/')
}
