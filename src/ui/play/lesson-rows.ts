/** A lesson as it stands: prose up to the next block, that block dim, what ran ticked, answers where the block before them showed them. */

import type { LabBlock, LabPart, Prediction } from '../../lab/language/lab-types.ts'
import { nextStop } from '../../lab/play/reduce.ts'
import type { BlockProgress, PlayState, StepProgress } from '../../lab/play/types.ts'
import { ellipsize, printable } from '../../lab/text-width.ts'
import { fitRow, type Row, rowWidth, type Style, span } from '../style.ts'
import { hang, inlineRows, markdownRows } from './markdown-rows.ts'
import { blockLook, playSign, stepLooks } from './play-signs.ts'

export interface LessonRows {
  readonly rows: readonly Row[]
  /** Where begins what was not there before the last block or prediction. */
  readonly fresh: number
  /** The row of the command that runs or ran last; null while none did. */
  readonly focus: number | null
}

/** Left of everything but headings. */
const MARGIN = '  '
/** Of an answer below its command. */
const MOST_ANSWER_ROWS = 6

/** Where the lesson stands: the place of the next block or prediction. */
export function placeOf({ phase, lesson, until }: PlayState): number {
  switch (phase.kind) {
    case 'opening':
      return nextStop(lesson, until ?? 0)
    case 'rebuilding':
      return nextStop(lesson, phase.plan.to)
    case 'judging':
    case 'done':
    case 'broken':
      return lesson.parts.length
    default:
      return phase.at
  }
}

/** `roomy`: there are rows to spare for ornament. */
export function lessonRows(state: PlayState, columns: number, style: Style, roomy = true): LessonRows {
  const place = placeOf(state)
  const rows: Row[] = []
  let fresh = 0
  let focus: number | null = null
  for (const [at, part] of state.lesson.parts.entries()) {
    if (at > place) break
    if (rows.length > 0 && !(part.kind !== 'heading' && state.lesson.parts[at - 1]?.kind === 'heading')) rows.push([])
    const begin = rows.length
    rows.push(...partRows(state, part, at, at === place, columns, style))
    if (part.kind === 'heading' && part.level === 1 && roomy) rows.push(ruleBelow(rows.slice(begin), columns, style))
    if (part.kind === 'lab') focus = focusIn(state.blocks.get(at), begin) ?? focus
    if (at < place && (part.kind === 'lab' || part.kind === 'predict')) fresh = rows.length
    if (part.kind === 'lab') rows.push(...revealsAfter(state, at, columns, style))
  }
  return { rows, fresh, focus }
}

function partRows(state: PlayState, part: LabPart, at: number, here: boolean, columns: number, style: Style): readonly Row[] {
  const width = Math.max(1, columns - MARGIN.length)
  switch (part.kind) {
    case 'heading':
      return headingRows(state, at, part.text, columns, style)
    case 'prose':
      return hang(MARGIN, markdownRows(part.text, width, style)).map((row) => (row.length === 1 && row[0]?.text === MARGIN ? [] : row))
    case 'predict':
      return predictionRows(state, part, at, here, columns, style)
    case 'lab':
      return blockRows(part, state.blocks.get(at), columns, style)
  }
}

function headingRows(state: PlayState, at: number, text: string, columns: number, style: Style): readonly Row[] {
  const look = sectionLook(state, at)
  const head = look === null ? span(MARGIN) : span(`${playSign(look.sign, style)} `, look.tone)
  const words = inlineRows(text, Math.max(1, columns - MARGIN.length), { ...style, colour: true }, 'bold')
  return words.map((row, i): Row => [i === 0 ? head : span(MARGIN), ...row])
}

function ruleBelow(rows: readonly Row[], columns: number, style: Style): Row {
  return [span((style.ascii ? '=' : '━').repeat(Math.min(columns, Math.max(0, ...rows.map(rowWidth)))), 'dim')]
}

/** Ticked when all its blocks passed, marked while one of them is next. */
function sectionLook(state: PlayState, at: number): ReturnType<typeof blockLook> {
  const { parts } = state.lesson
  const next = parts.findIndex((part, i) => i > at && part.kind === 'heading')
  const blocks = [...parts.keys()].filter((i) => i > at && (next < 0 || i < next) && parts[i]?.kind === 'lab')
  const place = placeOf(state)
  const looks = blocks.map((i) => state.blocks.get(i)?.status)
  const wrong = looks.find((status) => status === 'failed' || status === 'unknown' || status === 'environment')
  if (wrong !== undefined) return blockLook(wrong)
  if (place > at && (next < 0 || place < next) && place < parts.length) return { sign: 'here', tone: 'accent' }
  return blocks.length > 0 && looks.every((status) => status === 'passed') ? blockLook('passed') : null
}

