/** What nodes answer, checked: null for anything that is no answer. */
import type { ClientAnswer, Found, RefusalCode, Tally } from './client-protocol.ts'
import type { Body } from './house.ts'
import { readChanges } from './map-history.ts'
import {
  readCausality,
  readCount,
  readEndpoint,
  readFields,
  readFlag,
  readList,
  readNull,
  readOneOf,
  readOp,
  readPair,
  readText,
  readValue,
} from './shape.ts'

const CODES: readonly RefusalCode[] = ['siblings', 'too-large', 'malformed', 'not-here', 'overloaded', 'no-change']
const MOST_NODES = 1_024
const MOST_FOUND = 8_192

export function readAnswer(body: Body): ClientAnswer | null {
  const answer = understood(body)
  const map = readText(body.map)
  if (answer === undefined) return null
  return map === undefined ? answer : { ...answer, map }
}

function understood(body: Body): ClientAnswer | undefined {
  switch (body.type) {
    case 'done':
      return doneOf(body)
    case 'unmet':
      return unmetOf(body)
    case 'refused': {
      const [code, why, maybe] = [readOneOf(body.code, CODES), readText(body.why), readFlag(body.maybe)]
      return code === undefined || why === undefined || maybe === undefined ? undefined : { type: 'refused', code, why, maybe }
    }
    case 'map': {
      const history = readChanges(body.history)
      return history === null ? undefined : { type: 'map', history }
    }
    case 'changed': {
      const node = readEndpoint(body.node)
      return node === undefined ? undefined : { type: 'changed', node }
    }
    default:
      return undefined
  }
}

function doneOf(body: Body): ClientAnswer | undefined {
  const [tally, context] = [tallyOf(body), readCausality(body.context)]
  const versions = readNull(body.versions, (raw) => readList(raw, readFound, MOST_FOUND))
  return tally === undefined || context === undefined || versions === undefined ? undefined : { type: 'done', ...tally, context, versions }
}

function unmetOf(body: Body): ClientAnswer | undefined {
  const [tally, needed, maybe] = [tallyOf(body), readCount(body.needed), readFlag(body.maybe)]
  const missing = readList(body.missing, readEndpoint, MOST_NODES)
  if (tally === undefined || needed === undefined || maybe === undefined || missing === undefined) return undefined
  return { type: 'unmet', ...tally, needed, missing, maybe }
}

function tallyOf(body: Body): Tally | undefined {
  const [node, got, of] = [readEndpoint(body.node), readCount(body.got), readCount(body.of)]
  const standIns = readList(body.standIns, (raw) => readPair(raw, readEndpoint, readEndpoint), MOST_NODES)
  return node === undefined || got === undefined || of === undefined || standIns === undefined ? undefined : { node, got, of, standIns }
}

function readFound(raw: unknown): Found | undefined {
  const fields = readFields(raw)
  const [op, value] = [readOp(fields?.op), readValue(fields?.value)]
  return op === undefined || value === undefined ? undefined : { op, value }
}
