import type { HistoryEvent } from '../../src/history/types.ts'

/**
 * A history of a store with versions, drawn by hand: one line an operation. Times are milliseconds, the key is `x` unless
 * `client:key`. After `=` stands the version a write made, after `over` those its context held; after `=` of a get those
 * answered. `@ from-` ends `info`, with what the client can tell of it; without `=` it never ends. `!` was refused.
 *
 *     c1 put eggs = c1.1 @ 0-10
 *     c2 put milk = c2.1 over c1.1 @ 20-30
 *     c3 get -> milk = c2.1 @ 40-50
 *     c3 get -> eggs | milk = c1.1 c2.1 @ 40-50
 */
export function lineageScript(text: string): HistoryEvent[] {
  const events = text
    .trim()
    .split('\n')
    .flatMap((line, process) => eventsOf(line.trim(), process))
  const rank = ({ type }: HistoryEvent) => (type === 'invoke' ? 0 : 1)
  return events.sort((a, b) => a.time - b.time || rank(a) - rank(b))
}

const LINE =
  /^(?<who>[\w:]+) (?<f>\w+) ?(?<asked>[^\s@=>]+)? ?(?:-> (?<answer>[^=@]+?) )?(?:=(?<names>[^@]*?)(?: over (?<over>[^@]*?))?)? ?(?<refused>!)?@ (?<from>\d+)-(?<to>\d*)$/

function eventsOf(line: string, process: number): HistoryEvent[] {
  const groups = LINE.exec(line.replace(' -> ', ' -> ').replace(/ ! @/, ' !@'))?.groups
  if (groups === undefined) throw new Error(`cannot read: ${line}`)
  const { who = '', f = '', from, to } = groups
  const asked = groups.asked === '->' ? undefined : groups.asked
  const [client = '', key = 'x'] = who.split(':')
  const base = { process, f, key, client }
  const invoke: HistoryEvent = { ...base, type: 'invoke', value: asked ?? null, time: Number(from) * 1e6 }
  const names = wordsOf(groups.names)
  const lineage = f === 'get' ? { seen: names } : { ...(names[0] === undefined ? {} : { made: names[0] }), over: wordsOf(groups.over) }
  const time = to === '' ? 1e15 : Number(to) * 1e6
  if (groups.refused !== undefined) return [invoke, { ...base, type: 'fail', value: asked ?? null, time, lineage, error: 'no-quorum' }]
  if (to === '') return groups.names === undefined ? [invoke] : [invoke, { ...base, type: 'info', value: asked ?? null, time, lineage }]
  return [invoke, { ...base, type: 'ok', value: groups.answer === undefined ? (asked ?? null) : answerOf(groups.answer), time, lineage }]
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter((word) => word !== '')
}

function answerOf(text: string): unknown {
  const values = text.split(' | ').map((word) => word.trim())
  return values.length > 1 ? values : values[0] === 'none' ? null : values[0]
}
