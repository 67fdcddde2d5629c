/** Every key in every phase, without a cluster. */
import { expect, test } from 'vitest'
import { type Move, nextStop, reducePlay, retryFrom, startPlay } from '../../../src/lab/play/reduce.ts'
import type { PlayInput, PlayState } from '../../../src/lab/play/types.ts'
import type { CaseResult, CaseStatus } from '../../../src/report/result.ts'
import { block, labText } from '../runner.ts'
import { lessonFrom } from './playing.ts'

const QUESTION = '```predict\nWhich?\n- [ ] a\n- [x] b\nbecause: so.\n```\n'
/** 0 heading, 1 question, 2 heading, 3 block, 4 heading, 5 todo, 6 heading, 7 check, 8 heading, 9 question, 10 block; 11 is the end. */
const LESSON = lessonFrom(
  labText(
    QUESTION +
      block('One', ['> put a 1', '> get a']) +
      block('Do', [], 'lab todo it') +
      block('Judge', ['> get a'], 'lab check it') +
      '## Last\n' +
      QUESTION +
      '```lab\n> get a\n```\n',
  ),
)

function result(at: number, status: CaseStatus): CaseResult {
  const part = LESSON.parts[at]
  const heading = part?.kind === 'lab' ? part.heading : ''
  return {
    file: 'lesson.md',
    line: 1,
    heading,
    status,
    why: status === 'passed' ? null : 'get a: none',
    commands: [],
    events: [],
    stalls: [],
    ms: 10,
  }
}

/** Inputs one after the other; the last move. */
function after(...inputs: readonly PlayInput[]): Move {
  return inputs.reduce<Move>(({ state }, input) => reducePlay(state, input), { state: startPlay(LESSON), effects: [] })
}

const enter: PlayInput = { type: 'go-on', changes: null }
const end = (at: number, status: CaseStatus = 'passed'): PlayInput => ({ type: 'block-ended', at, result: result(at, status) })
const toOne: readonly PlayInput[] = [{ type: 'opened' }, { type: 'choose', choice: 0 }]
const toDo = [...toOne, enter, end(3)]
const toLast = [...toDo, enter, end(5), end(7)]

test('a choice is kept, and nothing else answers a question', () => {
  const asked = after({ type: 'opened' })
  expect(asked.state.phase).toEqual({ kind: 'asking', at: 1 })
  for (const input of [
    enter,
    { type: 'choose', choice: 2 },
    { type: 'choose', choice: -1 },
    { type: 'retry' },
    { type: 'as-it-is' },
  ] as const)
    expect(reducePlay(asked.state, input)).toMatchObject({ state: { phase: { kind: 'asking', at: 1 } }, effects: [] })
  const chosen = after(...toOne)
  expect(chosen.state.predictions.get(1)).toBe(0)
  expect(chosen).toMatchObject({ state: { phase: { kind: 'ready', at: 3 } }, effects: [{ type: 'keep' }] })
})

test('a block runs once, its steps tick, and only its end shows the answer', () => {
  const running = after(...toOne, enter)
  expect(running.effects).toEqual([{ type: 'run', at: 3 }])
  expect(reducePlay(running.state, enter)).toEqual({ state: running.state, effects: [] })
  const [line = 0] = running.state.blocks.get(3)?.steps.map((step) => step.line) ?? []
  const ticked = after(
    ...toOne,
    enter,
    { type: 'step-begun', at: 3, line },
    { type: 'step-ended', at: 3, line, passed: true, answer: ['ok'] },
  )
  expect(ticked.state.blocks.get(3)?.steps).toMatchObject([{ status: 'passed', answer: ['ok'] }, { status: 'waiting' }])
  expect(ticked.state.revealed.size).toBe(0)
  expect(after(...toDo).state.revealed).toEqual(new Set([1]))
})

test('a todo begins at once, and its judgement follows it at once', () => {
  expect(after(...toDo)).toMatchObject({
    state: { phase: { kind: 'doing', at: 5 } },
    effects: [{ type: 'begin-todo', at: 5 }, { type: 'keep' }],
  })
  expect(after(...toDo, enter).effects).toEqual([{ type: 'end-todo', at: 5 }])
  expect(after(...toDo, enter, end(5))).toMatchObject({
    state: { phase: { kind: 'running', at: 7 } },
    effects: [{ type: 'run', at: 7 }, { type: 'keep' }],
  })
  expect(after(...toLast).state.phase).toEqual({ kind: 'asking', at: 9 })
})

