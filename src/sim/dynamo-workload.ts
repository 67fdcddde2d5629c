/** What clients ask of a store with versions: puts with and without context, carts by append, deletes, merges of siblings, on few keys. */
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import type { Random } from '../machine/random.ts'
import type { Ask } from './trial.ts'

type Kind = 'get' | 'put' | 'blind' | 'del' | 'append' | 'resolve'

/** How often each kind is asked, by what the clients are up to. */
const MIXES = {
  mixed: { get: 4, put: 3, blind: 1, del: 1, append: 1, resolve: 1 },
  contended: { get: 2, put: 5, blind: 1, del: 0, append: 0, resolve: 1 },
  carts: { get: 2, put: 0, blind: 0, del: 1, append: 6, resolve: 1 },
  deletes: { get: 3, put: 3, blind: 1, del: 4, append: 0, resolve: 0 },
} as const satisfies Record<string, Record<Kind, number>>

export type DynamoProfile = keyof typeof MIXES
export const PROFILES = Object.keys(MIXES) as readonly DynamoProfile[]

/** Values of up to three datagrams. */
const LONG_VALUE = [9_000, 20_000] as const
/** Those that read, first or only. */
const TAKES_R: readonly Kind[] = ['get', 'del', 'append', 'resolve']
/** Contexts of a key that somebody remembers. */
const MOST_CONTEXTS = 8

export interface DynamoWorkloadOptions {
  readonly keys: readonly string[]
  readonly nodes: readonly EndpointId[]
  readonly profile: DynamoProfile
  readonly n: number
  readonly pinned: number
  readonly wanted: number
  readonly stale: number
  readonly long: number
}

export class DynamoWorkload {
  readonly #options: DynamoWorkloadOptions
  readonly #bag: readonly Kind[]
  /** By key: contexts that some client was handed, oldest first. */
  readonly #contexts = new Map<string, string[]>()
  #serial = 0

  constructor(options: DynamoWorkloadOptions) {
    this.#options = options
    const mix = MIXES[options.profile]
    this.#bag = (Object.keys(mix) as Kind[]).flatMap((kind) => Array.from({ length: mix[kind] }, () => kind))
  }

  next(client: EndpointId, random: Random): Ask {
    const { keys, nodes, pinned } = this.#options
    const key = random.pick(keys)
    const kind = random.pick(this.#bag)
    const options = this.#draw(kind, key, random)
    return {
      f: kind === 'blind' ? 'put' : kind,
      key,
      value: this.#value(kind, client, random),
      ...(random.chance(pinned) && { via: random.pick(nodes) }),
      ...(Object.keys(options).length > 0 && { options }),
    }
  }

  /** Every context may be passed on, to anybody. */
  learn(key: string, { context }: OperationResult): void {
    if (context === undefined) return
    const known = this.#contexts.get(key) ?? []
    this.#contexts.set(key, known)
    known.push(context)
    if (known.length > MOST_CONTEXTS) known.shift()
  }

  #value(kind: Kind, client: EndpointId, random: Random): string | null {
    switch (kind) {
      case 'get':
      case 'del':
        return null
      case 'resolve':
        return random.chance(0.5) ? null : `${client}-${++this.#serial}`
      case 'append':
        return `${client}-${++this.#serial};`
      case 'put':
      case 'blind': {
        const value = `${client}-${++this.#serial}`
        return random.chance(this.#options.long) ? `${value}${'~'.repeat(random.between(...LONG_VALUE))}` : value
      }
    }
  }

  #draw(kind: Kind, key: string, random: Random): Readonly<Record<string, string>> {
    const { n, wanted, stale } = this.#options
    const options: Record<string, string> = {}
    if (kind === 'blind') options.blind = 'on'
    const contexts = this.#contexts.get(key)
    if (contexts !== undefined && (kind === 'put' || kind === 'del') && random.chance(stale)) options.context = random.pick(contexts)
    if (random.chance(wanted)) {
      if (TAKES_R.includes(kind) && random.chance(0.6)) options.r = String(random.between(1, n))
      if (kind !== 'get' && random.chance(0.6)) options.w = String(random.between(1, n))
      if (random.chance(0.3)) options.quorum = random.pick(['sloppy', 'strict'])
    }
    return options
  }
}
