/**
 * Whether an event from a file has the fields that its type promises, for whoever did not write it: an older version did, or nobody. Fields that
 * nobody draws, and types that nobody knows, are let be.
 */
import type { LabEvent } from '../history/types.ts'
import { isNotice, isSample, type NoticeType, type SampleType } from './events.ts'

type Shape = (value: unknown) => boolean

/** More nodes than any lab has, and more entries than any strip: who believes any number draws for ever. */
const MOST_NODES = 1_000
const MOST_ENTRIES = 100_000

const text: Shape = (value) => typeof value === 'string'
const number: Shape = (value) => typeof value === 'number' && Number.isFinite(value)
const truth: Shape = (value) => typeof value === 'boolean'
const anything: Shape = () => true

function upTo(most: number): Shape {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
}

function oneOf(...words: readonly string[]): Shape {
  return (value) => typeof value === 'string' && words.includes(value)
}

function maybe(shape: Shape): Shape {
  return (value) => value === null || shape(value)
}

function optional(shape: Shape): Shape {
  return (value) => value === undefined || shape(value)
}

function list(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape)
}

function tuple(...shapes: readonly Shape[]): Shape {
  return (value) => Array.isArray(value) && value.length >= shapes.length && shapes.every((shape, at) => shape(value[at]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  const known = Object.entries(shapes)
  return (value) => isObject(value) && known.every(([name, shape]) => shape(Object.hasOwn(value, name) ? value[name] : undefined))
}

function each(shape: Shape): Shape {
  return (value) => isObject(value) && Object.values(value).every(shape)
}

const health = oneOf('healthy', 'degraded', 'unhealthy')
const fact = fields({ name: text, value: text })
const strip = fields({ from: number, last: number, commit: number, runs: list(tuple(number, upTo(MOST_ENTRIES))) })
const face = fields({
  id: text,
  state: oneOf('starting', 'live', 'asleep', 'dead', 'restarting'),
  role: maybe(text),
  weight: oneOf('lead', 'seek', 'plain', 'none'),
  facts: list(fact),
  strip: maybe(strip),
  rssMb: maybe(number),
  cpuPercent: maybe(number),
  disk: maybe(text),
  clock: maybe(text),
})
const answer = fields({
  status: oneOf('ok', 'fail', 'unknown', 'refused'),
  ms: number,
  code: optional(text),
  text: optional(text),
  value: optional(maybe(text)),
  siblings: optional(list(text)),
  note: optional(text),
  node: optional(text),
})

const SHAPES: Readonly<Record<SampleType | NoticeType, Shape>> = {
  started: fields({
    mode: text,
    nodes: upTo(MOST_NODES),
    seed: number,
    bug: text,
    tolerates: optional(maybe(number)),
    banner: optional(fields({ claim: text, tries: list(text) })),
    observed: optional(fields({ state: health, why: text, since: number })),
  }),
  faces: fields({ ids: list(text), faces: list(face) }),
  cluster: fields({
    leader: maybe(text),
    term: maybe(number),
    facts: maybe(list(fact)),
    predicted: fields({ state: health, uncertain: truth, spare: number, why: text }),
    why: optional(text),
    faults: list(text),
  }),
  tempo: fields({
    ms: number,
    ok: number,
    fail: number,
    info: number,
    p50Ms: maybe(number),
    p99Ms: maybe(number),
    passed: number,
    dropped: number,
    sent: each(number),
  }),
  links: fields({ bent: list(fields({ from: text, to: text, cut: truth, words: text })) }),
  traffic: fields({ ms: number, left: optional(number), links: list(tuple(text, text, number, number)) }),
  messages: fields({ left: number, records: list(tuple(number, text, text, text, text, number)) }),
  invariants: fields({ rows: list(fields({ name: text, holds: maybe(truth), why: text })) }),
  ring: fields({
    ring: maybe(fields({ nodes: list(text), owners: list(number) })),
    keys: list(fields({ key: text, homes: list(text), fallbacks: list(text) })),
  }),
  block: fields({ file: text, line: number, heading: text, status: oneOf('begun', 'passed', 'failed', 'unknown', 'skipped') }),
  health: fields({ which: oneOf('observed', 'predicted'), state: health, why: text, fromNs: optional(number) }),
  fault: fields({ command: optional(text) }),
  undone: fields({ command: optional(text) }),
  command: fields({ author: text }),
  answer: fields({ command: text, author: text, answer: maybe(answer), sinceNs: optional(number) }),
}

const every = fields({ time: number, type: text, text: optional(text) })

/** Null: it is not what its type promises. */
export function eventIn(value: unknown): LabEvent | null {
  if (!every(value)) return null
  const event = value as LabEvent
  const shape = isSample(event.type) || isNotice(event.type) ? SHAPES[event.type] : anything
  return shape(event) ? event : null
}
