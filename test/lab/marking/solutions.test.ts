import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nameSeed } from '../../../src/lab/marking/mark-labs.ts'
import { findSolutions, type Solution } from '../../../src/lab/marking/solutions.ts'
import { papers } from './papers.ts'

const students = (found: readonly Solution[]): string[] => found.map(({ student }) => student)

it('a folder stands for its .md files, in subfolders too; hidden ones and the key are nobody’s', () => {
  const folder = papers({
    'bob.md': 'b',
    'ada.md': 'a',
    'group/Eve Øst.MD': 'e',
    'notes.txt': '',
    '.ada.md': '',
    '__MACOSX/x.md': '',
    'key.md': 'k',
  })
  const found = findSolutions([folder, join(folder, 'ada.md')], join(folder, 'key.md'))
  expect(students(found)).toEqual(['ada', 'bob', 'Eve Øst'])
  expect(found[0]?.content).toEqual({ ok: true, text: 'a' })
})

it('students of one name are told apart by their folders', () => {
  const folder = papers({ 'x/ada/lab.md': '', 'x/bob/lab.md': '', 'y/ada/lab.md': '', 'y/eve.md': '' })
  expect(students(findSolutions([folder], 'key.md'))).toEqual(['x/ada/lab', 'bob/lab', 'y/ada/lab', 'eve'])
  const alike = papers({ 'ada.md': '', 'ada.MD': '' })
  expect(() => findSolutions([alike], 'key.md')).toThrow(/two solutions have the same name: .*ada\.MD and .*ada\.md/)
})

it('what is no readable text is a student with a reason; a path that leads nowhere is a slip', () => {
  const folder = papers({ 'long.md': 'x'.repeat(300_000), 'ada.md': '' })
  mkdirSync(join(folder, 'bob.md'))
  symlinkSync('/dev/zero', join(folder, 'endless.md'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'broken.md'))
  const why = new Map(findSolutions([folder], 'key.md').map(({ student, content }) => [student, content.ok ? 'ok' : content.why]))
  expect(Object.fromEntries(why)).toEqual({
    ada: 'ok',
    bob: 'it is a folder without a .md file',
    broken: 'it leads nowhere',
    endless: 'it is no file',
    long: 'it has 300000 bytes; 262144 are the most',
  })
  mkdirSync(join(folder, 'empty'))
  expect(findSolutions([join(folder, 'empty')], 'key.md')).toMatchObject([{ student: 'empty', content: { ok: false } }])
  expect(() => findSolutions([join(folder, 'nobody.md')], 'key.md')).toThrow(/there is no .*nobody\.md/)
  expect(() => findSolutions([join(folder, 'ada.md')], join(folder, 'ada.md'))).toThrow(/no solution in/)
})

it('links in a circle cost only those who handed them in', () => {
  const folder = papers({ 'ada.md': 'a', 'bob/lab.md': 'b', 'circle/lab.md': 'c' })
  symlinkSync(join(folder, 'loop.md'), join(folder, 'loop.md'))
  symlinkSync(folder, join(folder, 'circle', 'back'))
  symlinkSync(join(folder, 'circle', 'again'), join(folder, 'circle', 'again'))
  const found = findSolutions([folder, join(folder, 'loop.md')], 'key.md')
  expect(found.map(({ student, content }) => [student, content.ok ? content.text : content.why])).toEqual([
    ['ada', 'a'],
    ['bob/lab', 'b'],
    ['circle/lab', 'c'],
    ['loop', 'it cannot be read: ELOOP'],
  ])
})

it('a name has one seed, however its letters are composed, and another name another one', () => {
  expect(nameSeed('ada')).toBe('260250381')
  expect(nameSeed('Zo\u00eb')).toBe(nameSeed('Zoe\u0308'))
  expect(nameSeed('/class/anna/lab.md')).toBe(nameSeed('lab'))
  expect(new Set(['ada', 'bob', 'eve', 'Ada'].map(nameSeed)).size).toBe(4)
})
