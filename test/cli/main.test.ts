import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { builtRooms } from '../../src/cli/built-rooms.ts'
import { main } from '../../src/cli/main.ts'
import type { OpenRequest, Rooms, RunRequest } from '../../src/cli/rooms.ts'
import type { RunResult } from '../../src/report/result.ts'
import { failedBlock, run, suite } from '../report/example.ts'
import { parseXml } from '../report/xml.ts'
import { FakeLab, ok } from '../ui/fake-lab.ts'
import { testContext } from './context.ts'

const folder = mkdtempSync(join(tmpdir(), 'splitbrain-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const modes: Rooms['modes'] = async () => [
  {
    name: 'raft',
    settings: [{ name: 'pre-vote', kind: 'on-off', fallback: 'on', live: false, help: 'ask before standing' }],
    presets: { paper: {} },
    bugs: [{ name: 'double-vote', breaks: 'one vote a term', caughtBy: 'safety' }],
    operations: ['put', 'get'],
    subjects: [],
    checks: [],
  },
]

async function cli(argv: readonly string[], rooms: Partial<Rooms> = {}, more: Parameters<typeof testContext>[1] = {}) {
  const test = testContext({ modes, ...rooms }, more)
  const code = await main(argv, test.context)
  return { code, stdout: test.stdout, stderr: test.stderr }
}

function runner(result: RunResult) {
  const requests: RunRequest[] = []
  const runLabs: Rooms['runLabs'] = async (request, report) => {
    requests.push(request)
    for (const one of result.suites) report({ type: 'suite-end', result: one })
    return result
  }
  return { requests, runLabs }
}

describe('a wrong word: one line, the nearest right one, exit 2', () => {
  it.each([
    [['rnu', 'labs'], 'splitbrain: unknown command "rnu", did you mean run?; splitbrain --help lists them\n'],
    [['--nodse', '3'], "splitbrain: unknown option '--nodse' (Did you mean --nodes?)\n"],
    [['--pre-vot', 'off'], "splitbrain: unknown option '--pre-vot' (Did you mean --pre-vote?)\n"],
    [['--mode', 'rfat'], 'splitbrain: unknown mode "rfat", did you mean raft? (raft)\n'],
    [['--nodes', '0'], "splitbrain: option '--nodes <count>' argument '0' is invalid. a whole number from 1 to 128 is wanted.\n"],
    [['--nodes', 'five'], "splitbrain: option '--nodes <count>' argument 'five' is invalid. a whole number from 1 to 128 is wanted.\n"],
    [['--nodes'], "splitbrain: option '--nodes <count>' argument missing\n"],
    [['run'], "splitbrain: missing required argument 'paths'\n"],
    [['run', 'labs', '--jbos', '2'], "splitbrain: unknown option '--jbos' (Did you mean --jobs?)\n"],
    [
      ['run', 'labs', '--patience', '0.5'],
      "splitbrain: option '--patience <factor>' argument '0.5' is invalid. a number from 1 to 100 is wanted.\n",
    ],
    [['run', 'labs', '--check', '--update'], 'splitbrain: --check and --update exclude each other\n'],
    [
      ['sim', '--seeds', '9..3'],
      "splitbrain: option '--seeds <A..B>' argument '9..3' is invalid. seeds are written A..B, with A at most B.\n",
    ],
    [['check', 'h.jsonl'], "splitbrain: required option '--model <name>' not specified\n"],
    [['new'], "splitbrain: missing required argument 'file'\n"],
    [['play'], 'splitbrain: which lesson? splitbrain learn lists them, and says which comes next\n'],
    [
      ['play', 'labs/smoke.md'],
      'splitbrain: play needs a terminal that shows pictures; here the same lab runs with: splitbrain run labs/smoke.md\n',
    ],
    [['play', 'zzzzzzzz'], 'splitbrain: there is no lesson zzzzzzzz; splitbrain learn lists them\n'],
    [['play', 'split-vote'], 'splitbrain: there is no split-vote. Did you mean election/split-vote?\n'],
    [
      ['replay', 'r7', '--at', 'broke'],
      'splitbrain: replay wants a terminal; without one: splitbrain replay r7 --once --at broke prints one picture\n',
    ],
  ])('%j', async (argv, stderr) => {
    expect(await cli(argv)).toEqual({ code: 2, stdout: '', stderr })
  })
})

describe('help and version', () => {
  it('go to standard output and exit with 0', async () => {
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const { code, stdout } = await cli(argv)
      expect(code).toBe(0)
      expect(stdout).toContain('splitbrain run smoke')
    }
    expect((await cli(['run', '--help'])).stdout).toContain('--until-fail')
    expect((await cli(['help', 'run'])).stdout).toContain('--until-fail')
    expect((await cli(['--help-flags'])).stdout).toMatch(/--pre-vote <on\|off>\s+ask before standing \(on\)/)
    expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('the lab in a pipe', () => {
  it('gets mode, nodes, seed and settings, answers, and exits with the code of the script', async () => {
    const requests: OpenRequest[] = []
    const openLab: Rooms['openLab'] = async (request) => {
      requests.push(request)
      return new FakeLab({ 'get city': ok({ value: 'Oslo' }) })
    }
    const argv = ['--nodes', '3', '--seed', '7', '--pre-vote', 'off', '--bug', 'double-vote', '--sync', 'never']
    expect(await cli(argv, { openLab }, { stdin: 'get city\r\nget city' })).toEqual({ code: 0, stdout: 'Oslo\nOslo\n', stderr: '' })
    expect(requests).toEqual([{ mode: 'raft', nodes: 3, seed: '7', settings: { 'pre-vote': 'off', bug: 'double-vote', sync: 'never' } }])
    expect((await cli([], { openLab }, { stdin: 'gte x\n' })).code).toBe(2)
  })

  it('a lab that cannot start is one line and 3; a stack only on request', async () => {
    const openLab: Rooms['openLab'] = () => Promise.reject(Object.assign(new Error('no UDP port on 127.0.0.1'), { code: 'EADDRINUSE' }))
    expect(await cli([], { openLab })).toEqual({ code: 3, stdout: '', stderr: 'splitbrain: no UDP port on 127.0.0.1\n' })
    expect((await cli([], { openLab }, { env: { SPLITBRAIN_DEBUG: '1' } })).stderr).toContain('    at ')
  })
})

describe('run', () => {
  it('passes every option on, prints the table, and exits with what the suites came to', async () => {
    const { requests, runLabs } = runner(run(suite(), suite({ cases: [failedBlock] })))
    const argv = 'run labs a.md -t ci -t fast --jobs 2 --repeat 3 --until-fail --bail --patience 2 --seed 9 --update'.split(' ')
    const { code, stdout, stderr } = await cli(argv, { runLabs })
    expect(code).toBe(1)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/1 of 2 passed in 9.3s\n$/)
    expect(requests).toEqual([
      {
        paths: ['labs', 'a.md'],
        stdin: null,
        tags: ['ci', 'fast'],
        jobs: 2,
        repeat: 3,
        untilFail: true,
        bail: true,
        patience: 2,
        seed: '9',
        update: true,
      },
    ])
  })

  it('reads a lab from standard input', async () => {
    const { requests, runLabs } = runner(run(suite()))
    expect((await cli(['run', '-'], { runLabs }, { stdin: '# A lab\n' })).code).toBe(0)
    expect(requests[0]?.stdin).toBe('# A lab\n')
  })

  it('--json - leaves standard output to the data', async () => {
    const { runLabs } = runner(run(suite()))
    const { stdout, stderr } = await cli(['run', 'labs', '--json', '-'], { runLabs })
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('1 of 1 passed')
  })

  it('writes JSON, JUnit and a report folder, and the summary where GitHub wants it', async () => {
    const { runLabs } = runner(run(suite({ cases: [failedBlock] })))
    const path = (name: string): string => join(folder, name)
    const argv = ['run', 'labs', '--json', path('a/out.json'), '--junit', path('out.xml'), '--report', path('report')]
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path('summary.md') }
    const pages = { writePage: async () => 0, indexPage: async () => '' }
    const { code, stdout } = await cli(argv, { runLabs, ...pages }, { env })
    expect(code).toBe(1)
    expect(stdout).toContain('::error file=labs/raft.md,line=22')
    expect(JSON.parse(readFileSync(path('a/out.json'), 'utf8'))).toMatchObject({ exitCode: 1 })
    expect(parseXml(readFileSync(path('out.xml'), 'utf8')).name).toBe('testsuites')
    expect(readFileSync(path('report/junit.xml'), 'utf8')).toBe(readFileSync(path('out.xml'), 'utf8'))
    expect(readFileSync(path('summary.md'), 'utf8')).toContain('| failed |')
  })

  it('a report that cannot be written is 3, and the result is still shown', async () => {
    const { runLabs } = runner(run(suite()))
    writeFileSync(join(folder, 'file'), '')
    const { code, stdout, stderr } = await cli(['run', 'labs', '--junit', join(folder, 'file', 'x.xml')], { runLabs })
    expect(code).toBe(3)
    expect(stdout).toContain('1 of 1 passed')
    expect(stderr).toMatch(/^splitbrain: .* cannot be written: .*\n$/)
  })

  it('a run of nothing is not a pass', async () => {
    const { runLabs } = runner(run())
    expect(await cli(['run', 'labs', '-t', 'nope'], { runLabs })).toMatchObject({
      code: 2,
      stderr: 'splitbrain: no lab in labs has the tag nope\n',
    })
  })

  it('ctrl-c once aborts the run and lets it report, twice leaves at once', async () => {
    const result = run(suite({ cut: 'interrupted' }))
    const runLabs: Rooms['runLabs'] = (_, __, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(result)))
    const test = testContext({ runLabs })
    const ended = main(['run', 'labs'], test.context)
    await vi.waitFor(() => {
      test.interrupt()
      expect(test.stderr).toBe('stopping; ctrl-c again leaves at once\n')
    })
    expect(await ended).toBe(130)
  })
})

describe('ctrl-c', () => {
  it.each([
    ['sim', ['sim', '--seeds', '1..1000']],
    ['bench', ['bench', 'start']],
  ])('ends %s with 130 and one line', async (_, argv) => {
    const never = (): Promise<number> => new Promise(() => {})
    const test = testContext({ modes, simulate: never, bench: never })
    const ended = main(argv, test.context)
    await vi.waitFor(() => {
      test.interrupt()
      expect(test.stderr).not.toBe('')
    })
    expect(await ended).toBe(130)
    expect(test.stderr).toBe('stopped; what is printed above stands\n')
  })
})

describe('labs, new, check', () => {
  const info = { file: 'labs/a.md', title: 'First leader', modes: ['raft'], tags: [], nodes: 5, steps: 3 }

  it('labs, run --list and run --check name what there is without running it', async () => {
    const listLabs: Rooms['listLabs'] = async () => [info]
    expect((await cli(['labs'], { listLabs })).stdout).toMatch(/^a {2}First leader {2}\[raft\]\n/)
    expect((await cli(['run', 'labs', '--list'], { listLabs })).stdout).toBe('labs/a.md  First leader  [raft]\n')
    expect((await cli(['run', 'labs', '--check'], { listLabs })).stdout).toBe('1 lab parsed, nothing wrong\n')
  })

  it('a bad lab is 2 with its file and line', async () => {
    const bad = Object.assign(new Error('labs/a.md:3: unknown key "nodse", did you mean nodes?'), { code: 'usage' })
    const listLabs: Rooms['listLabs'] = () => Promise.reject(bad)
    expect(await cli(['run', 'labs', '--check'], { listLabs })).toEqual({ code: 2, stdout: '', stderr: `splitbrain: ${bad.message}\n` })
  })

  it('new writes a lab once, and never over another file', async () => {
    const file = join(folder, 'mine.md')
    expect((await cli(['new', file])).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain('> put city Oslo')
    expect(await cli(['new', file])).toMatchObject({ code: 2, stderr: `splitbrain: ${file} is already there\n` })
    expect((await cli(['new', join(folder, 'no', 'such', 'x.md')])).code).toBe(3)
    expect((await cli(['new', join(folder, 'mine')])).code).toBe(2)
  })

  it('check judges a history; a bad file or model is 2', async () => {
    const file = join(folder, 'history.jsonl')
    const events = [
      { process: 1, type: 'invoke', f: 'put', key: 'x', value: '1', time: 1 },
      { process: 1, type: 'ok', f: 'put', key: 'x', value: '1', time: 2 },
      { process: 2, type: 'invoke', f: 'get', key: 'x', value: null, time: 3 },
      { process: 2, type: 'ok', f: 'get', key: 'x', value: null, time: 4 },
    ]
    const write = (lines: readonly object[]): void => writeFileSync(file, lines.map((one) => `${JSON.stringify(one)}\n`).join(''))
    write(events)
    const stale = await cli(['check', file, '--model', 'kv'], builtRooms)
    expect(stale).toMatchObject({ code: 1, stderr: '' })
    expect(stale.stdout).toMatch(/^kv: invalid: /)
    write(events.slice(0, 2))
    expect((await cli(['check', file, '--model', 'kv'], builtRooms)).code).toBe(0)
    expect(await cli(['check', file, '--model', 'nothing-lots'], builtRooms)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean nothing-lost?'),
    })
    expect((await cli(['check', join(folder, 'none.jsonl'), '--model', 'kv'], builtRooms)).code).toBe(2)
    writeFileSync(file, 'not json\n')
    expect(await cli(['check', file, '--model', 'kv'], builtRooms)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('history.jsonl:1'),
    })
  })
})
