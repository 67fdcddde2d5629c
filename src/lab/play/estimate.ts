/** How long things take before anybody has measured them. All in milliseconds. */
import { unreachable } from '../../machine/assert.ts'
import { innermost } from '../lab.ts'
import type { ParsedCommand } from '../language/ast.ts'
import { DEFAULT_WITHIN_MS } from '../language/expect.ts'
import type { LabBlock, LabPart } from '../language/lab-types.ts'

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
/** Every fault undone, every key read, the history judged. */
const CHECKS_MS = 4_000

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
 * A lesson from its first word to its last check, for somebody who reads all of it. `runMs`: how long it takes without a reader, where that was
 * measured; null where it was not.
 */
export function lessonMs(parts: readonly LabPart[], runMs: number | null): number {
  const blocks = parts.flatMap((part) => (part.kind === 'lab' ? [part] : []))
  const running = runMs ?? blocks.reduce((sum, block) => sum + blockMs(block), FRESH_CLUSTER_MS + CHECKS_MS)
  const pacing = blocks.reduce((sum, { steps }) => sum + steps.length * PACE_MS, 0)
  return parts.reduce((sum, part) => sum + partMs(part), running + pacing)
}

/** Reading and choosing. */
function partMs(part: LabPart): number {
  switch (part.kind) {
    case 'heading':
    case 'prose':
      return readingMs(part.text)
    case 'predict':
      return CHOOSING_MS + readingMs([part.question, ...part.choices.map(({ text }) => text), part.because].join(' '))
    case 'lab':
      return 0
    default:
      return unreachable(part)
  }
}

function readingMs(text: string): number {
  return ((text.match(/\S+/g)?.length ?? 0) / WORDS_A_MINUTE) * 60_000
}
