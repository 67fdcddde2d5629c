/**
 * What comes from outside is untrusted: each reader answers the value rebuilt from what it checked, or undefined. (Null is a value:
 * a tombstone, an absent context.)
 */
import { fits, MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../limits.ts'
import { isInOrder, normal } from './versions/causality.ts'
import type { Causality, Clock, Copy, Dot, Version } from './versions.ts'

export type Reader<T> = (raw: unknown) => T | undefined

/** Repairs bring more siblings than clients may make; what is beyond any of this is junk. */
const MOST_ACTORS = 1_024
const MOST_DOTS = 8_192
const MOST_VERSIONS = 8_192

/** Nearly every copy has some of each: one of them does for all, since none changes. */
const EMPTY_LIST: readonly never[] = []
const EMPTY_CLOCK: Clock = {}

/** The fields of a body, whatever they are; undefined for what has none. */
export function readFields(raw: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Readonly<Record<string, unknown>>) : undefined
}

export function readText(raw: unknown, most = 1_000): string | undefined {
  return typeof raw === 'string' && raw.length <= most ? raw : undefined
}

/** Zero or more. */
export function readCount(raw: unknown): number | undefined {
  return typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? raw : undefined
}

export function readFlag(raw: unknown): boolean | undefined {
  return typeof raw === 'boolean' ? raw : undefined
}

export function readOneOf<const T extends string>(raw: unknown, words: readonly T[]): T | undefined {
  return words.find((word) => word === raw)
}

/** An endpoint: `n3`, `c0`. */
export function readEndpoint(raw: unknown): string | undefined {
  return typeof raw === 'string' && /^[a-z]\d{1,9}$/.test(raw) ? raw : undefined
}

export function readKey(raw: unknown): string | undefined {
  return typeof raw === 'string' && fits(raw, MAX_KEY_BYTES) ? raw : undefined
}

/** A text, or null for a tombstone. */
export function readValue(raw: unknown): string | null | undefined {
  if (raw === null) return null
  return typeof raw === 'string' && fits(raw, MAX_VALUE_BYTES) ? raw : undefined
}

/** The name of a write: `c1.4`. */
export function readOp(raw: unknown): string | undefined {
  return typeof raw === 'string' && /^[a-z]\d{1,9}(\.\d{1,15}){1,3}$/.test(raw) ? raw : undefined
}

/** Who mints events: `n4`, `n4.2`, `n4.2.1`. Never the name of anything that all objects have. */
export function readActor(raw: unknown): string | undefined {
  return typeof raw === 'string' && /^[a-z]\d{1,9}(\.\d{1,9}){0,3}$/.test(raw) ? raw : undefined
}

export function readNull<T>(raw: unknown, read: Reader<T>): T | null | undefined {
  return raw === null ? null : read(raw)
}

/** All of it, or undefined if one is wrong. */
export function readList<T>(raw: unknown, read: Reader<T>, most: number): readonly T[] | undefined {
  if (!Array.isArray(raw) || raw.length > most) return undefined
  if (raw.length === 0) return EMPTY_LIST
  const list: T[] = []
  for (const one of raw) {
    const item = read(one)
    if (item === undefined) return undefined
    list.push(item)
  }
  return list
}

export function readPair<A, B>(raw: unknown, first: Reader<A>, second: Reader<B>): readonly [A, B] | undefined {
  if (!Array.isArray(raw) || raw.length !== 2) return undefined
  const [a, b] = [first(raw[0]), second(raw[1])]
  return a === undefined || b === undefined ? undefined : [a, b]
}

export function readDot(raw: unknown): Dot | undefined {
  const fields = readFields(raw)
  const [actor, n] = [readActor(fields?.actor), readCount(fields?.n)]
  return actor === undefined || n === undefined || n === 0 ? undefined : { actor, n }
}

export function readClock(raw: unknown): Clock | undefined {
  const fields = readFields(raw)
  if (fields === undefined) return undefined
  const names = Object.keys(fields)
  if (names.length > MOST_ACTORS) return undefined
  if (names.length === 0) return EMPTY_CLOCK
  const clock: Record<string, number> = {}
  for (const name of names) {
    const [actor, n] = [readActor(name), readCount(fields[name])]
    if (actor === undefined || n === undefined) return undefined
    if (n > 0) clock[actor] = n
  }
  return clock
}

/** In the one way that a set of events is written, so that equal sets have equal digests. */
export function readCausality(raw: unknown): Causality | undefined {
  const fields = readFields(raw)
  const clock = readClock(fields?.clock)
  const dots = readList(fields?.dots, readDot, MOST_DOTS)
  if (clock === undefined || dots === undefined) return undefined
  // As nodes send it, it nearly always is.
  return dots.length === 0 && isInOrder(clock) ? { clock, dots } : normal(new Map(Object.entries(clock)), dots)
}

export function readVersion(raw: unknown): Version | undefined {
  const fields = readFields(raw)
  if (fields === undefined) return undefined
  const [dot, clock, op, value] = [readDot(fields.dot), readClock(fields.clock), readOp(fields.op), readValue(fields.value)]
  const { wallMs } = fields
  if (dot === undefined || clock === undefined || op === undefined || value === undefined) return undefined
  return typeof wallMs === 'number' && Number.isFinite(wallMs) ? { dot, clock, value, op, wallMs } : undefined
}

export function readCopy(raw: unknown): Copy | undefined {
  const fields = readFields(raw)
  const [seen, versions] = [readCausality(fields?.seen), readList(fields?.versions, readVersion, MOST_VERSIONS)]
  return seen === undefined || versions === undefined ? undefined : { seen, versions }
}
