/** What clients ask: puts, gets, cas, dels, appends and adds on few keys, every written value unique. One operation at a time a client. */
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import type { Asked } from './atomic-oracle.ts'
import type { Ask } from './trial.ts'

export interface AtomicClient {
  readonly id: EndpointId
  /** The last value this client saw or wrote in each register, for a cas that may succeed. */
  readonly known: Map<string, string | null>
  serial: number
}

export function newAtomicClient(id: EndpointId): AtomicClient {
  return { id, known: new Map(), serial: 0 }
}

const REGISTER_MIX = ['put', 'put', 'put', 'get', 'get', 'get', 'get', 'cas', 'cas', 'del'] as const

const APPENDS_PER_LIST = 25

/** What a seed decides of its workload. */
export interface Workload {
  readonly keys: readonly string[]
  readonly operations: readonly string[]
  readonly nodes: readonly EndpointId[]
  /** The chance that an operation is pinned to one node: reads through followers, writes at nodes that do not lead. */
  readonly pinned: number
  /** The chance that a put is too long for one datagram. */
  readonly long: number
}

/** Values of up to three datagrams. */
const LONG_VALUE = [9_000, 20_000] as const

/** The next thing this client asks, among the operations that the mode has. */
export function nextAsk(client: AtomicClient, load: Workload, random: Random): Ask {
  const ask = draw(client, load, random)
  const value = ask.f === 'put' && random.chance(load.long) ? `${ask.value}${'~'.repeat(random.between(...LONG_VALUE))}` : ask.value
  return { ...ask, value, ...(random.chance(load.pinned) && { via: random.pick(load.nodes) }) }
}

function draw(client: AtomicClient, { keys, operations }: Workload, random: Random): Ask {
  const key = random.pick(keys)
  if (!key.startsWith('r')) {
    const write = writeTo(key, client, operations)
    return random.chance(0.6) ? write : { f: 'get', key: write.key, value: null }
  }
  const f = random.pick(REGISTER_MIX.filter((name) => operations.includes(name)))
  if (f === 'put') return writeTo(key, client, operations)
  if (f === 'cas') return { f, key, value: [client.known.get(key) ?? null, unique(client)] }
  return { f, key, value: null }
}

/** A plain write of something new, of the key's own kind where the mode has it. */
export function writeTo(key: string, client: AtomicClient, operations: readonly string[]): Ask {
  // Lists grow with every append: a client starts a new one now and then, and so do the others at about the same time.
  const list = `${key}.${Math.floor(client.serial / APPENDS_PER_LIST)}`
  if (key.startsWith('s') && operations.includes('append')) return { f: 'append', key: list, value: `${unique(client)};` }
  if (key.startsWith('n') && operations.includes('add')) return { f: 'add', key, value: '1' }
  return { f: 'put', key, value: unique(client) }
}

function unique(client: AtomicClient): string {
  return `${client.id}.${++client.serial}`
}

/** What the client learns from an answer. */
export function learn(client: AtomicClient, asked: Asked, result: OperationResult): void {
  if (!asked.key.startsWith('r')) return
  if (result.outcome === 'ok') {
    if (asked.f === 'get') client.known.set(asked.key, result.value ?? null)
    else if (asked.f === 'del') client.known.set(asked.key, null)
    else if (asked.f === 'put' && typeof asked.value === 'string') client.known.set(asked.key, asked.value)
    else if (asked.f === 'cas' && Array.isArray(asked.value)) client.known.set(asked.key, asked.value[1] ?? null)
  } else if (result.was !== undefined) {
    client.known.set(asked.key, result.was)
  }
}
