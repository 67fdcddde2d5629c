/** The signs of a lesson, each with its ASCII twin. */
import type { BlockProgress, StepProgress } from '../../lab/play/types.ts'
import type { Style, Tone } from '../style.ts'

export type PlaySign =
  | 'passed'
  | 'failed'
  | 'unknown'
  | 'running'
  | 'waiting'
  | 'here'
  | 'ask'
  | 'answer'
  | 'full'
  | 'empty'
  | 'more'
  | 'dot'

const signs: Readonly<Record<PlaySign, readonly [sign: string, ascii: string]>> = {
  passed: ['✓', '+'],
  failed: ['✗', 'x'],
  unknown: ['?', '?'],
  running: ['…', '~'],
  waiting: ['❯', '>'],
  here: ['▸', '>'],
  ask: ['?', '?'],
  answer: ['→', '->'],
  full: ['█', '#'],
  empty: ['░', '.'],
  more: ['↓', 'v'],
  dot: ['·', '-'],
}

export function playSign(name: PlaySign, style: Style): string {
  return signs[name][style.ascii ? 1 : 0]
}

/** Our own words, where only ASCII can be shown. */
export function wordsIn(text: string, style: Style): string {
  return style.ascii ? text.replaceAll(' · ', ', ').replaceAll('…', '...') : text
}

export const stepLooks: Readonly<Record<StepProgress['status'], { readonly sign: PlaySign; readonly tone: Tone; readonly words: Tone }>> = {
  waiting: { sign: 'waiting', tone: 'dim', words: 'dim' },
  running: { sign: 'running', tone: 'accent', words: 'bold' },
  passed: { sign: 'passed', tone: 'good', words: 'plain' },
  failed: { sign: 'failed', tone: 'bad', words: 'bad' },
}

/** Null for one that has not run. */
export function blockLook(status: BlockProgress['status'] | undefined): { readonly sign: PlaySign; readonly tone: Tone } | null {
  switch (status) {
    case 'passed':
      return { sign: 'passed', tone: 'good' }
    case 'failed':
    case 'environment':
      return { sign: 'failed', tone: 'bad' }
    case 'unknown':
      return { sign: 'unknown', tone: 'warn' }
    case 'running':
      return { sign: 'running', tone: 'accent' }
    case 'skipped':
    case undefined:
      return null
  }
}
