/** How long things take before anybody has measured them. All in milliseconds. */
import { unreachable } from '../../machine/assert.ts'
import { innermost } from '../lab.ts'
import type { ParsedCommand } from '../language/ast.ts'
import { DEFAULT_WITHIN_MS } from '../language/expect.ts'
import type { LabBlock } from '../language/lab-types.ts'
import { type Piece, readMarkdown, readSteps } from '../language/markdown.ts'

/** Between two commands, so that the cause is seen before the effect. */
export const PACE_MS = 400
/** Of people who want to understand; novels go twice as fast. */
const WORDS_A_MINUTE = 130
const CHOOSING_MS = 15_000
/** What is expected is mostly so already. */
const SOON_MS = 150
/** Who grants more time than usual expects to need some: of the shipped labs' grants this share is used, and never more than so much. */
const GRANT_SHARE = 0.08
const LONGEST_GRANT_MS = 8_000
/** All copies compared, again and again. */
const LIVE_CHECK_MS = 1_500
const FRESH_CLUSTER_MS = 1_500
const COMMAND_MS = 40

/** From `wait`, `at` and `for`; the rest by rule of thumb. */
export function blockMs({ steps }: LabBlock): number {
  return steps.reduce((sum, { command }) => (command.background ? sum : ended(command, sum)), 0)
}

function ended(command: ParsedCommand, sinceMs: number): number {
  if (command.name === 'at') return ended(innermost(command), Math.max(sinceMs, command.ms))
  return sinceMs + commandMs(command)
}

function commandMs(command: ParsedCommand): number {
  if (command.name === 'wait') return command.ms
  if (command.name === 'reset') return FRESH_CLUSTER_MS
  if (command.name === 'recover') return LIVE_CHECK_MS
  if (command.name !== 'expect') return COMMAND_MS
  const { time } = command.expectation
  if (time === null) return LIVE_CHECK_MS
  if (time.kind === 'for') return time.ms
  return time.ms <= DEFAULT_WITHIN_MS ? SOON_MS : Math.min(LONGEST_GRANT_MS, time.ms * GRANT_SHARE)
}

/**
 * A lesson from its first word to its last check, for somebody who reads all of it. `runMs`: what it takes without a reader. Works on the plain
 * text, since whoever lists many lessons has no time to understand each.
 */
export function lessonMs(text: string, runMs: number): number {
  return readMarkdown(text).reduce((sum, piece) => sum + pieceMs(piece), runMs)
}

function pieceMs(piece: Piece): number {
  switch (piece.kind) {
    case 'front':
      return 0
    case 'heading':
    case 'prose':
      return readingMs(piece.text)
    case 'fence': {
      const [word] = piece.info.split(/\s+/)
      if (word === 'lab') return readSteps(piece).steps.length * PACE_MS
      return readingMs(piece.body.join(' ')) + (word === 'predict' ? CHOOSING_MS : 0)
    }
    default:
      return unreachable(piece)
  }
}

function readingMs(text: string): number {
  return ((text.match(/\S+/g)?.length ?? 0) / WORDS_A_MINUTE) * 60_000
}
