/**
 * What stands in the `log` stream: hard states and entries, in one order, so that a recovered term is never behind an
 * acknowledged entry. An entry is encoded once; the record's bytes are the bytes followers get. A later entry with an index
 * that is already there replaces it and all behind it: truncation needs no record of its own.
 */
import { decode, encode } from '../../machine/codec.ts'
import type { EndpointId } from '../../machine/contract.ts'
import type { OperationValue } from '../limits.ts'

export type WriteKind = 'put' | 'del' | 'cas' | 'add' | 'mul' | 'append'
export const WRITES: readonly WriteKind[] = ['put', 'del', 'cas', 'add', 'mul', 'append']

export type Command =
  /** Starts a leader's term (§8). */
  | { readonly kind: 'noop' }
  /** Opens a session; its id is this entry's index (dissertation §6.3). */
  | { readonly kind: 'open'; readonly client: EndpointId }
  | {
      readonly kind: 'write'
      readonly client: EndpointId
      readonly session: number
      readonly serial: number
      readonly f: WriteKind
      readonly key: string
      readonly value: OperationValue
    }

export interface DecodedEntry {
  readonly index: number
  readonly term: number
  readonly command: Command
  readonly bytes: Uint8Array
}

export type LogRecord =
  | { readonly kind: 'entry'; readonly entry: DecodedEntry }
  | { readonly kind: 'hard'; readonly term: number; readonly vote: EndpointId | null }
  /** This voter lost a disk on which it had made promises. */
  | { readonly kind: 'lost' }

export function encodeHard(term: number, vote: EndpointId | null): Uint8Array {
  return encode(['hard', term, vote])
}

export function encodeLost(): Uint8Array {
  return encode(['lost'])
}

export function encodeEntry(index: number, term: number, command: Command): DecodedEntry {
  return { index, term, command, bytes: encode([index, term, command.kind, ...fields(command)]) }
}

function fields(command: Command): unknown[] {
  switch (command.kind) {
    case 'noop':
      return []
    case 'open':
      return [command.client]
    case 'write':
      return [command.client, command.session, command.serial, command.f, command.key, command.value]
  }
}

/** Null for bytes that are not a record of ours; the caller decides whether that is bad input or damage. */
export function decodeRecord(bytes: Uint8Array): LogRecord | null {
  const parts = unpack(bytes)
  if (parts === null) return null
  if (parts[0] === 'lost') return { kind: 'lost' }
  if (parts[0] === 'hard') {
    const [, term, vote] = parts
    return isCount(term) && (vote === null || typeof vote === 'string') ? { kind: 'hard', term, vote } : null
  }
  const [index, term, kind, ...rest] = parts
  if (!isCount(index) || index === 0 || !isCount(term) || term === 0) return null
  const command = decodeCommand(kind, rest)
  return command === null ? null : { kind: 'entry', entry: { index, term, command, bytes } }
}

function unpack(bytes: Uint8Array): unknown[] | null {
  try {
    const value = decode(bytes)
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function decodeCommand(kind: unknown, rest: unknown[]): Command | null {
  const [client, session, serial, f, key, value] = rest
  if (kind === 'noop') return { kind }
  if (typeof client !== 'string') return null
  if (kind === 'open') return { kind, client }
  if (kind !== 'write' || !isCount(session) || !isCount(serial) || typeof key !== 'string') return null
  const write = WRITES.find((name) => name === f)
  return write !== undefined && isOperand(write, value) ? { kind, client, session, serial, f: write, key, value } : null
}

/** Whether the value has the shape that this operation takes. */
export function isOperand(f: WriteKind, value: unknown): value is OperationValue {
  switch (f) {
    case 'del':
      return value === null
    case 'cas':
      return Array.isArray(value) && value.length === 2 && value.every((side) => side === null || typeof side === 'string')
    case 'put':
    case 'add':
    case 'mul':
    case 'append':
      return typeof value === 'string'
  }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
