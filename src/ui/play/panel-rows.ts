/** What stands below the lesson: what Enter does now, what went wrong, what is being put back, and the verdicts at the end. */
import type { LabBlock } from '../../lab/language/lab-types.ts'
import { PACE_MS } from '../../lab/play/estimate.ts'
import { retryFrom } from '../../lab/play/reduce.ts'
import type { Outcome, Phase, PlayState } from '../../lab/play/types.ts'
import { printable } from '../../lab/text-width.ts'
import { duration, eventLine, failedCommand, tellingStalls } from '../../report/format.ts'
import { statusOfCheck, unexplained } from '../../report/outcome.ts'
import type { CaseResult } from '../../report/result.ts'
import { fitRow, type Row, type Style, span, type Tone } from '../style.ts'
import { hang, inlineRows } from './markdown-rows.ts'
import { playSign, wordsIn } from './play-signs.ts'

/** From here on it is worth saying how long a step takes. */
const LONG_MS = 4_000
const MOST_EVENTS = 8
const MOST_WITNESS = 12

export function panelRows(state: PlayState, columns: number, style: Style): readonly Row[] {
  const { notice, phase } = state
  if (phase.kind === 'asking' && notice !== null)
    return inlineRows(`${notice.lines.join(' ')} Press ${choicesOf(state, phase.at)}.`, columns, { ...style, colour: true }, notice.tone)
  const told = notice === null ? [] : notice.lines.flatMap((line) => inlineRows(line, columns, style, notice.tone))
  const rows = phaseRows(state, columns, style)
  return told.length > 0 && rows.length > 0 ? [...told, [], ...rows] : [...told, ...rows]
}

function phaseRows(state: PlayState, columns: number, style: Style): readonly Row[] {
  const { phase } = state
  const say = (text: string, tone: Tone = 'accent'): readonly Row[] =>
    inlineRows(wordsIn(text, style), columns, { ...style, colour: true }, tone)
  switch (phase.kind) {
    case 'opening':
      return say('The cluster starts …', 'dim')
    case 'asking':
      return say(`What do you expect? Press ${choicesOf(state, phase.at)}.`)
    case 'ready':
      return say(readyText(state, phase.at))
    case 'changed':
      return [
        ...say(`You ${listed(phase.changes.words)}.`, 'warn'),
        ...say(
          phase.changes.commands === null
            ? 'Only a fresh cluster puts that back: set it up again and go on (Enter), go on as it is (g Enter).'
            : 'Put back and go on (Enter), go on as it is (g Enter).',
        ),
      ]
    case 'mending':
      return say('Putting back …', 'dim')
    case 'running':
      return []
    case 'doing':
      return say('Type the commands; Enter on an empty line says that you are done.')
    case 'failed':
      return failedRows(state, phase, columns, style)
    case 'rebuilding':
      return barRows(phase.what, phase.done / phase.of, `about ${seconds(phase.leftMs)} left`, columns, style)
    case 'judging':
      return barRows(phase.what, phase.done / phase.of, `${phase.of - phase.done} of ${phase.of} left`, columns, style)
    case 'done':
      return doneRows(state, phase.outcome, columns, style)
    case 'broken':
      return say(`The lab cannot go on: ${printable(phase.why)}`, 'bad')
  }
}

function readyText({ lesson }: PlayState, at: number): string {
  if (at >= lesson.parts.length)
    return 'That was the last step. Enter undoes every fault, reads every key once more, and judges the whole run.'
  const part = lesson.parts[at]
  const ms = (lesson.blockMs.get(at) ?? 0) + (part?.kind === 'lab' ? part.steps.length * PACE_MS : 0)
  return ms < LONG_MS ? 'Enter runs this step.' : `Enter runs this step, about ${seconds(ms)}.`
}

export function choicesOf({ lesson }: PlayState, at: number): string {
  const part = lesson.parts[at]
  const count = part?.kind === 'predict' ? part.choices.length : 0
  const digits = Array.from({ length: count }, (_, i) => String(i + 1))
  return count < 2 ? digits.join('') : `${digits.slice(0, -1).join(', ')} or ${digits.at(-1)}`
}

function failedRows(
  state: PlayState,
  { at, explained }: Extract<Phase, { kind: 'failed' }>,
  columns: number,
  style: Style,
): readonly Row[] {
  const result = state.blocks.get(at)?.result ?? null
  const why = result?.why ?? 'it did not pass'
  const from = state.lesson.parts[retryFrom(state.lesson, at)] as LabBlock | undefined
  const keys = `Enter goes on · r Enter tries again from "${from?.heading ?? ''}" on a fresh cluster · e Enter ${explained ? 'hides' : 'explains'}`
  return [
    ...hang(`${playSign('failed', style)} `, inlineRows(printable(why), columns - 2, { ...style, colour: true }, 'bad'), 'bad'),
    ...(explained && result !== null ? explainRows(result, columns, style) : []),
    ...inlineRows(wordsIn(keys, style), columns, { ...style, colour: true }, 'accent'),
  ]
}

