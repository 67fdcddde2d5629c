/** What clients ask: puts, gets, cas, dels, appends and adds on few keys, every written value unique. One operation at a time a client. */
import type { EndpointId, Operation, OperationResult } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import type { Asked } from './oracle.ts'

export interface ClientAtWork {
  readonly id: EndpointId
  /** The operation under way. */
  pending: { readonly asked: Asked; readonly operation: Operation } | null
  /** The last value this client saw or wrote in each register, for a cas that may succeed. */
  readonly known: Map<string, string | null>
  serial: number
}

export function newClient(id: EndpointId): ClientAtWork {
  return { id, pending: null, known: new Map(), serial: 0 }
}

const REGISTER_MIX = ['put', 'put', 'put', 'get', 'get', 'get', 'get', 'cas', 'cas', 'del'] as const

const APPENDS_PER_LIST = 25

export type Ask = Pick<Operation, 'f' | 'key' | 'value'>

/** The next thing this client asks, among the operations that the mode has. */
export function nextAsk(client: ClientAtWork, keys: readonly string[], operations: readonly string[], random: Random): Ask {
  const drawn = random.pick(keys)
  // Lists grow with every append: a client starts a new one now and then, and so do the others at about the same time.
  const key = drawn.startsWith('s') ? `${drawn}.${Math.floor(client.serial / APPENDS_PER_LIST)}` : drawn
  const unique = `${client.id}.${++client.serial}`
  const has = (f: string): boolean => operations.includes(f)
  if (key.startsWith('s') && has('append')) {
    return random.chance(0.6) ? { f: 'append', key, value: `${unique};` } : { f: 'get', key, value: null }
  }
  if (key.startsWith('n') && has('add')) return random.chance(0.6) ? { f: 'add', key, value: '1' } : { f: 'get', key, value: null }
  const f = random.pick(REGISTER_MIX.filter(has))
  if (f === 'put') return { f, key, value: unique }
  if (f === 'cas') return { f, key, value: [client.known.get(key) ?? null, unique] }
  return { f, key, value: null }
}

/** What the client learns from an answer. */
export function learn(client: ClientAtWork, asked: Asked, result: OperationResult): void {
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
