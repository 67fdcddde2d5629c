import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raft } from '../../src/modes/raft/raft.ts'
import { exitCode, parseSeeds, runSimCommand } from '../../src/sim/command.ts'
import { runSeeds } from '../../src/sim/runner.ts'
import { simulate } from '../../src/sim/simulate.ts'

const folder = mkdtempSync(join(tmpdir(), 'splitbrain-sim-'))
const workerFile = join(folder, 'sim.mjs')

beforeAll(async () => {
  const banner = { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" }
  const entryPoints = ['src/sim/worker.ts']
  await build({ entryPoints, outfile: workerFile, bundle: true, platform: 'node', format: 'esm', banner, logLevel: 'error' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('many seeds over worker threads', () => {
  test('give the results that one thread gives, in order, whatever the number of workers', async () => {
    const summary = await runSeeds({ mode: raft, from: 1, to: 6, jobs: 2, bug: 'double-vote', maxInvalid: 100, workerFile })
    const alone = [1, 2, 3, 4, 5, 6].map((seed) => simulate({ mode: raft, seed, bug: 'double-vote' }))
    expect(summary.done).toBe(6)
    expect(summary.invalid).toEqual(alone.filter((result) => result.verdict === 'invalid'))
    expect(summary.valid).toBe(alone.filter((result) => result.verdict === 'valid').length)
    expect(summary.totals.steps).toBe(alone.reduce((sum, result) => sum + result.stats.steps, 0))
  })

  test('stop once enough was found', async () => {
    const summary = await runSeeds({ mode: raft, from: 0, to: 99_999, jobs: 2, bug: 'reply-before-sync', maxInvalid: 1, workerFile })
    expect(summary.done).toBeLessThan(100)
    expect(summary.invalid.length).toBeGreaterThan(0)
  })

  test('a mode that no worker knows is an error, not a wait', async () => {
    await expect(runSeeds({ mode: { ...raft, name: 'tofu' }, from: 0, to: 1, jobs: 1, workerFile })).rejects.toThrow(/tofu is a mode/)
  })
})

describe('splitbrain sim', () => {
  const command = async (args: Omit<Parameters<typeof runSimCommand>[0], 'mode' | 'print' | 'workerFile'>) => {
    const lines: string[] = []
    const code = await runSimCommand({ mode: raft, ...args, workerFile, print: (line) => lines.push(line) })
    return { code, text: lines.join('\n') }
  }

  test('clean seeds exit 0 and say how much was done', async () => {
    const { code, text } = await command({ seeds: '1..4', jobs: 2 })
    expect(text).toMatch(/sim: 4 seeds in .* seeds\/s: \d valid, 0 invalid, 0 undecided, 0 thin/)
    expect(code).toBe(0)
  })

  test('one history that no checker could decide exits 4; a few thin seeds do not, many do', () => {
    const summary = { done: 100, invalid: [], thin: [], unknown: [] }
    expect(exitCode({ ...summary, unknown: [7] })).toBe(4)
    expect(exitCode({ ...summary, thin: [1, 2, 3, 4, 5] })).toBe(0)
    expect(exitCode({ ...summary, thin: [1, 2, 3, 4, 5, 6] })).toBe(4)
  })

  test('a violation exits 1 with its rows, its reason and the line that shows it again', async () => {
    const { code, text } = await command({ seeds: '0..400', bug: 'reply-before-sync' })
    expect(code).toBe(1)
    expect(text).toMatch(/broke "durable before reply": n\d let out/)
    const again = /again: splitbrain sim --mode raft --seeds (\d+) --bug reply-before-sync --trace/.exec(text)
    const shown = await command({ seeds: again?.[1] ?? '', bug: 'reply-before-sync', trace: true })
    expect(shown.code).toBe(1)
    expect(shown.text).toMatch(/^durable before reply: n\d let out/m)
    expect(shown.text).toMatch(/n1 \. t0 {3}last 0/)
  })

  test.each([
    [{ seeds: 'many' }, /A\.\.B/],
    [{ seeds: '9..3' }, /A\.\.B/],
    [{ seeds: '1..2', bug: 'no-such-bug' }, /has no bug no-such-bug; it has double-vote/],
    [{ seeds: '1..2', trace: true }, /one seed/],
  ])('wrong usage exits 2: %j', async (args, said) => {
    const { code, text } = await command(args)
    expect(code).toBe(2)
    expect(text).toMatch(said)
  })

  test('a seed alone is a range of one', () => {
    expect(parseSeeds('7')).toEqual([7, 7])
    expect(parseSeeds('0..1000')).toEqual([0, 1000])
  })
})
