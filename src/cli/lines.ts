/** Bytes to lines, one at a time and no faster than they are taken, so that a long script is never held whole. */
import type { Readable } from 'node:stream'
import { UsageError } from '../lab/usage-error.ts'

/** A command holds a value of 64 kB at most. Characters. */
const MAX_LINE = 1_000_000

/** Line ends are LF or CR LF; a last line without one counts. */
export async function* readLines(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.replace(/\r$/, '')
    if (rest.length > MAX_LINE) throw new UsageError(`a line of more than ${MAX_LINE} characters`)
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}

export async function readAll(input: Readable): Promise<string> {
  const lines: string[] = []
  for await (const line of readLines(input)) lines.push(line)
  return `${lines.join('\n')}\n`
}
