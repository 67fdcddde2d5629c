/** Answers and events as lines for people, the same at the prompt and in a pipe. */
import { formatAnswer } from '../lab/language/answers.ts'
import { printable } from '../lab/text-width.ts'
import type { Answer, LabEvent } from '../lab/types.ts'

export interface AnswerText {
  /** The answer itself, as labs compare it. */
  readonly lines: readonly string[]
  /** Node, how it was answered, time: shown dim beside the first line, no part of the answer. */
  readonly aside: string
}

/** The word that says what a line does: what follows `at 3s`, `after 3s`, `every 2s` and the like. */
export function commandWord(line: string): string {
  const words = line.trim().split(/\s+/)
  let at = 0
  while (/^(at|after|every)$/.test(words[at] ?? '') && /^\d/.test(words[at + 1] ?? '')) at += 2
  return words[at] ?? ''
}

export function answerText(line: string, answer: Answer): AnswerText {
  const aside = [answer.node ?? '', answer.note === undefined ? '' : `(${printable(answer.note)})`, `${Math.round(answer.ms)} ms`]
    .filter((part) => part !== '')
    .join(' ')
  return { lines: formatAnswer(answer, commandWord(line)).map(printable), aside }
}

/** `# +1.204s n3 became leader, term 5`; null for events only programs read. */
export function eventText(event: LabEvent): string | null {
  if (event.text === undefined) return null
  return `# +${(event.time / 1e9).toFixed(3)}s ${printable(event.text).replaceAll('\n', ' ')}`
}

/** Events that repeat what the reader has just typed or been answered. */
export function isEcho(event: LabEvent): boolean {
  return event.type === 'command' || event.type === 'answer'
}

/** Whether a line ends in an `&` of its own, outside quotes and comments: then nobody waits for it. */
export function isBackground(line: string): boolean {
  let quoted = false
  let last = ''
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at)
    if (quoted && char === '\\') at++
    else if (char === '"') quoted = !quoted
    else if (!quoted && char === '#' && (at === 0 || /\s/.test(line.charAt(at - 1)))) break
    if (!/\s/.test(char)) last = quoted ? '"' : char
  }
  return last === '&' && !quoted
}
