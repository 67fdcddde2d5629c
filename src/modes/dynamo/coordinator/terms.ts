/** What a request asks for, after every field of it was looked at. */
import type { RefusalCode, Wanted } from '../client-protocol.ts'
import type { Body, House } from '../house.ts'
import { readCausality, readKey, readNull, readOp, readValue } from '../shape.ts'
import type { Causality } from '../versions.ts'

export interface Terms {
  readonly r: number
  readonly w: number
  /** Only homes count. */
  readonly strict: boolean
}

export type Request = { readonly key: string; readonly terms: Terms } & (
  | { readonly type: 'put'; readonly value: string | null; readonly op: string; readonly context: Causality | null }
  | { readonly type: 'get' }
)

export type Read =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly code: RefusalCode; readonly why: string }

export function readRequest(house: House, body: Body): Read {
  const { type } = body
  const key = readKey(body.key)
  if (typeof body.key !== 'string' || key === '') return malformed('a request names a key')
  if (key === undefined) return { ok: false, code: 'too-large', why: 'keys take 256 bytes' }
  const terms = termsOf(house, body)
  if (typeof terms === 'string') return malformed(terms)
  if (type === 'get') return { ok: true, request: { type, key, terms } }
  const [value, op, context] = [readValue(body.value), readOp(body.op), readNull(body.context ?? null, readCausality)]
  if (value === undefined && typeof body.value === 'string') return { ok: false, code: 'too-large', why: 'values take 64 kB' }
  if (value === undefined) return malformed('a value is text')
  if (op === undefined) return malformed('a write has a name')
  if (context === undefined) return malformed('the context is not one of ours')
  return { ok: true, request: { type: 'put', key, terms, value, op, context } }
}

/** What the request says, else what the settings say; or why it cannot be. */
function termsOf({ options }: House, body: Body): Terms | string {
  const { r = options.r, w = options.w, quorum = options.quorum } = body as Wanted
  for (const [name, count] of [['r', r] as const, ['w', w] as const]) {
    if (!Number.isInteger(count) || count < 1) return `${name}=${shown(count)}: expected a whole number from 1 on`
    if (count > options.n) return `${name}=${count} is more than n=${options.n}`
  }
  if (quorum !== 'sloppy' && quorum !== 'strict') return 'quorum is sloppy or strict'
  return { r, w, strict: quorum === 'strict' }
}

function shown(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value).slice(0, 20) : typeof value
}

function malformed(why: string): Read {
  return { ok: false, code: 'malformed', why }
}
