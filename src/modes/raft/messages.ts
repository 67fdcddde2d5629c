/**
 * Everything nodes and clients say to each other. One-way datagrams that repeat what they answer: any may be lost, delayed,
 * doubled or reordered, and none is paired with another.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { OperationValue } from '../limits.ts'
import { isCount } from './entry.ts'

/** `lost`: the sender is a voter whose disk was lost, which counts for nothing. `life`: which of its lives speaks. */
export type PeerMessage =
  /** `term` is the one it would campaign in; nobody's state changes (dissertation §9.6). */
  | { readonly type: 'pre-vote'; readonly term: number; readonly lastIndex: number; readonly lastTerm: number }
  /** Granted: the asked term. Refused: the refuser's own term, so that a candidate that is behind can catch up. */
  | { readonly type: 'pre-vote-reply'; readonly term: number; readonly granted: boolean }
  | { readonly type: 'vote'; readonly term: number; readonly lastIndex: number; readonly lastTerm: number }
  | { readonly type: 'vote-reply'; readonly term: number; readonly granted: boolean }
  | {
      readonly type: 'append'
      readonly term: number
      readonly prevIndex: number
      readonly prevTerm: number
      readonly commit: number
      /** The bytes of the log records, as stored. */
      readonly entries: readonly Uint8Array[]
    }
  /**
   * ok: the log matches up to `index`. Not ok: it does not match at `index`; it may at `hintIndex`, whose term is `hintTerm`.
   * `last` is the follower's last index.
   */
  | {
      readonly type: 'append-reply'
      readonly term: number
      readonly ok: boolean
      readonly index: number
      readonly hintIndex: number
      readonly hintTerm: number
      readonly last: number
      readonly life: number
      readonly lost: boolean
    }
  /** `round` is the leader's own number, 0 when no answer is wanted (the commit index moved). */
  | { readonly type: 'heartbeat'; readonly term: number; readonly commit: number; readonly round: number }
  | { readonly type: 'heartbeat-reply'; readonly term: number; readonly round: number; readonly life: number; readonly lost: boolean }
  /** A follower asks for a read index; `id` is unique across its lives. */
  | { readonly type: 'read-index'; readonly id: string }
  /** null: whoever was asked cannot say. */
  | { readonly type: 'read-index-reply'; readonly id: string; readonly index: number | null }

export type ClientMessage =
  | { readonly type: 'open'; readonly request: string; readonly attempt: number }
  | {
      readonly type: 'write'
      readonly request: string
      /** Grows with every message of the session, over all its requests: copies of one datagram share it. */
      readonly attempt: number
      /**
       * The life of the node that this attempt is meant for; 0 if the client does not know it yet. No other life may run it: one
       * that came before may have, and a later one cannot know.
       */
      readonly life: number
      readonly session: number
      readonly serial: number
      readonly f: string
      readonly key: string
      readonly value: OperationValue
    }
  | { readonly type: 'read'; readonly request: string; readonly attempt: number; readonly key: string }

export type ReplyStatus = 'ok' | 'conflict' | 'not-a-number' | 'too-large' | 'expired'
export const STATUSES: readonly ReplyStatus[] = ['ok', 'conflict', 'not-a-number', 'too-large', 'expired']
export type RefusalCode = 'no-leader' | 'overloaded' | 'too-large' | 'stepped-down' | 'other-life'
export const REFUSALS: readonly RefusalCode[] = ['no-leader', 'overloaded', 'too-large', 'stepped-down', 'other-life']

/** What a node tells a client. The leader hint carries its term, so that an older hint loses. */
export type NodeReply =
  | {
      readonly type: 'reply'
      readonly request: string
      readonly status: ReplyStatus
      /** get: the value; add, mul, append: the new value; cas conflict: what was there; open: null. */
      readonly value: string | null
      /** For open: the session. */
      readonly session: number
      readonly term: number
      readonly leader: EndpointId | null
      /** Of the node that answers. */
      readonly life: number
    }
  | {
      readonly type: 'refusal'
      readonly request: string
      readonly attempt: number
      readonly code: RefusalCode
      /** True: this attempt will certainly never take effect. */
      readonly definite: boolean
      readonly term: number
      readonly leader: EndpointId | null
      readonly life: number
    }

export type RaftMessage = PeerMessage | ClientMessage | NodeReply

type Shape = Readonly<Record<string, (value: unknown) => boolean>>

const flag = (value: unknown): boolean => typeof value === 'boolean'
/** Longer texts are refused with a reason by the node; these only keep junk out. */
const text = (value: unknown): boolean => typeof value === 'string' && value.length <= 1_000_000
const name = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 128
const maybe =
  (inner: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || inner(value)
const oneOf =
  (words: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && words.includes(value)
const operand = maybe((value) => text(value) || (Array.isArray(value) && value.length === 2 && value.every(maybe(text))))
const MOST_ENTRIES = 65_536
const byteStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MOST_ENTRIES && value.every((item) => item instanceof Uint8Array)

const SHAPES: Readonly<Record<RaftMessage['type'], Shape>> = {
  'pre-vote': { term: isCount, lastIndex: isCount, lastTerm: isCount },
  'pre-vote-reply': { term: isCount, granted: flag },
  vote: { term: isCount, lastIndex: isCount, lastTerm: isCount },
  'vote-reply': { term: isCount, granted: flag },
  append: { term: isCount, prevIndex: isCount, prevTerm: isCount, commit: isCount, entries: byteStrings },
  'append-reply': {
    term: isCount,
    ok: flag,
    index: isCount,
    hintIndex: isCount,
    hintTerm: isCount,
    last: isCount,
    life: isCount,
    lost: flag,
  },
  heartbeat: { term: isCount, commit: isCount, round: isCount },
  'heartbeat-reply': { term: isCount, round: isCount, life: isCount, lost: flag },
  'read-index': { id: name },
  'read-index-reply': { id: name, index: maybe(isCount) },
  open: { request: name, attempt: isCount },
  write: { request: name, attempt: isCount, life: isCount, session: isCount, serial: isCount, f: name, key: text, value: operand },
  read: { request: name, attempt: isCount, key: text },
  reply: {
    request: name,
    status: oneOf(STATUSES),
    value: maybe(text),
    session: isCount,
    term: isCount,
    leader: maybe(name),
    life: isCount,
  },
  refusal: { request: name, attempt: isCount, code: oneOf(REFUSALS), definite: flag, term: isCount, leader: maybe(name), life: isCount },
}

/** Null for anything that is not exactly one of our messages: what comes from outside is never trusted. */
export function parseMessage(value: unknown): RaftMessage | null {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null
  const { type } = value
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null
  const fields = new Map<string, unknown>(Object.entries(value))
  const shape = SHAPES[type as RaftMessage['type']]
  for (const [field, holds] of Object.entries(shape)) if (!holds(fields.get(field))) return null
  return value as RaftMessage
}