function blockRows({ role, steps }: LabBlock, progress: BlockProgress | undefined, columns: number, style: Style): readonly Row[] {
  if (role.kind === 'todo') return todoRows(progress, columns, style)
  const shown: readonly StepProgress[] =
    progress === undefined || progress.steps.length === 0
      ? steps.map(({ line, command }) => ({ line, command: command.text, status: 'waiting', answer: [] }))
      : progress.steps
  const done = progress?.result?.status === 'passed'
  return shown.flatMap((step) => stepRows(done && step.status === 'waiting' ? { ...step, status: 'passed' } : step, columns, style))
}

function todoRows(progress: BlockProgress | undefined, columns: number, style: Style): readonly Row[] {
  const look = blockLook(progress?.status)
  const text = look === null ? 'Your turn: type the commands at the prompt. An empty Enter says that you are done.' : 'You did this part.'
  return hang(`${MARGIN}${playSign(look?.sign ?? 'here', style)} `, inlineRows(text, columns - 4, style, 'accent'), look?.tone ?? 'accent')
}

function stepRows({ command, status, answer }: StepProgress, columns: number, style: Style): readonly Row[] {
  const look = stepLooks[status]
  const head = [span(`${MARGIN}${playSign(look.sign, style)} `, look.tone), span(printable(command), look.words)]
  const told = answer.map((line) => printable(line.replace(/^ok\b ?/, '').replace(/; undo: .*$/, ''))).filter((line) => line !== '')
  const tone = status === 'failed' ? 'bad' : 'dim'
  if (told.length === 0) return [fitRow(head, columns)]
  const beside: Row = [...head, span(` ${playSign('answer', style)} `, 'dim'), span(told[0] ?? '', tone)]
  if (told.length === 1 && rowWidth(beside) <= columns) return [beside]
  const below = told.slice(0, MOST_ANSWER_ROWS).map((line): Row => [span(`${MARGIN}    `), span(ellipsize(line, columns - 6), tone)])
  const more: readonly Row[] =
    told.length > MOST_ANSWER_ROWS ? [[span(`${MARGIN}    and ${told.length - MOST_ANSWER_ROWS} more lines`, 'dim')]] : []
  return [fitRow(head, columns), ...below, ...more]
}

/** Counted in rows of one each, which is near enough to bring it into view. */
function focusIn(progress: BlockProgress | undefined, begin: number): number | null {
  const at = progress?.steps.findLastIndex(({ status }) => status !== 'waiting') ?? -1
  return at < 0 ? null : begin + at
}

function predictionRows(state: PlayState, part: Prediction, at: number, here: boolean, columns: number, style: Style): readonly Row[] {
  const chosen = state.predictions.get(at)
  // A question that was passed by on the way to another heading is nobody's.
  if (chosen === undefined && !here) return []
  const asked = chosen === undefined
  const question = hang(`${playSign('ask', style)} `, inlineRows(part.question, columns - 2, style, 'bold'), asked ? 'accent' : 'dim')
  const choices = part.choices.flatMap(({ text }, i) => {
    const mark = i === chosen ? playSign('here', style) : ' '
    const rows = inlineRows(text, columns - 6, style, asked || i === chosen ? 'plain' : 'dim')
    return hang(`  ${mark}${i + 1} `, rows, asked || i === chosen ? 'accent' : 'dim')
  })
  return [...question, ...choices]
}

/** Answers that the block at this place was waited for with. */
function revealsAfter(state: PlayState, at: number, columns: number, style: Style): readonly Row[] {
  const { parts } = state.lesson
  const before = parts.findLastIndex((part, i) => i < at && part.kind === 'lab')
  const due = [...state.revealed].filter((place) => place > before && place < at).sort((a, b) => a - b)
  return due.flatMap((place) => {
    const part = parts[place]
    return part?.kind === 'predict' ? [[], ...answerRows(part, state.predictions.get(place) ?? -1, columns, style)] : []
  })
}

function answerRows({ choices, because }: Prediction, chosen: number, columns: number, style: Style): readonly Row[] {
  const rights = choices.flatMap(({ right, text }) => (right ? [text] : []))
  const said = choices[chosen]
  const width = columns - 4
  const why = because === '' ? [] : hang(`${MARGIN}  `, inlineRows(because.charAt(0).toUpperCase() + because.slice(1), width, style))
  if (rights.length === 0) return [...hang(`${MARGIN}  `, inlineRows(`You said: ${said?.text ?? ''}`, width, style)), ...why]
  const look = blockLook(said?.right === true ? 'passed' : 'failed')
  const verdict = said?.right === true ? `You were right: ${said.text}` : `You said: ${said?.text ?? ''}`
  const right = said?.right === true ? [] : hang(`${MARGIN}  `, inlineRows(`It is: ${rights.join('; ')}`, width, style, 'bold'))
  const head = hang(`${MARGIN}${playSign(look?.sign ?? 'dot', style)} `, inlineRows(verdict, width, style, 'bold'), look?.tone ?? 'dim')
  return [...head, ...right, ...why]
}
