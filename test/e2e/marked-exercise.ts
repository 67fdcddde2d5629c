/** Solutions of a shipped exercise, marked as a teacher would, on real clusters. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Exercise } from '../lab/marking/exercises.ts'
import { runBuilt } from './run-built.ts'

export type Solution = 'right' | 'wrong' | 'empty'

/** All points for the right solution, none for the others. */
export async function markExercise({ key, solutions }: Exercise, of: readonly Solution[]): Promise<void> {
  const files = of.map((name) => join(solutions, `${name}.md`))
  const ran = await runBuilt(['mark', ...files, '--key', key, '--csv', 'marks.csv', '--seed-from', 'name', '--jobs', '2'])
  expect(ran).toMatchObject({ code: 0, err: '' })
  const [head, ...rows] = readFileSync(join(ran.dir, 'marks.csv'), 'utf8').trimEnd().split('\r\n')
  expect(head).toBe('student,block,points,of,failed,prediction,seed')
  const marks = rows.map((row) => row.split(','))
  expect(of.map((name) => marks.filter(([student]) => student === name).length)).toEqual(of.map(() => marks.length / of.length))
  for (const [student = '', block, points, most, ...failed] of marks) {
    if (student === 'right') expect([block, points, failed[0]]).toEqual([block, most, ''])
    else expect([block, points]).toEqual([block, '0'])
    // Where the wrong one went wrong stands beside it: in the key's check, or in the student's own line.
    if (student !== 'right') expect(failed.join(',')).toMatch(/\.md:\d+: /)
  }
  expect(ran.out).toMatch(/^✓ right {2}(\d+) of \1 /m)
}
