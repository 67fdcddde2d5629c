/** The example in README.md is run as it stands there, against the built package. */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { transformSync } from 'esbuild'
import { expect, test } from 'vitest'
import { freshFolder, ROOT } from './run-built.ts'

test('the TypeScript example of the README prints a valid verdict', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1]
  expect(example).toBeDefined()
  const dir = freshFolder()
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(ROOT, join(dir, 'node_modules', 'splitbrain'))
  writeFileSync(join(dir, 'example.mjs'), transformSync(example ?? '', { loader: 'ts', target: 'node20' }).code)
  const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: dir })
  expect(stdout.trim()).toBe('valid')
})

test('expect throws what was expected, what was so, and where the run is', async () => {
  const { openLab } = (await import(join(ROOT, 'dist', 'api.js'))) as typeof import('../../src/api-types.ts')
  const lab = await openLab({ nodes: 3, settings: { preset: 'fast' }, baseDir: freshFolder() })
  try {
    await lab.do('put city Oslo')
    await expect(lab.expect('leaders = 2 within 100ms')).rejects.toMatchObject({
      code: 'expectation',
      expected: 'leaders = 2 within 100ms',
      actual: expect.stringContaining('leaders = 1'),
      reportPath: lab.folder,
    })
    await expect(lab.do('putt city Oslo')).rejects.toMatchObject({ code: 'usage' })
  } finally {
    await lab.close()
  }
})

test('two labs in one process do not disturb each other', async () => {
  const { openLab } = (await import(join(ROOT, 'dist', 'api.js'))) as typeof import('../../src/api-types.ts')
  const baseDir = freshFolder()
  const [one, two] = await Promise.all([openLab({ nodes: 3, baseDir }), openLab({ nodes: 3, baseDir })])
  try {
    await Promise.all([one.do('put city Oslo'), two.do('put city Bergen')])
    await one.do('kill all')
    expect(await two.do('get city')).toMatchObject({ status: 'ok', value: 'Bergen' })
    expect(one.folder).not.toBe(two.folder)
  } finally {
    await Promise.all([one.close(), two.close()])
  }
})

test('a node that finds its log damaged refuses, and the lab goes on without it', async () => {
  const { openLab } = (await import(join(ROOT, 'dist', 'api.js'))) as typeof import('../../src/api-types.ts')
  const lab = await openLab({ nodes: 3, settings: { preset: 'fast' }, baseDir: freshFolder() })
  try {
    await lab.do('put city Oslo timeout=10s')
    await lab.do('expect local(city, all) = Oslo within 5s')
    await lab.do('disk n3 flip')
    const answer = await lab.do('restart n3')
    expect(answer).toMatchObject({ status: 'fail', code: 'halted' })
    expect(answer.text).toMatch(/^n3 did not start: log is damaged at byte \d+: /)
    expect(await lab.do('get city timeout=10s')).toMatchObject({ status: 'ok', value: 'Oslo' })
    const recovered = await lab.do('recover')
    expect(recovered).toMatchObject({ status: 'fail', text: expect.stringContaining('n3 did not start: log is damaged') })
  } finally {
    await lab.close()
  }
})

test('a torn power cut says what it took, and each node what it cut off', async () => {
  const { openLab } = (await import(join(ROOT, 'dist', 'api.js'))) as typeof import('../../src/api-types.ts')
  const lab = await openLab({ nodes: 3, settings: { preset: 'fast' }, baseDir: freshFolder() })
  try {
    await lab.do('put city Oslo timeout=10s')
    await lab.do('disk all slow=30s')
    expect(await lab.do('put city Bergen timeout=1s')).toMatchObject({ status: 'unknown' })
    const cut = await lab.do('powercut all torn')
    expect(cut.text).toMatch(/^cut the power of .*, lost \d+ of \d+ bytes written; undo: restart n1 n2 n3$/)
    await lab.do('disk all ok')
    await lab.do('restart all')
    expect(await lab.do('get city timeout=10s')).toMatchObject({ status: 'ok', value: 'Oslo' })
    expect((await lab.do('events')).value).toMatch(/n1 cut a torn tail of \d+ bytes off its log: never synced, so never promised/)
  } finally {
    await lab.close()
  }
})
