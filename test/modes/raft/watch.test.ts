/** The rules that are watched live: each turns red where it is broken, with evidence, stays red, and never where it is kept. */
import { describe, expect, test } from 'vitest'
import type { NodeView } from '../../../src/modes/mode.ts'
import type { RaftStatus } from '../../../src/modes/raft/inspect.ts'
import { RaftWatch } from '../../../src/modes/raft/watch.ts'
import { figure8 } from './figure-8.ts'
import { watchedFor } from './watched.ts'

const STATUS: RaftStatus = {
  role: 'follower',
  term: 2,
  vote: null,
  leader: 'n1',
  members: 3,
  last: 3,
  lastTerm: 2,
  commit: 2,
  applied: 2,
  uncommitted: 1,
  durable: 3,
  digest: 'd3',
  commitDigest: 'd2',
  tail: [
    [1, 2],
    [2, 1],
  ],
  peers: [],
  electionsStarted: 0,
  electionsWon: 0,
  uncommittedBytes: 0,
  sessions: 0,
  sessionDigest: 's2',
  lostDisk: false,
  life: 1,
  dropped: {},
}

function view(id: string, more: Partial<RaftStatus> = {}): NodeView {
  return { id, state: 'live', status: { ...STATUS, ...more }, statusAgeMs: 0 }
}

/** Looks at each list of nodes in turn; the rows by name. */
function rowsAfter(...looks: readonly (readonly NodeView[])[]): ReadonlyMap<string, { holds: boolean | null; why: string }> {
  const watch = new RaftWatch()
  for (const nodes of looks) watch.look(nodes)
  return new Map(watch.rows().map((row) => [row.name, row]))
}

describe('on a cluster under cuts and deaths', () => {
  test('two leaders in a term break it, and all that follows from it', () => {
    const red = watchedFor({ bug: 'double-vote', seed: 5 })
    expect([...red.keys()]).toEqual(['one leader a term', 'log matching', 'committed entries are kept', 'same state at the same entry'])
    expect(red.get('one leader a term')).toMatch(/^n\d and n\d both le[ad]+ term \d+$/)
  })

  test('a minority that commits loses what it committed', () => {
    expect([...watchedFor({ bug: 'commit-minority', seed: 12 }).keys()]).toContain('committed entries are kept')
  })

  test('an entry of an earlier term that was committed by counting copies is overwritten (§5.4.2, Figure 8)', () => {
    const red = figure8('commit-old-term')
    expect([...red.keys()]).toEqual(['committed entries are kept'])
    expect(red.get('committed entries are kept')).toMatch(/^entry (\d+): n\d committed one of term 1, n\d one of term 2$/)
    expect(figure8('none')).toEqual(new Map())
  })

  test('a sound cluster in the same weather keeps every rule', () => {
    for (const seed of [5, 12]) expect(watchedFor({ bug: 'none', seed })).toEqual(new Map())
  })
})

describe('by what nodes say', () => {
  test('there is nothing to judge before anybody said anything, and green says what was looked at', () => {
    expect([...rowsAfter([]).values()].map(({ holds }) => holds)).toEqual([null, null, null, null, null])
    const green = rowsAfter([view('n1', { role: 'leader' }), view('n2')])
    expect([...green.values()].map(({ holds }) => holds)).toEqual([true, true, true, true, true])
    expect(green.get('committed entries are kept')?.why).toBe('up to entry 2')
    expect(green.get('one leader a term')?.why).toBe('term 2: n1')
  })

  test.each([
    ['one leader a term', [view('n1', { role: 'leader' }), view('n2', { role: 'leader' })], 'n1 and n2 both led term 2'],
    ['log matching', [view('n1'), view('n2', { digest: 'other' })], 'the logs of n1 and n2 differ up to entry 3 of term 2'],
    [
      'committed entries are kept',
      [view('n1'), view('n2', { commitDigest: 'other' })],
      'n1 and n2 both committed 2 entries, and they differ',
    ],
    [
      'committed entries are kept',
      [
        view('n1'),
        view('n2', {
          term: 3,
          last: 3,
          lastTerm: 3,
          digest: 'x',
          commit: 1,
          applied: 1,
          tail: [
            [1, 1],
            [3, 2],
          ],
          role: 'leader',
        }),
      ],
      'n2 leads term 3 with an entry 2 of term 3; n1 had committed one of term 1 there',
    ],
    [
      'committed entries are kept',
      [view('n1'), view('n2', { term: 3, last: 1, lastTerm: 1, digest: 'd1', commit: 0, applied: 0, tail: [[1, 1]], role: 'leader' })],
      'n2 leads term 3 and ends at entry 1, but n1 had committed up to 2 in term 2',
    ],
    [
      'same state at the same entry',
      [view('n1'), view('n2', { sessionDigest: 'other' })],
      'n1 and n2 applied 2 entries and are in different states',
    ],
    ['terms and commits go forward', [view('n1', { applied: 3 })], 'n1 applied entry 3, but committed only 2'],
  ] as const)('%s: alone is red, and stays so', (name, nodes, why) => {
    const red = [...rowsAfter(nodes, [view('n1')]).values()].filter(({ holds }) => holds === false)
    expect(red).toEqual([{ name, holds: false, why }])
  })

  test('a term, a commit index and what is applied go back in a new life only', () => {
    for (const [name, value] of [
      ['term', 1],
      ['commit', 1],
      ['applied', 1],
    ] as const) {
      const back = { ...(name === 'commit' ? { applied: 1, commitDigest: 'd1' } : {}), [name]: value }
      const red = [...rowsAfter([view('n1')], [view('n1', back)]).values()].filter(({ holds }) => holds === false)
      expect(red).toEqual([{ name: 'terms and commits go forward', holds: false, why: `n1 went back from ${name} 2 to 1` }])
      expect(rowsAfter([view('n1')], [view('n1', { ...back, life: 2 })]).get('terms and commits go forward')?.holds).toBe(true)
    }
  })

  test('a leader of an earlier term may lack what was committed since: it does not know yet', () => {
    const old = view('n2', { term: 1, role: 'leader', last: 1, lastTerm: 1, digest: 'd1', commit: 0, applied: 0, tail: [[1, 1]] })
    expect(rowsAfter([view('n1'), old]).get('committed entries are kept')?.holds).toBe(true)
  })

  test('memory stays bounded over a long run', () => {
    const watch = new RaftWatch()
    for (let i = 1; i <= 6_000; i++)
      watch.look([
        view('n1', {
          last: i,
          commit: i,
          applied: i,
          digest: `d${i}`,
          commitDigest: `d${i}`,
          sessionDigest: `s${i}`,
          tail: [[2, Math.min(i, 64)]],
        }),
      ])
    expect(watch.rows().find(({ name }) => name === 'committed entries are kept')).toMatchObject({ holds: true, why: 'up to entry 6000' })
    expect(watch.remembered).toBeLessThanOrEqual(5 * 4_096)
  })
})
