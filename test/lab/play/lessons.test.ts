import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readLabs } from '../../../src/lab/lab-files.ts'
import { chooseRun, lessonOf, placeOfHeading } from '../../../src/lab/play/lesson.ts'
import { type LessonInfo, lessonLines, lessonList, meantLesson, nextLesson } from '../../../src/lab/play/lessons.ts'
import type { LessonProgress } from '../../../src/lab/play/progress.ts'
import { labsFolder } from '../../../src/lab/shipped-labs.ts'
import { lessonFrom, sourceOf } from './playing.ts'

const begun: LessonProgress = { mode: 'raft', steps: 1, of: 3, right: 0, asked: 1, at: '2026-11-20T10:00:00Z', finishedAt: null }
const done: LessonProgress = { ...begun, steps: 3, right: 1, finishedAt: '2026-11-20T11:00:00Z' }
const info = (name: string, progress: LessonProgress | null = null): LessonInfo => ({
  name,
  theme: name.includes('/') ? (name.split('/')[0] ?? '') : '',
  title: name.toUpperCase(),
  minutes: 4,
  progress,
})

test('every shipped lab is a lesson, in the order of the guide, with minutes', () => {
  const lessons = lessonList(new Map([['smoke', done]]))
  const guide = [...readFileSync(`${labsFolder()}/README.md`, 'utf8').matchAll(/^\| \w* \| \[.+\]\((\S+)\.md\) \| \d+ \|$/gm)].map(
    ([, name]) => name,
  )
  expect(lessons.map(({ name }) => name)).toEqual(guide)
  expect(lessons.every(({ minutes }) => minutes >= 1 && minutes <= 15)).toBe(true)
  expect(lessons.filter(({ progress }) => progress !== null).map(({ name }) => name)).toEqual(['smoke'])
})

test('the next one is what was begun, else the first that is not finished; after a lesson the one behind it', () => {
  expect(nextLesson([info('a'), info('b', begun), info('c')], null)?.name).toBe('b')
  expect(nextLesson([info('a', done), info('b'), info('c')], null)).toEqual({ name: 'b', title: 'B', command: 'splitbrain play b' })
  expect(nextLesson([info('a'), info('b', done), info('c')], 'b')?.name).toBe('c')
  expect(nextLesson([info('a'), info('b', done), info('c', done)], 'c')?.name).toBe('a')
  expect(nextLesson([info('a', done), info('b', done)], 'b')).toBeNull()
  expect(nextLesson([info('a'), info('b')], null)?.name).toBe('a')
})

test('a lesson is known without its theme, and nearly', () => {
  expect(['split-vote', 'election/split-vot', 'smoek', 'zzz'].map(meantLesson)).toEqual([
    'election/split-vote',
    'election/split-vote',
    'smoke',
    undefined,
  ])
})

test('the list says by theme what is done, how far, how right, and the exact next command', () => {
  expect(lessonLines([info('log/a', done), info('log/b', begun), info('smoke')])).toEqual([
    'The log',
    '✓  4 min  log/a  LOG/A (1 of 1 predictions right)',
    '·  4 min  log/b  LOG/B (1 of 3 steps, 0 of 1 predictions right)',
    '',
    'And',
    '   4 min  smoke  SMOKE',
    '',
    '1 of 3 finished',
    'next: splitbrain play log/b   (LOG/B, 4 min)',
  ])
  const limped = { ...done, steps: 2 }
  expect(lessonLines([info('log/a', limped)])).toEqual([
    'The log',
    '·  4 min  log/a  LOG/A (2 of 3 steps, 1 of 1 predictions right)',
    '',
    '0 of 1 finished',
    'next: splitbrain play log/a   (LOG/A, 4 min)',
  ])
})

test('a heading is found by its text or its only begin; another proposes the nearest', () => {
  const lesson = lessonFrom('---\nmode: raft\n---\n# Title\n## The first\n```lab\n> get a\n```\n## The second\ntext\n')
  expect(placeOfHeading(lesson, 'the SECOND')).toBe(3)
  expect(placeOfHeading(lesson, 'the s')).toBe(3)
  expect(() => placeOfHeading(lesson, 'The secnd')).toThrow('lesson.md has no heading "The secnd". Did you mean "The second"?')
  expect(() => placeOfHeading(lesson, 'The')).toThrow('it has "Title", "The first", "The second"')
})

test('of a lab for two stores the first is played unless one is named', () => {
  const [source] = readLabs({ paths: ['dynamo/cap'], stdin: null, tags: [] })
  if (source === undefined) throw new Error('no cap')
  expect(lessonOf(source, chooseRun(source, null))).toMatchObject({ mode: 'raft', otherModes: ['dynamo'] })
  expect(chooseRun(source, 'dynamo').mode).toBe('dynamo')
  expect(() => chooseRun(sourceOf('---\nmode: raft\n---\n```lab\n> get a\n```\n'), 'dynamo')).toThrow(
    'lesson.md is not for dynamo; it is for raft',
  )
})
