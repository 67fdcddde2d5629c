/**
 * What a load client asks next. Pure and seeded. Every value is written once in a run, so that a checker can tell from a value
 * alone which write it came from: it names the client, which load of the run this is, and a number that never comes again.
 */
import { assert } from '../machine/assert.ts'
import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { type Random, seeded } from '../machine/random.ts'

export interface WorkloadOptions {
  readonly client: EndpointId
  readonly keys: number
  /** Weights by operation: `get put del cas add mul append`. */
  readonly mix: Readonly<Record<string, number>>
  readonly seed: string
  /** Which load of this run it is, from 1: a second `load start` must not write the first one's values again. */
  readonly epoch: number
}

export interface Choice {
  readonly f: string
  readonly key: string
  readonly value: string | readonly [string | null, string | null] | null
}

/** Text, numbers and lists live under keys of their own, or most operations would be refused for their type. */
type Family = 'k' | 'sum' | 'list'

const FAMILY: Readonly<Record<string, Family>> = { put: 'k', del: 'k', cas: 'k', add: 'sum', mul: 'sum', append: 'list' }
/** A list is left for a fresh one before it meets the limit of a value. */
const APPENDS_A_LIST = 200
/** Products must stay within a decimal's digits however long the load runs. */
const FACTORS = ['-1', '1'] as const

export class Workload {
  readonly #options: WorkloadOptions
  readonly #random: Random
  readonly #operations: readonly (readonly [f: string, weight: number])[]
  readonly #read: readonly (readonly [Family, number])[]
  /** The newest value this client saw under a key, for cas. */
  readonly #seen = new Map<string, string | null>()
  #writes = 0
  #appends = 0

  constructor(options: WorkloadOptions) {
    const { mix, seed, client, epoch } = options
    this.#options = options
    this.#random = seeded(`${seed}/load/${epoch}/${client}`)
    this.#operations = Object.entries(mix).filter(([, weight]) => weight > 0)
    assert(this.#operations.length > 0, 'a load needs an operation with a weight')
    this.#read = weighFamilies(this.#operations)
  }

  next(): Choice {
    const f = this.#pick(this.#operations)
    const family = FAMILY[f] ?? this.#pick(this.#read)
    const key = this.#key(family)
    switch (f) {
      case 'put':
        return { f, key, value: this.#unique() }
      case 'cas':
        return { f, key, value: [this.#seen.get(key) ?? null, this.#unique()] }
      case 'add':
        return { f, key, value: String(this.#random.between(1, 9)) }
      case 'mul':
        return { f, key, value: this.#random.pick(FACTORS) }
      case 'append':
        return { f, key, value: `${this.#unique()};` }
      default:
        return { f, key, value: null }
    }
  }

  /** What came of it: the next cas starts from the newest value known. */
  learn({ f, key, value }: Choice, { outcome, value: answer, was }: OperationResult): void {
    if (was !== undefined) this.#seen.set(key, was)
    else if (outcome !== 'ok') return
    else if (f === 'get' && answer !== undefined) this.#seen.set(key, answer)
    else if (f === 'put' && typeof value === 'string') this.#seen.set(key, value)
    else if (f === 'del') this.#seen.set(key, null)
    else if (f === 'cas' && typeof value === 'object' && value !== null) this.#seen.set(key, value[1])
  }

  #key(family: Family): string {
    const number = this.#random.between(1, this.#options.keys)
    if (family !== 'list') return `${family}${number}`
    return `list${number}-${Math.floor(this.#appends++ / APPENDS_A_LIST)}`
  }

  #unique(): string {
    this.#writes++
    return `${this.#options.client}.${this.#options.epoch}.${this.#writes}`
  }

  #pick<T>(weighted: readonly (readonly [T, number])[]): T {
    let rest = this.#random.next() * weighted.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [item, weight] of weighted) {
      rest -= weight
      if (rest < 0) return item
    }
    const last = weighted.at(-1)
    assert(last !== undefined, 'a choice needs something to choose from')
    return last[0]
  }
}

/** Reads go where writes go, in the same proportion; without writes to the text keys. */
function weighFamilies(operations: readonly (readonly [string, number])[]): (readonly [Family, number])[] {
  const weights: (readonly [Family, number])[] = []
  for (const family of ['k', 'sum', 'list'] as const) {
    const weight = operations.reduce((sum, [f, w]) => sum + (FAMILY[f] === family ? w : 0), 0)
    if (weight > 0) weights.push([family, weight])
  }
  return weights.length > 0 ? weights : [['k', 1]]
}
