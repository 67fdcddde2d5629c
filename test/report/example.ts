/** Results as a runner would fill them. */
import type { CaseResult, CheckResult, RunResult, SuiteResult } from '../../src/report/result.ts'

export function block(more: Partial<CaseResult> = {}): CaseResult {
  return {
    file: 'labs/raft.md',
    line: 12,
    heading: 'One crash every three seconds',
    status: 'passed',
    why: null,
    commands: [{ line: 13, command: 'put city Oslo', passed: true, expected: null, actual: 'ok', lateMs: 0, ms: 4 }],
    events: [],
    stalls: [],
    ms: 1234,
    ...more,
  }
}

export const failedBlock = block({
  line: 20,
  heading: 'The logs grow',
  status: 'failed',
  commands: [
    {
      line: 21,
      command: 'kill leader',
      passed: true,
      expected: null,
      actual: 'ok killed n3 (leader, term 4); undo: restart n3',
      lateMs: 0,
      ms: 4,
    },
    { line: 22, command: 'get city', passed: false, expected: 'Oslo OR Bergen', actual: 'none', lateMs: 0, ms: 8 },
  ],
  events: [{ time: 1_204_000_000, type: 'note', text: 'n5 became leader, term 5' }],
  stalls: [{ time: 1_100_000_000, ms: 900, where: 'lab' }],
})

export function check(more: Partial<CheckResult> = {}): CheckResult {
  return {
    name: 'linearizable',
    verdict: 'valid',
    why: 'every key has an order',
    witness: [],
    operations: 40,
    open: 1,
    passed: true,
    ...more,
  }
}

export function suite(more: Partial<SuiteResult> = {}): SuiteResult {
  return {
    file: 'labs/raft.md',
    title: 'How many crashes?',
    mode: 'raft',
    nodes: 5,
    seed: '7',
    settings: { preset: 'paper' },
    round: 1,
    cases: [block()],
    checks: [check()],
    verdicts: [],
    operations: { ok: 40, fail: 0, info: 1 },
    ribbon: [
      { state: 'healthy', ms: 3000 },
      { state: 'degraded', ms: 6100 },
    ],
    stalls: [],
    incidents: [],
    hostLoss: [],
    cut: 'none',
    reproduce: 'splitbrain run labs/raft.md --seed 7',
    folder: null,
    ms: 9100,
    ...more,
  }
}

export function run(...suites: readonly SuiteResult[]): RunResult {
  return { version: '0.1.0', node: '20.20.2', platform: 'linux', startedAt: '2026-01-02T03:04:05.000Z', patience: 1, suites, ms: 9300 }
}
