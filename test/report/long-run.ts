/** A run of minutes under load, with faults, elections, messages and a violation, as large as one gets. */
import { check, suite } from './example.ts'
import { face, faces, inOrder, type Line, operation, runFolder, seconds, started } from './run-of.ts'

const PER_SECOND = 200
const LOADS = 6

/** Violation included: `l1` reads an old value. */
export function longRun(minutes: number): string {
  const end = minutes * 60
  const history: Line[] = []
  for (let i = 0; i < end * PER_SECOND; i++) {
    const at = i / PER_SECOND
    const client = i % LOADS
    const type = i % 97 === 0 ? 'fail' : i % 211 === 0 ? 'info' : 'ok'
    // After an unknown outcome a client goes on as another process.
    const process = client + LOADS * Math.floor(i / 211)
    history.push(
      ...operation(at, at + 0.002 + (i % 7) * 0.003, {
        client: `l${client + 1}`,
        process: 1_000_000 + process * 100_000 + i,
        key: `k${i % 10}`,
        value: `v${i}`,
        type,
      }),
    )
  }
  const stale = operation(20.5, 20.52, { client: 'c1', process: 1, f: 'get', value: null, answer: 'old' })
  const write = operation(19.9, 19.95, { client: 'c2', process: 2, value: 'new' })
  const events: Line[] = [started({ nodes: 3 })]
  for (let at = 0; at < end; at += 0.25) events.push(messages(at))
  for (let at = 5; at < end - 5; at += 10) events.push(...failover(at, Math.floor(at / 10)))
  const witness = [...write, ...stale]
  const result = {
    status: 'failed',
    ...suite({
      checks: [
        check({ verdict: 'invalid', passed: false, why: 'x: c1 read old after new was acknowledged', witness: witness as never, key: 'x' }),
      ],
    }),
  }
  return runFolder({ events: inOrder(events), history: inOrder(history, stale, write), result })
}

function messages(at: number): Line {
  const records = Array.from({ length: 150 }, (_, i) => {
    const [from, to] = [`n${1 + (i % 3)}`, `n${1 + ((i + 1) % 3)}`]
    const type = i % 50 === 0 ? 'vote' : i % 3 === 0 ? 'append-reply+2' : i % 3 === 1 ? 'append' : 'heartbeat'
    return [Math.round(at * 1e6 + i * 1600), from, to, type, i % 40 === 0 ? 'cut' : 'passed', i % 40 === 0 ? 0 : 400]
  })
  return { time: seconds(at + 0.25), type: 'messages', records, left: 900 }
}

function failover(at: number, round: number): readonly Line[] {
  const [old, next] = [`n${1 + (round % 3)}`, `n${1 + ((round + 1) % 3)}`]
  return [
    { time: seconds(at), type: 'command', text: `kill ${old}`, author: 'person' },
    { time: seconds(at + 0.001), type: 'fault', command: `kill ${old}` },
    faces(at + 0.1, face(old, { state: 'dead', weight: 'none' })),
    { time: seconds(at + 0.2), type: 'node', text: `${next} campaigns in term ${round + 2}`, node: next },
    faces(at + 0.3, face(next, { weight: 'seek', role: 'candidate' })),
    { time: seconds(at + 0.4), type: 'node', text: `${next} became leader, term ${round + 2}`, node: next },
    faces(at + 0.45, face(next, { weight: 'lead', role: 'leader' })),
    {
      time: seconds(at + 0.45),
      type: 'cluster',
      leader: next,
      term: round + 2,
      facts: null,
      predicted: { state: 'degraded', uncertain: false, spare: 0, why: '1 of 3 down' },
      faults: [],
    },
    { time: seconds(at + 0.5), type: 'health', which: 'observed', state: 'degraded', why: `no answer through ${old}` },
    { time: seconds(at + 4), type: 'undone', command: `restart ${old}` },
    faces(at + 4.2, face(old)),
    { time: seconds(at + 5), type: 'health', which: 'observed', state: 'healthy', why: 'all 3 nodes answer' },
  ]
}

/** Chaos for an hour, with nothing between the faults: what grows is health, roles, faults, commands and lines for people. */
export function chaosRun(): string {
  const events: Line[] = [started({ nodes: 5 })]
  for (let at = 1; at < 3600; at += 2) {
    const node = `n${1 + (at % 5)}`
    events.push(
      { time: seconds(at), type: 'command', text: `kill ${node}`, author: 'chaos' },
      { time: seconds(at), type: 'fault', command: `kill ${node}`, text: `chaos: killed ${node}; undo: restart ${node}` },
      faces(at + 0.1, face(node, { state: 'dead', weight: 'none', role: '' })),
      { time: seconds(at + 0.3), type: 'health', which: 'observed', state: 'degraded', why: `no answer through ${node}, and so it goes` },
      { time: seconds(at + 1), type: 'undone', command: `restart ${node}`, text: `chaos: restarted ${node}` },
      faces(at + 1.1, face(node, at % 3 === 0 ? { weight: 'lead', role: 'leader' } : {})),
      { time: seconds(at + 1.3), type: 'health', which: 'observed', state: 'healthy', why: 'all 5 nodes answer' },
    )
  }
  return runFolder({ events: inOrder(events) })
}

/** A violation that a great many operations show, seconds apart. */
export function wideViolation(operations: number): string {
  const lines = Array.from({ length: operations }, (_, i) =>
    operation(3 * i, 3 * i + 0.1, { client: `c${i % 9}`, process: i, key: `k${i}` }),
  )
  const verdict = check({ name: 'nothing-lost', verdict: 'invalid', passed: false, witness: lines.flat() as never })
  const events: Line[] = [started({ nodes: 3 })]
  for (let at = 0; at < 3 * operations; at += 3) events.push(messages(at))
  return runFolder({ events, history: lines.flat(), result: { status: 'failed', ...suite({ checks: [verdict] }) } })
}
