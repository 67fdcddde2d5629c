/** What stands beside the lab at each moment of a lesson, in exact rows, and what its keys do. */
import { expect, test } from 'vitest'
import { reducePlay, startPlay } from '../../../src/lab/play/reduce.ts'
import type { PlayInput, PlayState } from '../../../src/lab/play/types.ts'
import type { CaseResult } from '../../../src/report/result.ts'
import type { Key } from '../../../src/ui/keys.ts'
import { type Played, PlayGuide } from '../../../src/ui/play/play-guide.ts'
import { rowWidth, type Style } from '../../../src/ui/style.ts'
import { lessonFrom } from '../../lab/play/playing.ts'

const LESSON = lessonFrom(`---
title: The title
mode: raft
nodes: 3
---
# The title
Some prose with **weight**.
\`\`\`predict
What comes?
- [ ] nothing
- [x] Oslo
because: a majority has it.
\`\`\`
## First
\`\`\`lab
> put city Oslo
> get city
Oslo
> expect healthy
\`\`\`
## Second
Last words.
\`\`\`lab
> kill leader
> expect linearizable
\`\`\`
`)
const FIRST = 4
const SECOND = 7

const colour: Style = { colour: true, ascii: false }
const failed: CaseResult = {
  file: 'lesson.md',
  line: 24,
  heading: 'Second',
  status: 'failed',
  why: 'expect linearizable: fail expected: linearizable, but it is invalid',
  commands: [
    { line: 26, command: 'expect linearizable', passed: false, expected: null, actual: 'fail expected: it is invalid', lateMs: 0, ms: 3 },
  ],
  events: [
    { time: 1e9, type: 'check', name: 'linearizable', verdict: { verdict: 'invalid', witness: [{ f: 'get', key: 'city' }] } },
    { time: 2e9, type: 'note', text: 'n3 became leader' },
  ],
  stalls: [],
  ms: 40,
}
const passed: CaseResult = { ...failed, heading: 'First', line: 15, status: 'passed', why: null, commands: [], events: [] }

class FakePlayer implements Played {
  state: PlayState = startPlay(LESSON)
  readonly said: string[] = []
  readonly #listeners = new Set<() => void>()

