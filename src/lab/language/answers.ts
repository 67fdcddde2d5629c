import type { Answer } from '../types.ts'
import { quote } from './tokens.ts'
import { formatDuration } from './units.ts'

/**
 * The answer as printed: one line, or several for `status`, `log` and the like.
 * `command` is the name of what was asked: `get` prints the bare value, `add mul append` print `ok NEWVALUE`, the rest of
 * those with a value print its lines. `timeoutMs` completes an unknown answer that says no why.
 */
export function formatAnswer(answer: Answer, command: string, timeoutMs = 3000): string[] {
  switch (answer.status) {
    case 'ok':
      return formatOk(answer, command)
    case 'fail':
      if (command === 'check') return verdicts('fail', answer)
      return [withCode('fail', answer.code, answer.text ?? 'it certainly did not happen')]
    case 'unknown':
      if (command === 'check') return verdicts('unknown', answer)
      return [
        withCode('unknown', answer.code ?? 'timeout', answer.text ?? `no answer in ${formatDuration(timeoutMs)}; it may still happen`),
      ]
    case 'refused':
      return [`refused: ${flat(answer.text ?? 'it cannot apply now')}`]
  }
}

function formatOk(answer: Answer, command: string): string[] {
  const { value, siblings, text } = answer
  if (command === 'get' && siblings !== undefined && siblings.length > 1) return [[...siblings].sort().map(shown).join(' | ')]
  if (command === 'get') return [value === null || value === undefined ? 'none' : shown(value)]
  if (command === 'add' || command === 'mul' || command === 'append')
    return [value === null || value === undefined ? 'ok' : `ok ${oneLine(value)}`]
  if (value !== null && value !== undefined) return value.split('\n')
  return [text === undefined || text === '' ? 'ok' : `ok ${flat(text)}`]
}

/** A verdict that is not valid keeps its lines: they hold the witness. */
function verdicts(status: string, { code, text = '' }: Answer): string[] {
  const [first = '', ...more] = text.split('\n')
  return [withCode(status, code, first), ...more.map(flat)]
}

function withCode(status: string, code: string | undefined, why: string): string {
  return `${status}${code === undefined ? '' : ` ${code}`}: ${flat(why)}`
}

/** The text "none" and the empty text are not absence, and must not look like it. */
function shown(value: string): string {
  return value === '' || value === 'none' ? quote(value) : oneLine(value)
}

/** A value with a line break or another control character is shown as it would be typed. */
function oneLine(text: string): string {
  return /[\u0000-\u001f\u007f]/.test(text) ? quote(text) : text
}

/** What the lab says itself stays on its line. */
function flat(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ')
}
