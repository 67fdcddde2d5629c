import { describe, expect, it } from 'vitest'
import { annotations, stepSummary } from '../../src/report/github.ts'
import { toJson } from '../../src/report/json.ts'
import { toJunit } from '../../src/report/junit.ts'
import type { RunEvent, SuiteResult } from '../../src/report/result.ts'
import { progressLines, verdictTable } from '../../src/report/text.ts'
import { block, check, failedBlock, run, suite } from './example.ts'

const bad = suite({ cases: [block(), failedBlock, block({ heading: 'One back', status: 'skipped' })] })

const eventsOf = (result: SuiteResult): readonly RunEvent[] => [
  { type: 'suite-start', ...result },
  ...result.cases.map((one): RunEvent => ({ type: 'case-end', mode: result.mode, result: one })),
  { type: 'suite-end', result },
]

const expected = [
  '',
  'labs/raft.md  How many crashes?  [raft]',
  '  ✓ One crash every three seconds  1.2s',
  '  ✗ The logs grow  1.2s',
  '  - One back  skipped',
  '  ✓ linearizable: valid (40 operations, 1 of unknown outcome)',
  '  healthy 3.0s | degraded 6.1s',
  '',
  '  labs/raft.md:22  The logs grow  failed',
  '    command   get city',
  '    expected  Oslo OR Bergen',
  '    actual    none',
  '    the machine stalled 900 ms (lab, +1.100s)',
  '    last events',
  '      # +1.204s n5 became leader, term 5',
  '    again     splitbrain run labs/raft.md --seed 7',
]

describe('a run as text', () => {
  it('shows progress, then each failure with its place and the line that reproduces it', () => {
    expect(eventsOf(bad).flatMap((event) => progressLines(event, 1))).toEqual(expected)
  })

  it('with several jobs a suite prints whole at its end, so that two never mix', () => {
    const [start, ...rest] = eventsOf(bad)
    expect(start === undefined ? null : progressLines(start, 2)).toEqual([])
    expect(rest.flatMap((event) => progressLines(event, 2))).toEqual(expected)
  })

  it('a check that fails names the operations that show it', () => {
    const witness = [{ process: 1, type: 'ok', f: 'get', key: 'x', value: '1', time: 5 }] as const
    const lines = progressLines(
      { type: 'suite-end', result: suite({ checks: [check({ verdict: 'invalid', passed: false, why: 'x was lost', witness })] }) },
      1,
    )
    expect(lines).toContain('    why       x was lost')
    expect(lines).toContain(`    ${JSON.stringify(witness[0])}`)
  })

  it('a death that nothing explains is told with how to see it again; one that the lab caused is not', () => {
    const death = { time: 1_204_000_000, kind: 'death', text: 'n1 crashed: signal SIGSEGV', explained: null } as const
    const lines = progressLines(
      { type: 'suite-end', result: suite({ incidents: [death, { ...death, text: 'n2', explained: 'disk flip' }] }) },
      1,
    )
    expect(lines.slice(-3)).toEqual([
      '',
      '  ✗ n1 crashed: signal SIGSEGV (+1.204s), and no command of the lab explains it',
      '    again     splitbrain run labs/raft.md --seed 7',
    ])
    expect(annotations(run(suite({ incidents: [death] })))).toEqual([
      '::error file=labs/raft.md,line=1,title=no node dies by itself [raft]::n1 crashed: signal SIGSEGV (+1.204s), and no command of the lab explains it%0Asplitbrain run labs/raft.md --seed 7',
    ])
    expect(JSON.parse(toJson(run(suite({ incidents: [death] }))))).toMatchObject({
      exitCode: 1,
      suites: [{ status: 'failed', incidents: [death] }],
    })
  })

  it('what the machine lost by itself stands in text, JSON and JUnit, and is no failure', () => {
    const lossy = suite({
      hostLoss: [
        { where: 'shim', datagrams: 10 },
        { where: 'n2', datagrams: 2 },
      ],
    })
    const line = 'this machine dropped 12 datagrams that no rule explains (shim 10, n2 2)'
    expect(progressLines({ type: 'suite-end', result: lossy }, 1)).toContain(`  ${line}`)
    expect(toJunit(run(lossy))).toContain(line)
    expect(JSON.parse(toJson(run(lossy)))).toMatchObject({ exitCode: 0, suites: [{ hostLoss: [{ datagrams: 10 }, { where: 'n2' }] }] })
  })

  it('the verdict table sets the modes side by side and counts repeats', () => {
    const other = { file: 'labs/bank.md' }
    const lines = verdictTable(
      run(suite(), suite({ round: 2, cases: [failedBlock] }), suite({ ...other }), suite({ ...other, mode: 'dynamo', cut: 'time-limit' })),
    )
    expect(lines).toEqual([
      '',
      'lab             raft              dynamo',
      'labs/raft.md    failed (1/2)      –',
      'labs/bank.md    passed            time limit',
      '  operations    40 ok, 1 unknown  40 ok, 1 unknown',
      '  linearizable  valid             valid',
      '',
      '2 of 4 passed in 9.3s',
    ])
  })
})

