/** What an operation asks of the store, after everything typed was looked at; or in one line why it cannot be. */
import type { Operation } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import { fits, MAX_VALUE_BYTES, tooLarge } from '../limits.ts'
import type { Wanted } from './client-protocol.ts'
import { decodeContext, type Held } from './context.ts'
import type { DynamoOptions } from './settings.ts'

/** Where the context of a write comes from. `fresh`: it reads first. */
export type ContextOf = { readonly from: 'session' | 'nothing' | 'fresh' } | { readonly from: 'text'; readonly held: Held }

export type Plan =
  | { readonly kind: 'get'; readonly wanted: Wanted }
  | { readonly kind: 'put'; readonly wanted: Wanted; readonly value: string | null; readonly context: ContextOf }
  /** Reads, makes a value of what it found, and writes that with the context read. Null: the union of the siblings. */
  | { readonly kind: 'append'; readonly wanted: Wanted; readonly text: string }
  | { readonly kind: 'resolve'; readonly wanted: Wanted; readonly text: string | null }
  | { readonly kind: 'join'; readonly seed: string | null }
  | { readonly kind: 'leave' }

export interface Refused {
  readonly kind: 'refused'
  readonly code: 'too-large' | 'bad-context' | 'malformed' | 'unsupported'
  readonly why: string
}

export const OPERATIONS = ['put', 'get', 'del', 'append', 'resolve', 'join', 'leave'] as const

export const UNSUPPORTED: Readonly<Record<string, string>> = {
  cas: 'no node may decide alone what the value is: get, then put with the context read',
  add: 'two sides of a partition would count from one value and lose a sum: append, or get and put',
  mul: 'two sides of a partition would count from one value and lose a product: get and put',
}

const TAKES: Readonly<Record<(typeof OPERATIONS)[number], readonly string[]>> = {
  get: ['r', 'quorum'],
  put: ['w', 'quorum', 'blind', 'context'],
  del: ['r', 'w', 'quorum', 'blind', 'context'],
  append: ['r', 'w', 'quorum'],
  resolve: ['r', 'w', 'quorum'],
  join: [],
  leave: [],
}

export function planOf({ f, key, value, options: typed = {} }: Operation, options: DynamoOptions): Plan | Refused {
  if (tooLarge(key, value)) return TOO_LARGE
  if (Object.hasOwn(UNSUPPORTED, f)) return refused('unsupported', `${f}: ${UNSUPPORTED[f]}`)
  const name = OPERATIONS.find((operation) => operation === f)
  if (name === undefined) return refused('unsupported', `dynamo has no operation ${f}`)
  const stranger = Object.keys(typed).find((option) => !TAKES[name].includes(option))
  if (stranger !== undefined) return refused('malformed', `${f} takes no option ${stranger}`)
  if (typeof value === 'object' && value !== null) return notAValue(f)
  const wanted = wantedOf(typed, options)
  if (typeof wanted === 'string') return refused('malformed', wanted)
  switch (name) {
    case 'get':
      return { kind: 'get', wanted }
    case 'put':
    case 'del': {
      if ((value === null) !== (name === 'del')) return notAValue(f)
      const context = contextOf(key, typed, name)
      return 'code' in context ? context : { kind: 'put', wanted, value, context }
    }
    case 'append':
      return value === null ? notAValue(f) : { kind: 'append', wanted, text: value }
    case 'resolve':
      return { kind: 'resolve', wanted, text: value }
    case 'join':
    case 'leave':
      return memberPlan(name, key, value)
  }
}

function memberPlan(kind: 'join' | 'leave', node: string, seed: string | null): Plan | Refused {
  if (!isNode(node)) return refused('malformed', `${node} is no node`)
  if (kind === 'leave') return seed === null ? { kind } : notAValue(kind)
  return seed === null || isNode(seed) ? { kind, seed } : refused('malformed', `${seed} is no node`)
}

/** A delete without a context would erase what nobody has seen, so it looks first. */
function contextOf(key: string, typed: Readonly<Record<string, string>>, f: 'put' | 'del'): ContextOf | Refused {
  const { blind = 'off', context: text } = typed
  if (blind !== 'off' && text !== undefined) return refused('malformed', 'blind means without a context: give one or the other')
  if (blind !== 'off') return { from: 'nothing' }
  if (text === undefined) return { from: f === 'del' ? 'fresh' : 'session' }
  const held = decodeContext(key, text)
  return held === null ? refused('bad-context', 'this context is not of this key, or not whole') : { from: 'text', held }
}

function wantedOf(typed: Readonly<Record<string, string>>, { n }: DynamoOptions): Wanted | string {
  const wanted: { r?: number; w?: number; quorum?: 'sloppy' | 'strict' } = {}
  for (const name of ['r', 'w'] as const) {
    const text = typed[name]
    if (text === undefined) continue
    if (!/^[1-9]\d{0,5}$/.test(text) || Number(text) > n) return `${name}=${text}: expected 1 to ${n}, for n=${n}`
    wanted[name] = Number(text)
  }
  const { quorum } = typed
  if (quorum === undefined) return wanted
  if (quorum !== 'sloppy' && quorum !== 'strict') return `quorum=${quorum}: expected sloppy or strict`
  return { ...wanted, quorum }
}

/** Elements parted by commas, of all the texts, each once: an add survives whoever made it, and a removal may be undone (§4.4). */
export function unionOf(values: readonly string[]): string {
  return values.length === 1
    ? (values[0] ?? '')
    : [...new Set(values.flatMap((value) => value.split(',')))].filter(Boolean).sort().join(',')
}

export const TOO_LARGE: Refused = refused('too-large', 'keys take 256 bytes and values 64 kB')

export function isTooLong(value: string): boolean {
  return !fits(value, MAX_VALUE_BYTES)
}

function notAValue(f: string): Refused {
  return refused('malformed', `not a value for ${f}`)
}

function refused(code: Refused['code'], why: string): Refused {
  return { kind: 'refused', code, why }
}
