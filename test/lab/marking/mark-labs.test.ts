import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type MarkRequest, type MarkResult, markLabs, nameSeed, type StudentMarked } from '../../../src/lab/marking/mark-labs.ts'
import { runLabs } from '../../../src/lab/run-labs.ts'
import { freshFolder } from '../real-lab.ts'
import { fence, keyText, papers } from './papers.ts'

interface Marked extends MarkResult {
  readonly folder: string
  readonly told: readonly StudentMarked[]
  /** `student block points/of`, in order. */
  readonly points: readonly string[]
  /** Why a student lost points, by block. */
  reason(student: string, block: string): string | null
}

async function mark(
  key: string,
  solutions: Readonly<Record<string, string>>,
  changes: Partial<MarkRequest> = {},
  onStudent: () => void = () => {},
  signal = new AbortController().signal,
): Promise<Marked> {
  const papersIn = papers({ 'key.md': key, ...solutions })
  const folder = freshFolder()
  const usual = {
    solutions: [papersIn],
    key: join(papersIn, 'key.md'),
    seedFromName: false,
    jobs: 2,
    patience: 1,
    csv: null,
    baseDir: folder,
  }
  const told: StudentMarked[] = []
  const request = { ...usual, ...changes }
  const result = await markLabs(
    request,
    (student) => {
      told.push(student)
      onStudent()
    },
    signal,
  )
  const points = result.rows.map((row) => `${row.student} ${row.block} ${row.points}/${row.of}`)
  const reason = (student: string, block: string): string | null => {
    const row = result.rows.find((one) => one.student === student && one.block === block)
    if (row === undefined) throw new Error(`no row for ${student} ${block}`)
    // On a busy machine a failure says also that the machine stood still.
    return row.failed?.replaceAll(`${papersIn}/`, '').replace(/; the machine stalled .*$/, '') ?? null
  }
  return { ...result, folder, told, points, reason }
}

const FIRST =
  fence('lab todo first', '> put a 1') +
  fence('lab check first points=2', '> get a timeout=1s', '1') +
  fence('lab check first', '> expect not used get')
const SECOND = fence('lab todo second', '> put b 2') + fence('lab check second points=4', '> get b', '2')
const KEY = keyText(fence('lab', '> put c 0') + FIRST + fence('lab', '> put c 1 timeout=100ms') + SECOND)
const solve = (first: string, second: string): string => fence('lab todo first', first) + fence('lab todo second', second)

test('points are those of the checks that pass, each whole or not at all, and one block that fails costs no other one', async () => {
  const { points, reason, rows, code, students, told } = await mark(KEY, {
    'ada.md': solve('> put a 1', '> put b 2'),
    'bob.md': solve('> put a 1\n> get a', '> put b 3'),
    'cem.md': solve('> put a 1\nno such answer', '> put b 2'),
    'dan.md': solve('', '> restart n9'),
  })
  expect(points).toEqual([
    'ada first 3/3',
    'ada second 4/4',
    'bob first 2/3',
    'bob second 0/4',
    'cem first 0/3',
    'cem second 4/4',
    'dan first 0/3',
    'dan second 0/4',
  ])
  expect([code, students, told.length]).toEqual([0, 4, 4])
  expect(rows.map(({ seed }) => seed)).toEqual(['5', '5', '5', '5', '5', '5', null, null])
  expect(reason('ada', 'first')).toBeNull()
  expect(reason('bob', 'first')).toMatch(/^key\.md:20: expect not used get: .*get was used/)
  expect(reason('bob', 'second')).toBe('key.md:29: get b: expected 2, got 3')
  expect(reason('cem', 'first')).toBe('cem.md:2: put a 1: expected no such answer, got ok')
  expect(reason('dan', 'first')).toBe('dan.md:1: nothing is filled in')
  expect(reason('dan', 'second')).toMatch(/^dan\.md:5: .*n9/)
})

