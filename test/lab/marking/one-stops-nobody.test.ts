/** What goes wrong with one student, or with the disk, costs nobody else's marks. */
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { markLabs, type StudentMarked } from '../../../src/lab/marking/mark-labs.ts'
import { freshFolder } from '../real-lab.ts'
import { fence, keyText, papers } from './papers.ts'

vi.mock(import('../../../src/lab/kept-results.ts'), async (original) => ({
  ...(await original()),
  keepResult: () => {
    throw new Error('ENOSPC: no space left on device')
  },
}))
vi.mock(import('../../../src/lab/marking/take.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    takeBlocks: (key, file, text) => {
      if (file.endsWith('bob.md')) throw new Error('a slip of ours')
      return real.takeBlocks(key, file, text)
    },
  }
})

test('a full disk costs the run folder and not the points; what breaks over one student is said of that one', async () => {
  const key = keyText(fence('lab todo it', '> put a 1') + fence('lab check it', '> get a', '1'), 'checks: none')
  const folder = papers({ 'key.md': key, 'ada.md': fence('lab todo it', '> put a 1'), 'bob.md': '', 'eve.md': '# nothing' })
  const told: StudentMarked[] = []
  const { rows, code } = await markLabs(
    {
      solutions: [folder],
      key: join(folder, 'key.md'),
      seedFromName: false,
      jobs: 2,
      patience: 1,
      csv: null,
      baseDir: freshFolder(),
    },
    (one) => told.push(one),
    new AbortController().signal,
  )
  const failed = (text: string | null): string | null => text?.replaceAll(`${folder}/`, '') ?? null
  expect(rows.map((row) => [row.student, row.points, failed(row.failed)])).toEqual([
    ['ada', 1, null],
    ['bob', 0, 'bob.md: it could not be marked: a slip of ours'],
    ['eve', 0, 'eve.md has no block lab todo it'],
  ])
  const ada = told.find(({ student }) => student === 'ada')
  expect([code, ada?.incidents, ada?.again]).toEqual([3, ['what ran could not be kept: ENOSPC: no space left on device'], []])
})
