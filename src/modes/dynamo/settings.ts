/** The settings of Dynamo mode, how they read as text, and what they become. */
import type { EndpointId } from '../../machine/contract.ts'
import type { SettingSpec, Settings } from '../mode.ts'
import { parseCount, parseDuration, parseSwitch } from '../units.ts'

export const settings: readonly SettingSpec[] = [
  { name: 'n', kind: 'count', fallback: '3', live: false, help: 'N: how many nodes keep each key' },
  { name: 'r', kind: 'count', fallback: '2', live: true, help: 'R: answers a read waits for' },
  { name: 'w', kind: 'count', fallback: '2', live: true, help: 'W: acknowledgements a write waits for' },
  {
    name: 'quorum',
    kind: 'choice',
    choices: ['sloppy', 'strict'],
    fallback: 'sloppy',
    live: true,
    help: 'sloppy: the first N healthy nodes count; strict: only the homes do',
  },
  {
    name: 'strategy',
    kind: 'choice',
    choices: ['1', '2', '3'],
    fallback: '3',
    live: false,
    help: 'how the ring is cut and handed out (§6.2)',
  },
  { name: 'partitions', kind: 'count', fallback: '64', live: false, help: 'Q: equal parts of the ring (strategies 2 and 3)' },
  { name: 'tokens', kind: 'count', fallback: '16', live: false, help: 'T: tokens a node (strategies 1 and 2)' },
  {
    name: 'racks',
    kind: 'groups',
    choices: ['none'],
    fallback: 'none',
    live: false,
    help: 'nodes by rack, n1,n2/n3,n4/n5; homes differ in rack',
  },
  {
    name: 'versions',
    kind: 'choice',
    choices: ['dotted', 'classic', 'merged', 'lww'],
    fallback: 'dotted',
    live: false,
    help: "dotted version vectors; the paper's clock a version; one clock for all siblings; the last writer wins",
  },
  { name: 'clock-cap', kind: 'count', fallback: '10', live: false, help: 'entries a classic or merged clock keeps' },
  { name: 'sibling-warn', kind: 'count', fallback: '25', live: true, help: 'siblings of a key that are worth a warning' },
  {
    name: 'sibling-limit',
    kind: 'count',
    fallback: '100',
    live: true,
    help: 'siblings of a key beyond which writes are refused (repairs never)',
  },
  {
    name: 'read-repair',
    kind: 'choice',
    choices: ['async', 'blocking', 'off'],
    fallback: 'async',
    live: true,
    help: 'mend what a read found stale: after the answer, before it, or never',
  },
  { name: 'hinted-handoff', kind: 'on-off', fallback: 'on', live: true, help: 'stand-ins keep writes for homes that are away' },
  { name: 'hint-window', kind: 'duration', fallback: '10m', live: true, help: 'no new hint once the oldest for a home is this old' },
  { name: 'hint-scan', kind: 'duration', fallback: '1s', live: true, help: 'how often a stand-in looks whether a home is back' },
  { name: 'hint-rate', kind: 'count', fallback: '1000', live: true, help: 'hints a second that one stand-in delivers' },
  { name: 'anti-entropy', kind: 'on-off', fallback: 'on', live: true, help: 'compare Merkle trees with a random peer' },
  { name: 'anti-entropy-every', kind: 'duration', fallback: '5s', live: true, help: 'how often' },
  { name: 'gossip', kind: 'duration', fallback: '1s', live: true, help: 'how often the map is compared with one random peer' },
  {
    name: 'seeds',
    kind: 'nodes',
    choices: ['none', 'all'],
    fallback: 'n1',
    live: true,
    help: 'nodes that everyone gossips with now and then',
  },
  {
    name: 'founders',
    kind: 'groups',
    choices: ['together'],
    fallback: 'together',
    live: false,
    help: 'who knows whom at first: together, or halves that never met, n1,n2/n3,n4,n5',
  },
  {
    name: 'detector',
    kind: 'choice',
    choices: ['local', 'swim'],
    fallback: 'local',
    live: true,
    help: 'swim: others are asked before a peer counts as down',
  },
  {
    name: 'detector-timeout',
    kind: 'duration',
    fallback: '300ms',
    live: true,
    help: 'a peer that answers nothing for this long counts as down',
  },
  {
    name: 'forward-timeout',
    kind: 'duration',
    fallback: '150ms',
    live: true,
    help: 'how long a forwarded request waits before another coordinator is tried',
  },
  {
    name: 'coordination',
    kind: 'choice',
    choices: ['client', 'server'],
    fallback: 'client',
    live: false,
    help: 'client: clients know the ring; server: they ask a load balancer',
  },
  { name: 'map-poll', kind: 'duration', fallback: '10s', live: false, help: 'how often a client asks for the map' },
  {
    name: 'durability',
    kind: 'choice',
    choices: ['all', 'one', 'buffered'],
    fallback: 'all',
    live: false,
    help: 'which replicas sync a write before they acknowledge it; the others buffer it',
  },
  { name: 'flush-every', kind: 'duration', fallback: '100ms', live: true, help: 'how long a write may wait in the buffer' },
  { name: 'grace', kind: 'duration', fallback: '30s', live: true, help: 'how old a tombstone must be before it may be reaped' },
  { name: 'admission', kind: 'on-off', fallback: 'on', live: true, help: 'background work gives way to foreground latency' },
  {
    name: 'foreground-target',
    kind: 'duration',
    fallback: '50ms',
    live: true,
    help: 'the p99 of the last minute that background work may not push up',
  },
]

export const presets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  /** Always writable, and fast: one answer is enough. */
  available: { r: '1', w: '1' },
  /** Only homes count: a minority refuses. */
  strict: { quorum: 'strict' },
}