test('what ran can be run again: the lab as it was put together, with the same seed, which hangs on no other file', async () => {
  const files = { 'ada/lab.md': solve('> put a 1', '> put b 3'), 'bob/lab.md': '# I was ill' }
  const { told, folder } = await mark(KEY, files, { seedFromName: true, jobs: 1 })
  expect(told.map(({ student }) => student)).toEqual(['ada/lab', 'bob/lab'])
  const [run = ''] = readdirSync(join(folder, '.splitbrain', 'runs'))
  const lab = join(folder, '.splitbrain', 'runs', run, 'lab.md')
  expect(told[0]?.rows[0]?.seed).toBe(nameSeed('lab'))
  expect(told[0]?.again).toEqual([expect.stringMatching(new RegExp(`^splitbrain run .*${run}/lab\\.md --seed ${nameSeed('lab')}$`))])
  expect(JSON.parse(readFileSync(join(folder, '.splitbrain', 'runs', run, 'result.json'), 'utf8'))).toMatchObject({ status: 'failed' })
  const usual = { stdin: null, tags: [], jobs: 1, repeat: 1, untilFail: false, bail: false, patience: 1, update: false }
  const again = await runLabs({ ...usual, paths: [lab], seed: nameSeed('lab'), baseDir: folder }, () => {}, new AbortController().signal)
  expect(again.suites[0]?.cases.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed', 'passed', 'passed', 'failed'])
})

test('a student who waits for ever, and one who opens what never ends, stop at the limit of the key', async () => {
  const key = keyText(FIRST + SECOND, 'limit: 3s', 'checks: none')
  const { points, reason } = await mark(key, {
    'ada.md': solve('> put a 1', '> wait 10m'),
    'bob.md': solve('> every 10ms put a 1\n> load start\n> await all\n> expect failed = 1 within 60m', '> put b 2'),
  })
  expect(points).toEqual(['ada first 3/3', 'ada second 0/4', 'bob first 0/3', 'bob second 0/4'])
  expect(reason('ada', 'second')).toBe('ada.md:5: the time limit came before its end')
  expect(reason('bob', 'first')).toBe('bob.md:5: the time limit came before its end')
  expect(reason('bob', 'second')).toBe('bob.md:7: the time limit came before it')
})

test('what the lab itself fails at, in between or in its end, is said of every block that it keeps from its points', async () => {
  const always = keyText(fence('lab', '> always failed = 0') + FIRST + SECOND, 'checks: none')
  const broken = await mark(always, { 'ada.md': solve('> put a 1\n> kill n1\n> wait 200ms\n> restart n1', '> put b 2') })
  expect(broken.points).toEqual(['ada first 0/3', 'ada second 0/4'])
  expect(broken.reason('ada', 'second')).toMatch(/^key\.md, at its end: always failed = 0: invalid: /)

  const stuck = await mark(KEY.replace('seed: 5', 'seed: 5\nchecks: none'), { 'bob.md': solve('> put a 1\n> kill n1', '> put b 2') })
  expect(stuck.points).toEqual(['bob first 1/3', 'bob second 0/4'])
  expect(stuck.reason('bob', 'second')).toMatch(/^bob\.md:5: not reached: key\.md:24: put c 1 timeout=100ms: /)
})

test('ctrl-c ends it, and who was not marked is told from who earned nothing', async () => {
  const controller = new AbortController()
  const files = { 'ada.md': solve('> put a 1', '> put b 2'), 'bob.md': solve('> put a 1', '> put b 2') }
  const { points, reason, code } = await mark(KEY, files, { jobs: 1 }, () => controller.abort(), controller.signal)
  expect([code, points.slice(0, 2), points.slice(2)]).toEqual([
    130,
    ['ada first 3/3', 'ada second 4/4'],
    ['bob first 0/3', 'bob second 0/4'],
  ])
  expect(reason('bob', 'first')).toBe('the marking was interrupted before it')
})

test('nothing runs for a student with nothing to run, and nothing is written but run folders', async () => {
  const { points, folder, code } = await mark(KEY, { 'ada.md': '# I was ill', 'bob.md': fence('lab todo third', '> save x.md force') })
  expect([code, points]).toEqual([0, ['ada first 0/3', 'ada second 0/4', 'bob first 0/3', 'bob second 0/4', 'bob third 0/0']])
  expect(existsSync(join(folder, '.splitbrain'))).toBe(false)
})

test('marks do not overwrite what they are of', async () => {
  const folder = papers({ 'key.md': KEY, 'ada.md': solve('', '') })
  for (const csv of ['key.md', 'ada.md'].map((name) => join(folder, name))) {
    await expect(mark(KEY, {}, { solutions: [folder], key: join(folder, 'key.md'), csv })).rejects.toThrow(`--csv would overwrite ${csv}`)
  }
})
