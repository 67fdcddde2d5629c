/** A run with everything that a page shows, in three nodes and two operations. */
import { block, check, suite } from './example.ts'
import { face, faces, inOrder, operation, runFolder, seconds, started } from './run-of.ts'

/** A key that would like to be a script. */
export const EVIL = '</script><script>alert(1)</script>'
export const LAB =
  '---\nmode: raft\n---\n# A lesson\nSome *prose*.\n```predict\nWhat?\n- [ ] no\n- [x] yes\nbecause: so\n```\n```lab\n> put city Oslo\n```\n## Next\n```lab dynamo\n> ring\n```\n'

/** Everything at once: faults, a leader, a violation, messages, a key that would like to be a script. */
export function wholeRun(): string {
  const write = operation(2, 2.1, { key: EVIL, value: 'new' })
  const stale = operation(3, 3.1, { client: 'c2', process: 2, key: EVIL, f: 'get', value: null, answer: 'old' })
  const witness = [...write, ...stale] as never
  return runFolder({
    events: [
      started(),
      faces(0.5, face('n1', { weight: 'lead', role: 'leader' }), face('n2'), face('n3')),
      { time: seconds(0.6), type: 'health', which: 'observed', state: 'healthy', why: 'all' },
      { time: seconds(1), type: 'command', text: `put ${EVIL} x`, author: 'person' },
      { time: seconds(2), type: 'fault', command: `cut ${EVIL}` },
      {
        time: seconds(2.2),
        type: 'messages',
        records: [
          [2_050_000, 'n1', 'n2', 'append', 'passed', 400],
          [2_060_000, 'n1', 'n3', EVIL, 'cut', 0],
        ],
        left: 3,
      },
      { time: seconds(2.3), type: 'node', text: `n1 says ${EVIL}`, node: 'n1' },
      faces(4, face('n1', { state: 'dead', weight: 'none' })),
    ],
    history: inOrder(write, stale),
    result: {
      status: 'failed',
      ...suite({
        title: EVIL,
        cases: [
          block({
            line: 12,
            commands: [{ line: 13, command: 'put city Oslo', passed: true, expected: null, actual: EVIL, lateMs: 0, ms: 1 }],
          }),
        ],
        checks: [check({ verdict: 'invalid', passed: false, why: `${EVIL}: read old`, witness })],
      }),
    },
    lab: LAB,
  })
}
