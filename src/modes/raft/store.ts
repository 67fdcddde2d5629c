/**
 * The replicated state machine: keys and values, and the client sessions that make a retried request count once
 * (dissertation §6.3). Deterministic: no clock, no randomness; equal logs give equal stores.
 */
import type { EndpointId } from '../../machine/contract.ts'
import { compute, isDecimal } from '../../machine/decimal.ts'
import { MAX_VALUE_BYTES, type OperationValue, utf8Length } from '../limits.ts'
import type { Command, WriteKind } from './entry.ts'
import type { ReplyStatus } from './messages.ts'

export interface StoreResult {
  readonly status: ReplyStatus
  /** add, mul, append: the new value; conflict: the value that was there; otherwise null. */
  readonly value: string | null
  /** open: the new session; otherwise 0. */
  readonly session: number
}

export interface Session {
  readonly client: EndpointId
  /** The last request applied, and what it was answered. */
  readonly serial: number
  readonly result: StoreResult | null
}

export interface Applied {
  /** Null: nothing to answer (a no-op, or a request older than the session's last). */
  readonly result: StoreResult | null
  /** The session that had to go for a new one. */
  readonly expired: { readonly session: number; readonly client: EndpointId } | null
}

/** FNV-1a. */
const CHAIN_START = 0x811c9dc5
/** Answers to appends grow long; their length and end tell them apart. */
const DIGESTED_TAIL = 64

const NOTHING: Applied = { result: null, expired: null }

export class Store {
  private readonly values = new Map<string, string>()
  /** Least recently used first: a Map keeps insertion order, and use inserts anew. Order comes from the log alone. */
  private readonly sessions = new Map<number, Session>()
  /** Over every change of the table, in order: so it covers who is used least recently too. */
  private chain = CHAIN_START
  private readonly maxSessions: number
  /** The `no-sessions` bug: every copy of a request runs. */
  private readonly repeats: boolean

  constructor(maxSessions: number, repeats: boolean) {
    this.maxSessions = maxSessions
    this.repeats = repeats
  }

  get sessionCount(): number {
    return this.sessions.size
  }

  /** Equal for stores that applied the same entries. */
  get sessionDigest(): string {
    return (this.chain >>> 0).toString(16).padStart(8, '0')
  }

  read(key: string): string | null {
    return this.values.get(key) ?? null
  }

  session(id: number): Session | null {
    return this.sessions.get(id) ?? null
  }

  apply(index: number, command: Command): Applied {
    switch (command.kind) {
      case 'noop':
        return NOTHING
      case 'open':
        return this.open(index, command.client)
      case 'write':
        return this.write(command)
    }
  }

  private open(index: number, client: EndpointId): Applied {
    let expired: Applied['expired'] = null
    const oldest = this.sessions.entries().next()
    if (this.sessions.size >= this.maxSessions && !oldest.done) {
      const [session, { client: owner }] = oldest.value
      this.sessions.delete(session)
      this.changed(`expired ${session}`)
      expired = { session, client: owner }
    }
    this.remember(index, { client, serial: 0, result: null })
    return { result: { status: 'ok', value: null, session: index }, expired }
  }

  private write(command: Extract<Command, { kind: 'write' }>): Applied {
    const session = this.sessions.get(command.session)
    if (session === undefined) return { result: { status: 'expired', value: null, session: 0 }, expired: null }
    this.sessions.delete(command.session)
    const repeated = command.serial <= session.serial && !this.repeats
    const result = repeated ? session.result : this.run(command.f, command.key, command.value)
    this.remember(command.session, repeated ? session : { ...session, serial: command.serial, result })
    // An older serial has no reader any more: its client went on to the next.
    return { result: repeated && command.serial < session.serial ? null : result, expired: null }
  }

  private remember(id: number, session: Session): void {
    const { client, serial, result } = session
    this.sessions.set(id, session)
    this.changed(`${id} ${client} ${serial} ${result?.status} ${result?.value?.length} ${result?.value?.slice(-DIGESTED_TAIL)}`)
  }

  private changed(text: string): void {
    let chain = this.chain
    for (let i = 0; i < text.length; i++) chain = Math.imul(chain ^ text.charCodeAt(i), 0x01000193)
    this.chain = chain
  }

  /** Beside every session: whoever calls it must know that it may run. */
  run(f: WriteKind, key: string, value: OperationValue): StoreResult {
    const before = this.values.get(key) ?? null
    switch (f) {
      case 'put':
        return this.set(key, String(value), null)
      case 'del':
        this.values.delete(key)
        return answer('ok')
      case 'cas': {
        const [old, next] = value as readonly [string | null, string | null]
        if (before !== old) return answer('conflict', before)
        if (next !== null) return this.set(key, next, null)
        this.values.delete(key)
        return answer('ok')
      }
      case 'append': {
        const joined = (before ?? '') + String(value)
        return this.set(key, joined, joined)
      }
      case 'add':
      case 'mul':
        return this.calculate(f, key, before ?? '0', String(value))
    }
  }

  private calculate(f: 'add' | 'mul', key: string, before: string, operand: string): StoreResult {
    if (!isDecimal(before) || !isDecimal(operand)) return answer('not-a-number')
    const after = compute(before, f, operand)
    return after === null ? answer('too-large') : this.set(key, after, after)
  }

  private set(key: string, value: string, told: string | null): StoreResult {
    if (utf8Length(value) > MAX_VALUE_BYTES) return answer('too-large')
    this.values.set(key, value)
    return answer('ok', told)
  }
}

function answer(status: ReplyStatus, value: string | null = null): StoreResult {
  return { status, value, session: 0 }
}
