/** The page from the command line: where it goes, what it is called, what is said when it cannot be made. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { Rooms } from '../../src/cli/rooms.ts'
import { indexPage } from '../../src/report/page/index-page.ts'
import type { RunResult } from '../../src/report/result.ts'
import { testContext } from '../cli/context.ts'
import { failedBlock, run, suite } from './example.ts'
import { parseXml } from './xml.ts'

let folder = ''
let written: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'splitbrain-pages-'))
  written = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rooms: Partial<Rooms> = {
  findRun: async (name) => join(folder, name),
  writePage: async (from, file) => {
    if (from.includes('bad')) throw new Error(`${file} cannot be written`)
    written.push(`${from} > ${file.replace(folder, '')}`)
    return 87_001
  },
  indexPage: async (result, pages) => indexPage(result, pages),
}

async function cli(argv: readonly string[], result?: RunResult) {
  const runLabs: Rooms['runLabs'] = async (_, report) => {
    const done = result ?? run()
    for (const one of done.suites) report({ type: 'suite-end', result: one })
    return done
  }
  const test = testContext({ ...rooms, runLabs })
  return { code: await main(argv, test.context), stdout: test.stdout, stderr: test.stderr }
}

describe('splitbrain report', () => {
  it('takes the latest run and writes into its folder', async () => {
    const { code, stdout } = await cli(['report'])
    expect([code, written]).toEqual([0, [`${folder}/latest > /latest/report.html`]])
    expect(stdout).toMatch(/^wrote .*latest\/report\.html \(88 kB\)\n$/)
  })

  it('takes another run and another place', async () => {
    await cli(['report', 'other', '--out', join(folder, 'a.html')])
    expect(written).toEqual([`${folder}/other > /a.html`])
  })

  it('a folder is no file to write to', async () => {
    expect(await cli(['report', '--out', folder])).toMatchObject({
      code: 2,
      stderr: `splitbrain: --out ${folder} is a folder; name a file\n`,
    })
  })
})

describe('splitbrain run --report', () => {
  const kept = (file: string, more = {}) => suite({ file, folder: `/runs/${file}`, ...more })

  it('a page for each suite, named by lab, mode and round; an index that leads to them', async () => {
    const result = run(
      kept('a/x.md'),
      kept('a/x.md', { mode: 'dynamo' }),
      kept('a/x.md', { round: 2 }),
      kept('b/x.md', { cases: [failedBlock] }),
    )
    const { code } = await cli(['run', 'labs', '--report', folder], result)
    expect(code).toBe(1)
    expect(written.map((one) => one.split('> ')[1])).toEqual(['/x-raft.html', '/x-dynamo.html', '/x-raft-round-2.html', '/b-x-raft.html'])
    const index = readFileSync(join(folder, 'index.html'), 'utf8')
    for (const name of ['x-raft.html', 'x-dynamo.html', 'x-raft-round-2.html', 'b-x-raft.html']) expect(index).toContain(`href="${name}"`)
    expect(index).toContain('3 of 4 passed')
    expect(() => parseXml(index.replace('<!doctype html>\n', '').replace(/<style>[\s\S]*?<\/style>/, ''))).not.toThrow()
  })

  it('clusters that a reset replaced have pages beside', async () => {
    await cli(['run', 'labs', '--report', folder], run(kept('x.md', { earlier: ['/runs/1', '/runs/2'] })))
    expect(written).toEqual(['/runs/x.md > /x-raft.html', '/runs/1 > /x-raft-before-reset-1.html', '/runs/2 > /x-raft-before-reset-2.html'])
  })

  it('one lab alone needs no index', async () => {
    await cli(['run', 'labs', '--report', folder], run(kept('x.md')))
    expect(existsSync(join(folder, 'index.html'))).toBe(false)
  })

  it('a page that cannot be made is told and is 3; the other pages and the result stand', async () => {
    const { code, stdout, stderr } = await cli(['run', 'labs', '--report', folder], run(kept('bad.md'), kept('x.md')))
    expect(code).toBe(3)
    expect(stdout).toContain('2 of 2 passed')
    expect(stderr).toMatch(/bad-raft\.html cannot be written/)
    const index = readFileSync(join(folder, 'index.html'), 'utf8')
    expect(index).toContain('href="x-raft.html"')
    expect(index).not.toContain('href="bad-raft.html"')
  })
})
