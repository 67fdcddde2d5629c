import type { HistoryEvent } from '../../src/history/types.ts'

/**
 * A history drawn by hand: one line an operation, `client f value [-> answer] @ from-to`; `@ from-` never ends, `!` before
 * the answer is a refused cas and what it met. Times are milliseconds. Key `x` unless `client:key`.
 *
 *     c1 put Oslo @ 0-10
 *     c2 get -> Oslo @ 20-30
 *     c3 cas Oslo Bergen -> !none @ 25-35
 */
export function script(text: string): HistoryEvent[] {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.trim())
  const events = rows.flatMap(eventsOf)
  const rank = ({ type }: HistoryEvent) => (type === 'invoke' ? 0 : 1)
  return events.sort((a, b) => a.time - b.time || rank(a) - rank(b))
}

function eventsOf(line: string, process: number): HistoryEvent[] {
  const match = /^(?<who>[\w:]+) (?<f>\w+)(?<asked>[^@>]*?)(?:-> (?<answer>\S+) )?\s*@ (?<from>\d+)-(?<to>\d*)$/.exec(line)
  const { who = '', f = '', asked = '', answer, from, to } = match?.groups ?? {}
  if (match === null) throw new Error(`cannot read: ${line}`)
  const [client = '', key = 'x'] = who.split(':')
  const words = asked.trim() === '' ? [] : asked.trim().split(' ').map(toValue)
  const value = f === 'cas' ? words : (words[0] ?? null)
  const base = { process, f, key, client }
  const invoke: HistoryEvent = { ...base, type: 'invoke', value, time: Number(from) * 1e6 }
  if (to === undefined || to === '') return [invoke]
  const time = Number(to) * 1e6
  if (answer?.startsWith('!')) return [invoke, { ...base, type: 'fail', value, time, error: 'differs', was: toValue(answer.slice(1)) }]
  return [invoke, { ...base, type: 'ok', value: answer === undefined ? value : toValue(answer), time }]
}

function toValue(word: string): string | null {
  return word === 'none' ? null : word === "''" ? '' : word
}
