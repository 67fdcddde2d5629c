/** A line and a cursor in it (UTF-16 index, always between graphemes). Pure: each function answers a new buffer. */

export interface Buffer {
  readonly line: string
  readonly cursor: number
}

/** Enough for a command with a value of 64 kB in the widest UTF-8. Characters. */
const MAX_LINE = 80_000
/** No grapheme that people type is longer; looking at the whole line for each key would make a long paste slow. */
const WINDOW = 64

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff
}

export function before(line: string, cursor: number): number {
  if (cursor <= 0) return 0
  let from = Math.max(0, cursor - WINDOW)
  if (isLowSurrogate(line, from)) from++
  let last = from
  for (const { index } of graphemes.segment(line.slice(from, cursor))) last = from + index
  return last
}

export function after(line: string, cursor: number): number {
  if (cursor >= line.length) return line.length
  const first = graphemes.segment(line.slice(cursor, cursor + WINDOW)).containing(0)
  return cursor + (first?.segment.length ?? 1)
}

export function wordBefore(line: string, cursor: number): number {
  const head = line.slice(0, cursor)
  return /\S*\s*$/.exec(head)?.index ?? 0
}

export function wordAfter(line: string, cursor: number): number {
  const tail = /^\s*\S*/.exec(line.slice(cursor))
  return cursor + (tail?.[0].length ?? 0)
}

/** Control characters cannot stand in a command; a tab becomes a blank. */
export function insert({ line, cursor }: Buffer, text: string): Buffer {
  const clean = text.replace(/\t/g, ' ').replace(/[\x00-\x1f\x7f-\x9f]/g, '')
  let room = clean.slice(0, Math.max(0, MAX_LINE - line.length))
  if (room.length < clean.length && isLowSurrogate(clean, room.length)) room = room.slice(0, -1)
  return { line: line.slice(0, cursor) + room + line.slice(cursor), cursor: cursor + room.length }
}

export function remove({ line }: Buffer, from: number, to: number): Buffer {
  return { line: line.slice(0, from) + line.slice(to), cursor: from }
}
