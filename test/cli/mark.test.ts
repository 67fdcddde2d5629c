import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { Rooms } from '../../src/cli/rooms.ts'
import type { MarkResult, StudentMarked } from '../../src/lab/marking/mark-labs.ts'
import type { MarkRow } from '../../src/lab/marking/types.ts'
import { testContext } from './context.ts'

const row: MarkRow = { student: 'ada', block: 'crash', points: 2, of: 3, failed: 'key.md:9: no', prediction: 'right: two', seed: '7' }
const rows = [row, { ...row, student: 'bob', points: 3, failed: null }]
const CSV = 'student,block,points,of,failed,prediction,seed\r\nada,crash,2,3,key.md:9: no,right: two,7\r\nbob,crash,3,3,,right: two,7\r\n'
const told: readonly StudentMarked[] = [
  { student: 'ada', rows: rows.slice(0, 1), incidents: ['n1 died'], again: ['splitbrain run x/lab.md --seed 7'], ms: 1200 },
  { student: 'bob', rows: rows.slice(1), incidents: [], again: ['splitbrain run y/lab.md --seed 7'], ms: 800 },
]

async function cli(argv: readonly string[], result: Partial<MarkResult> = {}) {
  const asked: unknown[] = []
  const rooms: Partial<Rooms> = {
    markLabs: async (request, report) => {
      asked.push(request)
      for (const student of told) report(student)
      return { rows, students: 2, code: 0, ms: 2000, ...result }
    },
    blankLab: async (key) => `handout of ${key}\n`,
  }
  const test = testContext(rooms)
  const code = await main(['mark', ...argv], test.context)
  return { code, stdout: test.stdout, stderr: test.stderr, asked }
}

const PEOPLE = `✗ ada  2 of 3  1.2s
    n1 died
    key.md:9: no
    again: splitbrain run x/lab.md --seed 7
✓ bob  3 of 3  800ms

student  block  points  prediction
ada      crash  2 of 3  right: two
bob      crash  3 of 3  right: two

2 students, 5 of 6 points in 2.0s
`

it('marks go to a file and their story to standard output, or to both ends of a pipe', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'splitbrain-mark-')), 'new', 'marks.csv')
  expect(await cli(['a.md', 'b', '--key', 'key.md', '--csv', file])).toMatchObject({ code: 0, stdout: PEOPLE, stderr: '' })
  expect(readFileSync(file, 'utf8')).toBe(CSV)
  expect(await cli(['a.md', '--key', 'key.md', '--csv', '-'])).toMatchObject({ code: 0, stdout: CSV, stderr: PEOPLE })
})

it('flags arrive as they were typed', async () => {
  const { asked } = await cli('a.md b --key key.md --csv - --seed-from name --jobs 3 --patience 2'.split(' '))
  expect(asked).toEqual([{ solutions: ['a.md', 'b'], key: 'key.md', csv: null, seedFromName: true, jobs: 3, patience: 2 }])
  expect((await cli('a.md --key key.md --csv x/'.split(' '))).asked).toMatchObject([
    { csv: 'x/', seedFromName: false, jobs: 1, patience: 1 },
  ])
})

it('the exit code is that of marking, however low the marks; marks that cannot be written are not lost', async () => {
  expect(await cli(['a.md', '--key', 'k', '--csv', '-'], { code: 130 })).toMatchObject({ code: 130, stdout: CSV })
  const { code, stdout, stderr } = await cli(['a.md', '--key', 'k', '--csv', tmpdir()])
  expect([code, stdout]).toEqual([3, PEOPLE + CSV])
  expect(stderr).toMatch(/^splitbrain: .* cannot be written: .*; the marks follow on standard output\n$/)
})

it('a handout is printed and nothing else', async () => {
  expect(await cli(['--blank', 'key.md'])).toEqual({ code: 0, stdout: 'handout of key.md\n', stderr: '', asked: [] })
})

it.each([
  [[], 'whose solutions?'],
  [['a.md', '--csv', '-'], '--key LAB.md says what'],
  [['a.md', '--key', 'k'], '--csv FILE says where'],
  [['a.md', '--blank', 'k'], '--blank KEY writes a handout'],
  [['a.md', '--key', 'k', '--csv', '-', '--seed-from', 'file'], "option '--seed-from <what>' argument 'file' is invalid"],
])('%j is refused', async (argv, why) => {
  const { code, stderr, stdout, asked } = await cli(argv)
  expect([code, stdout, asked]).toEqual([2, '', []])
  expect(stderr).toContain(why)
})
