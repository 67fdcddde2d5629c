/** JSON Lines as a stream, one object at a time: a run of an hour is read in the memory of a line. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'

export type Fields = Readonly<Record<string, unknown>>

/** What could not be used. A run that was killed leaves one torn line, its last. */
export interface Unread {
  lines: number
}

/** A line longer than this is no event of ours. Characters. */
const LONGEST_LINE = 8_000_000
/** Where the last line of a file is looked for. Bytes. */
const TAIL = 1_000_000

/** Objects in file order; nothing where there is no file. Lines that are no JSON object are left out and counted. */
export async function* readJsonLines(path: string, unread: Unread): AsyncGenerator<Fields, undefined> {
  const file = createReadStream(path, { encoding: 'utf8' })
  // readline does not pass on the stream's errors.
  const opened = await new Promise<boolean>((resolve) => {
    file.once('open', () => resolve(true))
    file.once('error', () => resolve(false))
  })
  if (!opened) return undefined
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    const fields = parseFields(line)
    if (fields === null) unread.lines += 1
    else yield fields
  }
  return undefined
}

/** The `time` of the last whole line, in nanoseconds; 0 where there is none. */
export async function lastTimeNs(path: string): Promise<number> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return 0
  try {
    const { size } = await file.stat()
    const length = Math.min(size, TAIL)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('utf8').split('\n').reverse()
    for (const line of lines) {
      const time = numberOf(parseFields(line)?.time)
      if (time !== null) return time
    }
    return 0
  } finally {
    await file.close()
  }
}

export function parseFields(line: string): Fields | null {
  if (line.length > LONGEST_LINE) return null
  try {
    return fieldsOf(JSON.parse(line))
  } catch {
    return null
  }
}

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
