import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepProgress, type LessonProgress, readProgress } from '../../../src/lab/play/progress.ts'
import { freshFolder } from '../real-lab.ts'

const half: LessonProgress = { mode: 'raft', steps: 2, of: 4, right: 1, asked: 2, at: '2026-11-20T10:00:00.000Z', finishedAt: null }
const whole: LessonProgress = { ...half, steps: 4, right: 2, finishedAt: '2026-11-20T11:00:00.000Z' }

test('what is kept is read again, a lesson a file, whatever else lies there', () => {
  const folder = join(freshFolder(), 'state', 'progress')
  expect(readProgress(folder)).toEqual(new Map())
  expect(keepProgress(folder, 'election/split-vote', half)).toBeNull()
  expect(keepProgress(folder, 'smoke', whole)).toBeNull()
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  expect(readProgress(folder)).toEqual(
    new Map([
      ['election/split-vote', half],
      ['smoke', whole],
    ]),
  )
})

test('what was reached once is never taken back', () => {
  const folder = freshFolder()
  keepProgress(folder, 'smoke', whole)
  keepProgress(folder, 'smoke', { ...half, steps: 1, right: 0, at: '2026-11-21T10:00:00.000Z' })
  expect(readProgress(folder).get('smoke')).toEqual({ ...whole, at: '2026-11-21T10:00:00.000Z' })
  // A lesson that was rewritten since has other steps and questions: the old counts say nothing of it.
  keepProgress(folder, 'smoke', { ...half, of: 9, asked: 5 })
  expect(readProgress(folder).get('smoke')).toMatchObject({ steps: 2, of: 9, right: 1, asked: 5, finishedAt: whole.finishedAt })
})

test('a broken, older, newer, huge or nonsensical file costs its own lesson alone, and is written over', () => {
  const folder = freshFolder()
  keepProgress(folder, 'good', half)
  const bad: Readonly<Record<string, string>> = {
    empty: '',
    torn: '{"version":1,"mode":"ra',
    older: JSON.stringify({ done: true }),
    newer: JSON.stringify({ ...half, version: 2 }),
    huge: ' '.repeat(20_000),
    negative: JSON.stringify({ ...half, version: 1, steps: -1 }),
    more: JSON.stringify({ ...half, version: 1, right: 3 }),
    when: JSON.stringify({ ...half, version: 1, at: 'yesterday' }),
    list: '[1, 2]',
    nothing: 'null',
  }
  for (const [name, text] of Object.entries(bad)) writeFileSync(join(folder, `${name}.json`), text)
  mkdirSync(join(folder, 'folder.json'))
  expect([...readProgress(folder).keys()]).toEqual(['good'])
  for (const name of Object.keys(bad)) expect(keepProgress(folder, name, half)).toBeNull()
  expect(readProgress(folder).size).toBe(11)
})

test('what a killed writer left half written is not read, and disturbs nobody', () => {
  const folder = freshFolder()
  keepProgress(folder, 'smoke', half)
  writeFileSync(join(folder, 'smoke.json.999'), '{"version":1,"mo')
  expect(keepProgress(folder, 'smoke', whole)).toBeNull()
  expect(readProgress(folder)).toEqual(new Map([['smoke', whole]]))
  expect(readdirSync(folder).sort()).toEqual(['smoke.json', 'smoke.json.999'])
})

test('a folder that cannot be written says so, and leaves what is there', () => {
  const folder = freshFolder()
  const file = join(folder, 'file')
  writeFileSync(file, 'no folder')
  expect(keepProgress(join(file, 'progress'), 'smoke', half)).toMatch(/^progress cannot be kept in .*: ENOTDIR$/)
  expect(readFileSync(file, 'utf8')).toBe('no folder')
  if (process.getuid?.() === 0) return
  chmodSync(folder, 0o500)
  expect(keepProgress(folder, 'smoke', half)).toMatch(/EACCES$/)
  chmodSync(folder, 0o700)
})
