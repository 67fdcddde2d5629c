/** What marking works with and what it answers. */

/** A block of one student: a line of the CSV file. */
export interface MarkRow {
  readonly student: string
  /** The name of the `lab todo` block. */
  readonly block: string
  readonly points: number
  /** The most points there are for it. */
  readonly of: number
  /** Why not all points: the first failing line, with file, line and text. Null for all points. */
  readonly failed: string | null
  /** What the student ticked above the block, and whether it was right; empty where the key asks nothing. */
  readonly prediction: string
  /** Under which the lab ran; null if it did not. */
  readonly seed: string | null
}

/** A line of a file that a person wrote, from 1. */
export interface Place {
  readonly file: string
  readonly line: number
}

export function placeText({ file, line }: Place): string {
  return `${file}:${line}`
}

const LONGEST = 300

/** One line of bounded length without control characters, for a cell or a terminal: it may hold what a student wrote. */
export function oneLine(text: string): string {
  const flat = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return flat.length > LONGEST ? `${flat.slice(0, LONGEST - 1)}…` : flat
}