export interface DynamoOptions {
  readonly n: number
  readonly r: number
  readonly w: number
  readonly quorum: 'sloppy' | 'strict'
  readonly strategy: 1 | 2 | 3
  readonly partitions: number
  readonly tokens: number
  /** Node to the name of its rack. */
  readonly racks: ReadonlyMap<EndpointId, string>
  readonly versions: 'dotted' | 'classic' | 'merged' | 'lww'
  readonly clockCap: number
  readonly siblingWarn: number
  readonly siblingLimit: number
  readonly readRepair: 'async' | 'blocking' | 'off'
  readonly hintedHandoff: boolean
  readonly hintWindowUs: number
  readonly hintScanUs: number
  readonly hintRate: number
  readonly antiEntropy: boolean
  readonly antiEntropyUs: number
  readonly gossipUs: number
  /** Null: every node is one. */
  readonly seeds: readonly EndpointId[] | null
  /** Null: all start together. */
  readonly founders: readonly (readonly EndpointId[])[] | null
  readonly detector: 'local' | 'swim'
  readonly detectorUs: number
  readonly forwardUs: number
  readonly coordination: 'client' | 'server'
  readonly mapPollUs: number
  readonly durability: 'all' | 'one' | 'buffered'
  readonly flushUs: number
  readonly graceUs: number
  readonly admission: boolean
  readonly foregroundUs: number
}

/** Missing settings take their defaults. Throws RangeError, naming the setting, for text that does not parse. */
export function readOptions(given: Settings): DynamoOptions {
  const text = (name: string): string => given[name] ?? settings.find((spec) => spec.name === name)?.fallback ?? ''
  const count = (name: string): number => parseCount(name, text(name))
  const duration = (name: string): number => parseDuration(name, text(name))
  const onOff = (name: string): boolean => parseSwitch(name, text(name))
  return {
    n: count('n'),
    r: count('r'),
    w: count('w'),
    quorum: choice('quorum', text('quorum'), ['sloppy', 'strict']),
    strategy: Number(choice('strategy', text('strategy'), ['1', '2', '3'])) as 1 | 2 | 3,
    partitions: count('partitions'),
    tokens: count('tokens'),
    racks: racksOf(text('racks')),
    versions: choice('versions', text('versions'), ['dotted', 'classic', 'merged', 'lww']),
    clockCap: count('clock-cap'),
    siblingWarn: count('sibling-warn'),
    siblingLimit: count('sibling-limit'),
    readRepair: choice('read-repair', text('read-repair'), ['async', 'blocking', 'off']),
    hintedHandoff: onOff('hinted-handoff'),
    hintWindowUs: duration('hint-window'),
    hintScanUs: duration('hint-scan'),
    hintRate: count('hint-rate'),
    antiEntropy: onOff('anti-entropy'),
    antiEntropyUs: duration('anti-entropy-every'),
    gossipUs: duration('gossip'),
    seeds: text('seeds') === 'all' ? null : text('seeds') === 'none' ? [] : text('seeds').split(','),
    founders: text('founders') === 'together' ? null : groupsOf(text('founders')),
    detector: choice('detector', text('detector'), ['local', 'swim']),
    detectorUs: duration('detector-timeout'),
    forwardUs: duration('forward-timeout'),
    coordination: choice('coordination', text('coordination'), ['client', 'server']),
    mapPollUs: duration('map-poll'),
    durability: choice('durability', text('durability'), ['all', 'one', 'buffered']),
    flushUs: duration('flush-every'),
    graceUs: duration('grace'),
    admission: onOff('admission'),
    foregroundUs: duration('foreground-target'),
  }
}

/** With one of the two timeouts that clients and balancers go by set anew; all else, and what does not parse, changes nothing. */
export function withPatience(options: DynamoOptions, name: string, value: string): DynamoOptions {
  if (name !== 'detector-timeout' && name !== 'forward-timeout') return options
  try {
    const us = parseDuration(name, value)
    return { ...options, [name === 'detector-timeout' ? 'detectorUs' : 'forwardUs']: us }
  } catch {
    return options
  }
}

function choice<const T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === text)
  if (found === undefined) throw new RangeError(`${name}=${text}: expected ${choices.join(', ')}`)
  return found
}

function groupsOf(text: string): readonly (readonly EndpointId[])[] {
  return text.split('/').map((group) => group.split(','))
}

function racksOf(text: string): ReadonlyMap<EndpointId, string> {
  if (text === 'none') return new Map()
  return new Map(groupsOf(text).flatMap((group, i) => group.map((node): [EndpointId, string] => [node, `rack${i + 1}`])))
}

/** Parts or tokens of a ring: each costs every node a list of its homes, and a tree once it holds a key. */
const MOST_PARTS = 16_384

/** Why a cluster of this many nodes cannot have these settings, each of which is right alone; null if it can. */
export function refuse(given: Settings, nodes: number): string | null {
  const { n, r, w, strategy, partitions, tokens } = readOptions(given)
  if (n > nodes) return `n=${n} keeps each key on ${n} nodes, and ${nodes === 1 ? 'one is' : `${nodes} are`} too few`
  if (r > n) return `r=${r} is more than n=${n}: no read could be answered`
  if (w > n) return `w=${w} is more than n=${n}: no write could be acknowledged`
  if (strategy !== 1 && partitions > MOST_PARTS) return `partitions=${partitions} is more than ${MOST_PARTS}`
  if (strategy !== 3 && tokens * nodes > MOST_PARTS) return `tokens=${tokens} on ${nodes} nodes: that is more than ${MOST_PARTS} in all`
  return null
}
