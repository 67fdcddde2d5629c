import { expect, it } from 'vitest'
import { labContext } from '../../../src/lab/lab-files.ts'
import { parseLab } from '../../../src/lab/language/lab-file.ts'
import { blankOf } from '../../../src/lab/marking/blank.ts'
import { predictionCell, tickedIn } from '../../../src/lab/marking/predictions.ts'
import { fence, keyOf, keyText, papers } from './papers.ts'

const who = (...ticks: readonly string[]): string =>
  fence(
    'predict',
    'Who stops',
    'first?',
    ...['one', 'two', 'three'].map((name) => `- [${ticks.includes(name) ? 'x' : ' '}] ${name}`),
    'because: so',
  )
const TODO = fence('lab todo crash', '> # kill somebody', '> kill n1') + fence('lab check crash', '> expect failed = 1')
const KEY = keyText(who('two') + TODO)

/** What the cell of the block says for a solution. */
const cell = (solution: string, key = KEY, block = 'crash'): string =>
  predictionCell(keyOf(key).predictions.get(block) ?? [], tickedIn(solution))

it('what was ticked, and whether it is right, by the question as it reads', () => {
  expect(cell(who('two'))).toBe('right: two')
  expect(cell(who('two').replace('stops\nfirst', 'stops   first'))).toBe('right: two')
  expect(cell(who('one'))).toBe('wrong: one')
  expect(cell(who())).toBe('not ticked')
  expect(cell('nothing')).toBe('missing')
})

it('ticking more does not help, unless the key does', () => {
  expect(cell(who('one', 'two', 'three'))).toBe('wrong: one and two and three')
  const two = keyText(who('one', 'three') + TODO)
  expect(cell(who('one', 'three'), two)).toBe('right: one and three')
  expect(cell(who('one'), two)).toBe('wrong: one')
})

it('a choice of the student’s own, or a second answer further down, is none', () => {
  expect(cell(who('two').replaceAll('two', 'all'))).toBe('wrong: not one of the choices')
  expect(cell(who('one') + who('two'))).toBe('wrong: one')
})

it('a question belongs to the next todo below it, or to the last one', () => {
  const ask = (what: string): string => fence('predict', what, '- [x] yes', '- [ ] no', 'because: so')
  const second = TODO.replaceAll('crash', 'back')
  const { predictions } = keyOf(keyText(ask('1?') + ask('2?') + TODO + ask('3?') + second + ask('4?')))
  const asked = Object.fromEntries([...predictions].map(([name, questions]) => [name, questions.map(({ question }) => question)]))
  expect(asked).toEqual({ crash: ['1?', '2?'], back: ['3?', '4?'] })
})

it('a handout is the key with todos emptied but for comments, nothing ticked and nothing explained; it reads as a lab', () => {
  const handout = blankOf(KEY)
  const lost = KEY.split('\n').filter((line) => !handout.split('\n').includes(line))
  expect(lost).toEqual(['- [x] two', 'because: so', '> kill n1'])
  expect(handout).toContain('- [ ] two\n')
  expect(parseLab(handout, 'handout.md', labContext)).toMatchObject({ ok: true })
  expect(blankOf(handout)).toBe(handout)
})

it('a key may not leave a question open, have no todo, or judge nothing', () => {
  expect(() => keyOf(keyText(who() + TODO))).toThrow(/key\.md:9: no choice is right/)
  expect(() => keyOf(keyText(who('two') + fence('lab', '> status')))).toThrow(/key\.md has no block lab todo NAME/)
  const unjudged = fence('lab todo back', '> restart n1')
  expect(() => keyOf(keyText(TODO + unjudged))).toThrow(/key\.md:16: no block lab check back judges this todo/)
  expect(() => keyOf(keyText(TODO.replace('check crash', 'check crash points=0')))).toThrow(
    /key\.md:13: lab check takes one name, and points=1 to/,
  )
  expect(keyOf(keyText(TODO.replace('check crash', 'check crash points=20'))).worth).toEqual(new Map([['crash', 20]]))
})

it('a folder is no key', async () => {
  const { readKey } = await import('../../../src/lab/marking/key.ts')
  expect(() => readKey(papers({ 'a.md': KEY, 'b.md': KEY }))).toThrow(/--key takes one lab, and .* is 2/)
})