  take(...inputs: readonly PlayInput[]): void {
    for (const input of inputs) this.state = reducePlay(this.state, input).state
    for (const listener of this.#listeners) listener()
  }

  listen(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  goOn(): void {
    this.said.push('go-on')
    this.take({ type: 'go-on', changes: null })
  }

  say(input: Parameters<Played['say']>[0]): void {
    this.said.push(input.type)
    this.take(input)
  }
}

function guided(...inputs: readonly PlayInput[]) {
  const player = new FakePlayer()
  player.take(...inputs)
  const guide = new PlayGuide(player)
  const rows = (height = 40, columns = 44, style = colour): string[] =>
    guide.rows({ columns, rows: height }, style).map((row) => row.map(({ text }) => text).join(''))
  return { player, guide, rows }
}

const enter: Key = { type: 'key', name: 'enter' }
const letter = (text: string): Key => ({ type: 'text', text })
const asked: readonly PlayInput[] = [{ type: 'opened' }]
const answered: readonly PlayInput[] = [...asked, { type: 'choose', choice: 0 }]
const second: readonly PlayInput[] = [...answered, { type: 'go-on', changes: null }, { type: 'block-ended', at: FIRST, result: passed }]
const wrong: readonly PlayInput[] = [...second, { type: 'go-on', changes: null }, { type: 'block-ended', at: SECOND, result: failed }]

test('a question stands below the prose it belongs to, and what follows is not there yet', () => {
  const { guide, rows } = guided(...asked)
  expect(rows()).toEqual([
    '▸ The title',
    '━━━━━━━━━━━',
    '  Some prose with weight.',
    '',
    '? What comes?',
    '   1 nothing',
    '   2 Oslo',
    '',
    'What do you expect? Press 1 or 2.',
  ])
  expect(guide.keys).toBe('1 or 2: your guess')
})

test('the next block is dim, its answers unseen; steps tick one by one', () => {
  const { player, guide, rows } = guided(...answered)
  expect(rows().slice(4)).toEqual([
    '? What comes?',
    '  ▸1 nothing',
    '   2 Oslo',
    '',
    '▸ First',
    '  ❯ put city Oslo',
    '  ❯ get city',
    '  ❯ expect healthy',
    '',
    'Enter runs this step.',
  ])
  const block = guide.rows({ columns: 44, rows: 40 }, colour)[10]
  expect(block?.map(({ tone }) => tone)).toEqual(['dim', 'dim'])
  const line = 16
  player.take(
    { type: 'go-on', changes: null },
    { type: 'step-ended', at: FIRST, line, passed: true, answer: ['ok stored; undo: del city'] },
  )
  player.take({ type: 'step-begun', at: FIRST, line: line + 1 })
  expect(rows().slice(8)).toEqual(['▸ First', '  ✓ put city Oslo → stored', '  … get city', '  ❯ expect healthy'])
  expect(guide.keys).toBe('')
})

test('after its block the guess is judged, right or wrong, and the section ticked', () => {
  const { rows } = guided(...second)
  expect(rows().slice(8)).toEqual([
    '✓ First',
    '  ✓ put city Oslo',
    '  ✓ get city',
    '  ✓ expect healthy',
    '',
    '  ✗ You said: nothing',
    '    It is: Oslo',
    '    A majority has it.',
    '',
    '▸ Second',
    '  Last words.',
    '',
    '  ❯ kill leader',
    '  ❯ expect linearizable',
    '',
    'Enter runs this step.',
  ])
})

test('a failed block says why and what can be done; e shows expected, actual, witness and the last events', () => {
  const { player, guide, rows } = guided(...wrong)
  expect(rows().slice(-5)).toEqual([
    '✗ expect linearizable: fail expected:',
    '  linearizable, but it is invalid',
    'Enter goes on · r Enter tries again from',
    '"Second" on a fresh cluster · e Enter',
    'explains',
  ])
  expect(guide.line('e')).toBe(true)
  expect(rows().slice(-11)).toEqual([
    '  command   expect linearizable',
    '  expected  ok',
    '  actual    fail expected: it is invalid',
    '  these cannot be in one order',
    '  {"f":"get","key":"city"}',
    '  the last events',
    '  # +1.000s check',
    '  # +2.000s n3 became leader',
    '',
    'Enter goes on · r Enter tries again from',
    '"Second" on a fresh cluster · e Enter hides',
  ])
  expect(guide.line('r')).toBe(true)
  expect(player.state.phase.kind).toBe('rebuilding')
  player.take({ type: 'rebuild-step', what: 'First', done: 3000, of: 12_000, leftMs: 9000 })
  expect(rows().slice(-3)).toEqual(['First', `${'█'.repeat(8)}${'░'.repeat(22)}`, 'about 9 s left'])
})

test('what the student changed is named, and two keys answer', () => {
  const changes = { words: ['killed n3', 'made cut n1 | n2'], commands: ['heal', 'restart n3'] }
  const { player, guide, rows } = guided(...answered, { type: 'go-on', changes })
  expect(rows(40, 60).slice(-2)).toEqual(['You killed n3 and made cut n1 | n2.', 'Put back and go on (Enter), go on as it is (g Enter).'])
  expect(['k', 'r', 'e'].map((line) => guide.line(line))).toEqual([false, false, false])
  guide.line('g')
  expect(player.state.phase).toEqual({ kind: 'running', at: FIRST })
})

test('letters belong to the prompt: any command can be typed while something is asked or has failed', () => {
  const { player, guide } = guided(...answered)
  for (const text of ['r', 'e', 'g', '1', 'a', 'kill n1']) expect(guide.key(letter(text))).toBe(false)
  const question = guided(...asked)
  question.rows()
  for (const text of ['3', '0', 'k', 'ab', '12', 'a', 'b']) expect(question.guide.key(letter(text))).toBe(false)
  expect(question.guide.key(letter('2'))).toBe(true)
  expect(question.player.state.predictions.get(2)).toBe(1)
  expect(guide.key({ type: 'key', name: 'up' })).toBe(false)
  expect(player.said).toEqual([])
  const broken = guided(...wrong)
  for (const text of ['r', 'e', 'restart n1']) expect(broken.guide.key(letter(text))).toBe(false)
  expect(['restart n1', 'g', 'rr', ''].map((line) => broken.guide.line(line))).toEqual([false, false, false, false])
  expect(broken.player.said).toEqual([])
})

test('another size leaves the same words in sight', () => {
  const { guide, rows } = guided(...second)
  const all = rows()
  const [first = ''] = rows(6)
  expect(first).not.toBe(all[0])
  expect(rows(7)).toContain(first)
  expect(rows(6)).toContain(first)
  for (const key of [enter, enter, enter]) if (rows(6).some((row) => row.includes('more rows'))) guide.key(key)
  expect(rows(6).at(-1)).toBe(rows(9).at(-1))
})

test('Enter at a question says once more what is asked, in no more rows', () => {
  for (const height of [40, 9]) {
    const { player, guide, rows } = guided(...asked)
    rows(height)
    while (rows(height).some((row) => row.includes('more rows'))) guide.key(enter)
    const before = rows(height)
    for (const key of [enter, enter, enter]) guide.key(key)
    expect(player.state.phase.kind).toBe('asking')
    expect(rows(height)).toHaveLength(before.length)
    expect(rows(height).filter((row) => row.includes('What do you expect') || row.includes('more rows'))).toEqual([])
    expect(guide.keys).toContain('a guess is enough')
  }
})

test('in a small pane Enter reads on before it does anything, and alt-up goes back', () => {
  const { player, guide, rows } = guided(...answered)
  expect(rows(4)).toEqual(['', '▸ First', '  ❯ put city Oslo', '↓ 2 more rows: Enter'])
  expect(guide.keys).toBe('Enter reads on · alt-up back')
  guide.key(enter)
  expect(rows(4)).toEqual(['▸ First', '  ❯ put city Oslo', '  ❯ get city', '  ❯ expect healthy'])
  expect(guide.keys).toBe('Enter runs the step · alt-up back')
  guide.key({ type: 'key', name: 'alt-up' })
  expect(rows(4).at(-1)).toMatch(/^↓/)
  expect(player.said).toEqual([])
  for (let pages = 0; pages < 3 && player.said.length === 0; pages++) {
    guide.key(enter)
    rows(4)
  }
  expect(player.said).toEqual(['go-on'])
})

test('a question that is out of sight is brought there before a digit answers it', () => {
  const { player, guide, rows } = guided(...asked)
  expect(rows(4).at(-1)).toMatch(/^↓/)
  expect(guide.key(letter('2'))).toBe(true)
  expect(player.said).toEqual([])
  expect(rows(4)).toEqual(['', '? What comes?', '   1 nothing', '   2 Oslo'])
  guide.key(letter('2'))
  expect(player.said).toEqual(['choose'])
  // The keys are asked for before the rows are drawn.
  expect(guide.keys).toBe('Enter reads on · alt-up back')
})

test('rows fit every pane, in ASCII too, and the summary says how to go on', () => {
  const { guide, rows } = guided(...wrong)
  for (const columns of [12, 30, 80])
    for (const height of [1, 2, 9, 60]) {
      const drawn = guide.rows({ columns, rows: height }, colour)
      expect(drawn.length).toBeLessThanOrEqual(height)
      expect(Math.max(...drawn.map(rowWidth))).toBeLessThanOrEqual(columns)
    }
  expect(rows(60, 60, { colour: false, ascii: true }).join('\n')).toMatch(/^[ -~\n]+$/)
  expect(guide.summary()).toEqual(['1 of 2 steps of "The title"; on from here: splitbrain play lesson.md --until "Second"'])
})