/** Expected, actual, the witness where a checker was asked, and the last events. */
function explainRows(result: CaseResult, columns: number, style: Style): readonly Row[] {
  const command = failedCommand(result)
  const label = (name: string, text: string): readonly Row[] =>
    text.split('\n').flatMap((line, i) => hang(`  ${(i === 0 ? name : '').padEnd(10)}`, inlineRows(line, columns - 12, style), 'dim'))
  const witness = witnessOf(result)
  return [
    [],
    ...(command === null
      ? []
      : [...label('command', command.command), ...label('expected', command.expected ?? 'ok'), ...label('actual', command.actual)]),
    ...(witness.length === 0 ? [] : [[span('  these cannot be in one order', 'dim')], ...fitted(witness, columns)]),
    ...(result.events.length === 0
      ? []
      : [[span('  the last events', 'dim')], ...fitted(result.events.slice(-MOST_EVENTS).map(eventLine), columns)]),
    ...tellingStalls(result.stalls).map(
      (stall): Row => [span(`  the machine stalled ${Math.round(stall.ms)} ms (${stall.where})`, 'warn')],
    ),
    [],
  ]
}

function fitted(lines: readonly string[], columns: number): readonly Row[] {
  return lines.map((line) => fitRow([span('  '), span(printable(line))], columns))
}

/** What the last checker that was asked showed. */
function witnessOf({ events }: CaseResult): readonly string[] {
  const verdict = events.findLast(({ type }) => type === 'check')?.verdict
  if (typeof verdict !== 'object' || verdict === null || !('witness' in verdict) || !Array.isArray(verdict.witness)) return []
  return verdict.witness.slice(0, MOST_WITNESS).map((event: unknown) => JSON.stringify(event))
}

function barRows(what: string, share: number, left: string, columns: number, style: Style): readonly Row[] {
  const cells = Math.max(4, Math.min(30, columns - 4))
  const full = Math.round(Math.max(0, Math.min(1, share)) * cells)
  const bar = span(playSign('full', style).repeat(full), 'accent')
  const rest = span(playSign('empty', style).repeat(cells - full), 'dim')
  return [...inlineRows(what, columns, { ...style, colour: true }, 'bold'), [bar, rest], ...inlineRows(left, columns, style, 'dim')]
}

function doneRows(state: PlayState, { suite, next }: Outcome, columns: number, style: Style): readonly Row[] {
  const rows: Row[] = [[span('The verdict', 'bold')]]
  for (const check of suite.checks) {
    const status = statusOfCheck(check)
    const sign = playSign(status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'unknown', style)
    const tone: Tone = status === 'passed' ? 'good' : status === 'failed' ? 'bad' : 'warn'
    const text = `${check.name}: ${check.verdict}${check.passed && check.verdict === 'valid' ? '' : `, ${check.why}`}`
    rows.push(...hang(`${sign} `, inlineRows(printable(text), columns - 2, { ...style, colour: true }), tone))
  }
  for (const { text } of unexplained(suite))
    rows.push(...hang(`${playSign('failed', style)} `, inlineRows(printable(text), columns - 2, style), 'bad'))
  rows.push([], ...doneLines(state, suite.cases.length, next).flatMap((line) => inlineRows(line, columns, style)))
  return rows
}

/** How many steps and predictions, and where to go from here; also the last lines after the screen is left. */
export function doneLines(state: PlayState, steps: number, next: Outcome['next']): readonly string[] {
  const passed = [...state.blocks.values()].filter(({ status }) => status === 'passed').length
  const asked = [...state.predictions].map(([at, choice]) => {
    const part = state.lesson.parts[at]
    return part?.kind === 'predict' && part.choices[choice]?.right === true
  })
  const right = asked.length === 0 ? '' : `, ${asked.filter(Boolean).length} of ${asked.length} predictions right`
  const [other] = state.lesson.otherModes
  return [
    `${passed} of ${steps} steps passed${right}.`,
    ...(other === undefined ? [] : [`The same file also runs against ${other}: splitbrain play ${state.lesson.file} --mode ${other}`]),
    ...(next === null ? [] : [`Next: ${next.title}: ${next.command}`]),
  ]
}

/** `killed n3, cut n1 | n2 and set n=2`. */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

function seconds(ms: number): string {
  return duration(Math.max(1000, Math.round(ms / 1000) * 1000)).replace(/\.0s$/, ' s')
}