describe('a lab that ran in several modes', () => {
  const asked = [{ name: 'linearizable', verdict: 'valid' }] as const
  const raft = suite({
    file: 'labs/cap.md',
    checks: [check({ name: 'nothing-lost' })],
    verdicts: asked,
    operations: { ok: 12, fail: 4, info: 1 },
  })
  const dynamo = suite({
    file: 'labs/cap.md',
    mode: 'dynamo',
    checks: [check({ name: 'converged' })],
    verdicts: [{ name: 'linearizable', verdict: 'invalid' }],
    operations: { ok: 17, fail: 0, info: 0 },
  })
  const side = run(raft, dynamo, suite({ file: 'labs/one.md' }))

  it('has each verdict on a row, the modes side by side, in text', () => {
    expect(verdictTable(side).slice(1, 8)).toEqual([
      'lab             raft                      dynamo',
      'labs/cap.md     passed                    passed',
      '  operations    12 ok, 4 fail, 1 unknown  17 ok',
      '  linearizable  valid                     invalid',
      '  nothing-lost  valid                     –',
      '  converged     –                         valid',
      'labs/one.md     passed                    –',
    ])
  })

  it('in JSON', () => {
    expect(JSON.parse(toJson(side))).toMatchObject({
      table: {
        modes: ['raft', 'dynamo'],
        labs: [
          {
            file: 'labs/cap.md',
            result: { raft: 'passed', dynamo: 'passed' },
            verdicts: [{}, { byMode: { raft: 'valid', dynamo: 'invalid' } }, {}, {}],
          },
          { file: 'labs/one.md', verdicts: [] },
        ],
      },
    })
  })

  it('in JUnit, beside the suites and counted in none', () => {
    const xml = toJunit(side)
    expect(xml).toContain('  linearizable  valid                     invalid')
    expect(xml.match(/<testsuite /g)).toHaveLength(4)
    expect(toJunit(run(raft))).not.toContain('side by side')
  })

  it('in the GitHub summary, with what a cell may not hold escaped', () => {
    expect(stepSummary(side)).toContain('| linearizable | valid | invalid |')
    expect(stepSummary(side)).toContain('|---|---|---|\n| result | passed | passed |')
    expect(stepSummary(run(raft))).not.toContain('linearizable')
  })

  it('a verdict at the end stands over what was asked before, and rounds count in the result', () => {
    const again = run(raft, suite({ ...raft, round: 2, checks: [check({ verdict: 'unknown' })] }), dynamo)
    expect(verdictTable(again)).toContain('  linearizable  unknown                   invalid')
    expect(verdictTable(again)).toContain('labs/cap.md     unknown (1/2)             passed')
  })
})

describe('JSON', () => {
  it('is the model with the exit code and a word for each suite', () => {
    expect(JSON.parse(toJson(run(bad)))).toMatchObject({
      format: 1,
      exitCode: 1,
      suites: [{ status: 'failed', seed: '7', cases: [{}, { status: 'failed' }, {}] }],
    })
  })
})

describe('GitHub', () => {
  it('annotates the line of the command, escaped, and only the first ten', () => {
    const odd = block({ ...failedBlock, heading: 'a: b, 100%', why: 'one\ntwo' })
    expect(annotations(run(suite({ cases: [odd] })))).toEqual([
      '::error file=labs/raft.md,line=22,title=a%3A b%2C 100%25 [raft]::one%0Atwo%0Asplitbrain run labs/raft.md --seed 7',
    ])
    expect(annotations(run(...Array.from({ length: 14 }, () => bad)))).toHaveLength(10)
  })

  it('the summary has a row for each suite, and stays under the size that is dropped', () => {
    expect(stepSummary(run(suite({ title: 'a | b' })))).toContain('| a \\| b | raft | passed | 9.1s | healthy 3.0s \\| degraded 6.1s |')
    const many = stepSummary(run(...Array.from({ length: 4000 }, () => suite({ title: 'x'.repeat(500) }))))
    expect(many.length).toBeLessThan(1_000_000)
    expect(many).toMatch(/and \d+ more/)
  })
})
