/**
 * What a client holds of a key, as a text to hand around. Opaque: its parts are nobody's business, and its last one says whether it
 * is whole and of this key.
 */

import { readActor, readOp } from './shape.ts'
import { NOTHING, normal } from './versions/causality.ts'
import { Hash64 } from './versions/hash.ts'
import type { Causality, Dot } from './versions.ts'

export interface Held {
  readonly causality: Causality
  /** The writes that made what is held, by name; what those replaced is not listed. */
  readonly ops: readonly string[]
}

export const HOLDS_NOTHING: Held = { causality: NOTHING, ops: [] }

const LONGEST = 65_536

/** `n1:3,n4:1+n1:5~c1.4,c2.1~` and the check: a word without spaces or quotes. */
export function encodeContext(key: string, { causality, ops }: Held): string {
  const clock = Object.entries(causality.clock).map(([actor, n]) => `${actor}:${n}`)
  const dots = causality.dots.map(({ actor, n }) => `${actor}:${n}`)
  const text = `${clock.join(',')}+${dots.join(',')}~${ops.join(',')}`
  return `${text}~${checkOf(key, text)}`
}

/** Null for garbage, and for the context of another key. */
export function decodeContext(key: string, text: string): Held | null {
  const end = text.lastIndexOf('~')
  if (end < 0 || text.length > LONGEST) return null
  const whole = text.slice(0, end)
  if (text.slice(end + 1) !== checkOf(key, whole)) return null
  const [events = '', names = '', ...more] = whole.split('~')
  const [clockText = '', dotText = '', ...others] = events.split('+')
  const [clock, dots, ops] = [readDots(clockText), readDots(dotText), words(names)]
  if (more.length > 0 || others.length > 0 || clock === null || dots === null || ops.some((op) => readOp(op) === undefined)) return null
  return { causality: normal(new Map(clock.map(({ actor, n }) => [actor, n])), dots), ops }
}

function readDots(text: string): readonly Dot[] | null {
  const dots: Dot[] = []
  for (const word of words(text)) {
    const [actor = '', count = ''] = word.split(':')
    if (readActor(actor) === undefined || !/^[1-9]\d{0,15}$/.test(count)) return null
    dots.push({ actor, n: Number(count) })
  }
  return dots
}

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(',')
}

function checkOf(key: string, text: string): string {
  const hash = new Hash64()
  hash.begin()
  hash.text(key)
  hash.text(text)
  return hash.hex
}
