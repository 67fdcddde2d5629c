import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Lineage } from '../machine/contract.ts'
import { BadHistory } from './bad-history.ts'
import type { FaultEvent, HistoryEvent } from './types.ts'

/** A history as a file tells it. */
export interface LoadedHistory {
  readonly events: readonly HistoryEvent[]
  readonly faults: readonly FaultEvent[]
  /** The file's line of each event, from 1. */
  readonly lines: readonly number[]
}

const TYPES = ['invoke', 'ok', 'fail', 'info'] as const
const MAX_EVENTS = 20_000_000
const NS_PER_MS = 1_000_000

/**
 * Reads a JSON Lines history as a stream. Lines of a process that is no number (a nemesis) are left out. A history without
 * times gets its line numbers as milliseconds. `bytes`: only so many, one at least, of a file that grows. Rejects with BadHistory, which names file and line.
 */
export async function loadHistory(path: string, bytes = Number.POSITIVE_INFINITY): Promise<LoadedHistory> {
  const events: HistoryEvent[] = []
  const faults: FaultEvent[] = []
  const lines: number[] = []
  const file = createReadStream(path, { encoding: 'utf8', end: bytes - 1 })
  // readline does not pass on the stream's errors, so a missing file would read as an empty history.
  const failed = new Promise<never>((_, reject) => {
    file.once('error', (cause) =>
      reject(new BadHistory(0, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? cause.message})`, path)),
    )
  })
  const read = readLines(file, path, (entry, line) => {
    if (entry.type === 'fault') {
      faults.push(entry)
      return
    }
    events.push(entry)
    lines.push(line)
  })
  await Promise.race([read, failed])
  return { events, faults, lines }
}

async function readLines(
  file: ReturnType<typeof createReadStream>,
  path: string,
  keep: (entry: HistoryEvent | FaultEvent, line: number) => void,
) {
  let line = 0
  for await (const text of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    if (line > MAX_EVENTS) throw new BadHistory(line, `more than ${MAX_EVENTS} lines`, path)
    const entry = parseHistoryLine(text, line, path)
    if (entry !== null) keep(entry, line)
  }
}

/** One line; null for an empty line or one that is no client's. Throws BadHistory. */
export function parseHistoryLine(text: string, line: number, file?: string): HistoryEvent | FaultEvent | null {
  if (text.trim() === '') return null
  const bad = (why: string) => new BadHistory(line, why, file)
  const fields = parseObject(text, bad)
  const { process, type, f, key, value, time = line * NS_PER_MS, client, node, error, was, lineage } = fields
  if (typeof time !== 'number' || !Number.isFinite(time)) throw bad('time must be a number of nanoseconds')
  if (type === 'fault') return { type, time, text: typeof fields.text === 'string' ? fields.text : '' }
  if (typeof process === 'string' || (typeof process === 'number' && process < 0)) return null
  if (typeof process !== 'number' || !Number.isSafeInteger(process)) throw bad('process must be an integer')
  const known = TYPES.find((name) => name === type)
  if (known === undefined) throw bad(`type must be one of ${TYPES.join(', ')}`)
  if (typeof f !== 'string') throw bad('f must be a word')
  return {
    process,
    type: known,
    f,
    key: keyOf(key, bad),
    value: value === undefined ? null : value,
    time,
    ...(typeof client === 'string' ? { client } : {}),
    ...(typeof node === 'string' ? { node } : {}),
    ...(typeof error === 'string' ? { error } : {}),
    ...(typeof was === 'string' || was === null ? { was } : {}),
    ...(lineage === undefined ? {} : { lineage: lineageOf(lineage, bad) }),
  }
}

function parseObject(text: string, bad: (why: string) => BadHistory): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw bad('not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw bad('not a JSON object')
  return parsed as Record<string, unknown>
}

function lineageOf(given: unknown, bad: (why: string) => BadHistory): Lineage {
  if (typeof given !== 'object' || given === null) throw bad('lineage must be an object')
  const { made, over, seen } = given as Record<string, unknown>
  if (made !== undefined && typeof made !== 'string') throw bad('lineage.made must be the name of a write')
  return {
    ...(made === undefined ? {} : { made }),
    ...(over === undefined ? {} : { over: namesOf('over', over, bad) }),
    ...(seen === undefined ? {} : { seen: namesOf('seen', seen, bad) }),
  }
}

function namesOf(field: string, given: unknown, bad: (why: string) => BadHistory): readonly string[] {
  if (!Array.isArray(given) || !given.every((name) => typeof name === 'string'))
    throw bad(`lineage.${field} must be a list of names of writes`)
  return given
}

function keyOf(key: unknown, bad: (why: string) => BadHistory): string | null {
  if (key === undefined || key === null) return null
  if (typeof key === 'string') return key
  if (typeof key === 'number') return String(key)
  throw bad('key must be a word or null')
}
