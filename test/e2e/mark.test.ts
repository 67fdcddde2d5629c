/** Every shipped exercise, marked as a teacher would: a right, a wrong and an empty solution on real clusters. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exercises } from '../lab/marking/exercises.ts'
import { runBuilt } from './run-built.ts'

test.each(exercises())('$name: all points for the right solution, none for the wrong and the empty one', async ({ key, solutions }) => {
  const ran = await runBuilt(['mark', solutions, '--key', key, '--csv', 'marks.csv', '--seed-from', 'name', '--jobs', '2'])
  expect(ran).toMatchObject({ code: 0, err: '' })
  const [head, ...rows] = readFileSync(join(ran.dir, 'marks.csv'), 'utf8').trimEnd().split('\r\n')
  expect(head).toBe('student,block,points,of,failed,prediction,seed')
  const marks = rows.map((row) => row.split(','))
  const of = (student: string): string[][] => marks.filter(([name]) => name === student)
  expect(of('right').map(([, block, points, , failed]) => [block, points, failed])).toEqual(
    of('right').map(([, block, , most]) => [block, most, '']),
  )
  expect([...of('wrong'), ...of('empty')].filter(([, , points]) => points !== '0')).toEqual([])
  expect([of('right').length, of('wrong').length, of('empty').length]).toEqual(Array.from({ length: 3 }, () => marks.length / 3))
  // Where the wrong one went wrong stands beside it: in the key's check, or in the student's own line.
  for (const row of [...of('wrong'), ...of('empty')]) expect(row.slice(4).join(',')).toMatch(/\.md:\d+: /)
  expect(ran.out).toMatch(/^✓ right {2}(\d+) of \1 /m)
})