test('a failed block waits for r, Enter or e; r begins where the student began', () => {
  const failed = after(...toDo, enter, end(5), end(7, 'failed'))
  expect(failed.state.phase).toEqual({ kind: 'failed', at: 7, explained: false })
  expect(reducePlay(failed.state, { type: 'explain' }).state.phase).toMatchObject({ explained: true })
  const again = reducePlay(failed.state, { type: 'retry' })
  expect(again.effects).toEqual([{ type: 'rebuild', to: 5, follow: 'run', fresh: true }])
  expect([...again.state.blocks.keys()]).toEqual([3])
  expect(reducePlay(again.state, { type: 'rebuilt', failed: null }).state.phase).toEqual({ kind: 'doing', at: 5 })
  expect(reducePlay(again.state, { type: 'rebuilt', failed: 3 }).state.phase).toMatchObject({ kind: 'failed', at: 3 })
  expect(reducePlay(failed.state, enter).state).toMatchObject({ phase: { kind: 'asking', at: 9 }, blocks: failed.state.blocks })
})

test('what the student changed is asked about before the next block, and put back, left, or made anew', () => {
  const changes = { words: ['killed n3'], commands: ['restart n3'] }
  const asked = after(...toOne, { type: 'go-on', changes })
  expect(asked).toEqual({ state: expect.objectContaining({ phase: { kind: 'changed', at: 3, changes } }), effects: [] })
  const mending = reducePlay(asked.state, enter)
  expect(mending.effects).toEqual([{ type: 'mend', changes }])
  const whole = reducePlay(mending.state, { type: 'mended', lines: ['> restart n3'], whole: true })
  expect(whole).toMatchObject({ state: { notice: { lines: ['Put back:', '> restart n3'] } }, effects: [{ type: 'run', at: 3 }] })
  expect(reducePlay(asked.state, { type: 'as-it-is' }).effects).toEqual([{ type: 'run', at: 3 }])
  const broken = reducePlay(mending.state, { type: 'mended', lines: ['> restart n3', 'fail halted: x'], whole: false })
  expect(reducePlay(broken.state, enter).effects).toEqual([{ type: 'rebuild', to: 3, follow: 'run', fresh: true }])
})

test('at the end Enter judges; what ends badly in the background is told', () => {
  const last = after(...toLast, { type: 'choose', choice: 1 }, enter, end(10))
  expect(last.state.phase).toEqual({ kind: 'ready', at: 11 })
  expect(reducePlay(last.state, enter).effects).toEqual([{ type: 'judge' }])
  const late = reducePlay(last.state, { type: 'block-over', at: 3, result: result(3, 'failed') })
  expect(late.state).toMatchObject({ phase: { kind: 'ready', at: 11 }, notice: { lines: ['One: get a: none'], tone: 'warn' } })
  expect(late.state.blocks.get(3)?.status).toBe('failed')
})

test('the set-up to a heading asks nothing and runs what comes before it', () => {
  const opened = reducePlay(startPlay(LESSON, 4), { type: 'opened' })
  expect(opened.effects).toEqual([{ type: 'rebuild', to: 4, follow: 'show', fresh: false }])
  expect(reducePlay(opened.state, { type: 'rebuilt', failed: null }).state.phase).toEqual({ kind: 'doing', at: 5 })
  expect(reducePlay(startPlay(LESSON, 0), { type: 'opened' }).state.phase).toEqual({ kind: 'asking', at: 1 })
})

test('keys that mean nothing now change nothing', () => {
  const states: readonly PlayState[] = [startPlay(LESSON), after(...toDo, enter).state, after({ type: 'broke', why: 'x' }).state]
  for (const state of states)
    for (const input of [enter, { type: 'retry' }, { type: 'explain' }, { type: 'as-it-is' }, { type: 'choose', choice: 0 }] as const)
      expect(reducePlay(state, input)).toEqual({ state, effects: [] })
})

test('where things are', () => {
  expect([0, 1, 2, 8, 10, 11].map((from) => nextStop(LESSON, from))).toEqual([1, 1, 3, 9, 10, 11])
  expect([3, 7, 10].map((at) => retryFrom(LESSON, at))).toEqual([3, 5, 10])
})
