/** Every Raft invariant bites: one hand-made history each, in which exactly that promise is broken. */
import { describe, expect, test } from 'vitest'
import { emptyOutput, type Input } from '../../src/machine/contract.ts'
import { encodeEntry, encodeHard } from '../../src/modes/raft/entry.ts'
import type { RaftStatus } from '../../src/modes/raft/inspect.ts'
import { RaftMonitor } from '../../src/sim/raft-invariants.ts'

const BLANK: RaftStatus = {
  role: 'follower',
  term: 0,
  vote: null,
  leader: null,
  members: 3,
  last: 0,
  lastTerm: 0,
  commit: 0,
  applied: 0,
  uncommitted: 0,
  durable: 0,
  digest: '',
  commitDigest: '',
  tail: [],
  peers: [],
  electionsStarted: 0,
  electionsWon: 0,
  uncommittedBytes: 0,
  sessions: 0,
  sessionDigest: '',
  lostDisk: false,
  life: 1,
  dropped: {},
}
const hard = (term: number, vote: string | null): Uint8Array => encodeHard(term, vote)
/** An entry that differs from others of its index and term by who opened a session. */
const entry = (index: number, term: number, client = 'c1'): Uint8Array => encodeEntry(index, term, { kind: 'open', client }).bytes

/** Three nodes under the monitor; each holds what it was told to store, synced at once unless said otherwise. */
function cluster() {
  const monitor = new RaftMonitor(['n1', 'n2', 'n3'])
  const positions = new Map<string, number>()
  const start = (node: string, log: readonly Uint8Array[] = [], incarnation = 1, status: Partial<RaftStatus> = {}): void => {
    const input: Input = { kind: 'start', log, bulk: [], lostDisk: false, incarnation }
    positions.set(node, log.length)
    monitor.stepped({ node, input: { nowUs: 0, wallMs: 0, inputs: [input] }, output: emptyOutput(), status: { ...BLANK, ...status } })
  }
  const store = (node: string, records: readonly Uint8Array[], status: Partial<RaftStatus>): void => {
    const output = emptyOutput()
    for (const bytes of records) output.store.push({ stream: 'log', bytes })
    positions.set(node, (positions.get(node) ?? 0) + records.length)
    monitor.stepped({ node, input: { nowUs: 0, wallMs: 0, inputs: [] }, output, status: { ...BLANK, ...status } })
  }
  const sync = (node: string): void => monitor.durable(node, 'log', positions.get(node) ?? 0)
  const step = (node: string, records: readonly Uint8Array[], status: Partial<RaftStatus>): void => {
    store(node, records, status)
    sync(node)
  }
  for (const node of ['n1', 'n2', 'n3']) start(node)
  return { monitor, start, store, sync, step }
}

/** n1 leads term 1 and has one entry committed on n1 and n2. */
function committedOnTwo() {
  const all = cluster()
  const { step } = all
  step('n2', [hard(1, 'n1'), entry(1, 1)], { term: 1, vote: 'n1', last: 1 })
  step('n1', [hard(1, 'n1')], { term: 1, vote: 'n1', role: 'candidate' })
  step('n1', [entry(1, 1)], { term: 1, vote: 'n1', role: 'leader', last: 1 })
  step('n1', [], { term: 1, vote: 'n1', role: 'leader', last: 1, commit: 1 })
  return all
}

describe('what nodes may become', () => {
  test('election safety: two leaders in one term (§5.2)', () => {
    const { step } = cluster()
    step('n1', [hard(1, 'n1')], { term: 1, vote: 'n1', role: 'leader' })
    expect(() => step('n2', [hard(1, 'n2')], { term: 1, vote: 'n2', role: 'leader' })).toThrow(/term 1 has two leaders/)
  })

  test('election safety: a restarted leader does not lead its old term again', () => {
    const { monitor, step, start } = cluster()
    step('n1', [hard(1, 'n1')], { term: 1, vote: 'n1', role: 'leader' })
    monitor.crashed('n1')
    start('n1', [hard(1, 'n1')], 2, { term: 1, vote: 'n1' })
    expect(() => step('n1', [], { term: 1, vote: 'n1', role: 'leader' })).toThrow(/two leaders: n1, life 1 and n1, life 2/)
  })

  test('leader completeness: a later leader lacks what is committed (§5.4)', () => {
    const { step } = committedOnTwo()
    expect(() => step('n3', [hard(2, 'n3')], { term: 2, vote: 'n3', role: 'leader' })).toThrow(/without entry 1, committed in term 1/)
  })

  test('a late leader of an older term owes nothing to later terms', () => {
    const { step } = cluster()
    step('n2', [hard(2, 'n2'), entry(1, 2)], { term: 2, vote: 'n2', role: 'leader', last: 1 })
    step('n3', [hard(2, 'n2'), entry(1, 2)], { term: 2, vote: 'n2', last: 1 })
    step('n2', [], { term: 2, vote: 'n2', role: 'leader', last: 1, commit: 1 })
    expect(() => step('n1', [hard(1, 'n1')], { term: 1, vote: 'n1', role: 'leader' })).not.toThrow()
  })
})

describe('what logs may hold', () => {
  test('log matching: one index and term, two entries (§5.3)', () => {
    const { step } = cluster()
    step('n1', [hard(1, 'n1'), entry(1, 1, 'c1')], { term: 1, vote: 'n1', last: 1 })
    expect(() => step('n2', [hard(1, 'n1'), entry(1, 1, 'c2')], { term: 1, vote: 'n1', last: 1 })).toThrow(
      /entry 1 of term 1 on n2 differs/,
    )
  })

  test('log matching: the same entry on top of another log', () => {
    const { step } = cluster()
    step('n1', [hard(2, 'n1'), entry(1, 1), entry(2, 2)], { term: 2, vote: 'n1', last: 2 })
    expect(() => step('n2', [hard(2, 'n1'), entry(1, 2), entry(2, 2)], { term: 2, vote: 'n1', last: 2 })).toThrow(/entry 2 of term 2 on n2/)
  })

  test('leader append-only (Figure 3)', () => {
    const { step } = cluster()
    step('n1', [hard(1, 'n1'), entry(1, 1)], { term: 1, vote: 'n1', role: 'leader', last: 1 })
    expect(() => step('n1', [entry(1, 1, 'c2')], { term: 1, vote: 'n1', role: 'leader', last: 1 })).toThrow(/rewrote entry 1 while it led/)
  })

  test('no gap', () => {
    const { step } = cluster()
    expect(() => step('n1', [hard(1, null), entry(2, 1)], { term: 1, last: 2 })).toThrow(/entry 2 after entry 0/)
  })

  test('persist order: an entry before its term', () => {
    const { step } = cluster()
    expect(() => step('n1', [entry(1, 1), hard(1, null)], { term: 1, last: 1 })).toThrow(/before that term itself/)
  })

  test('a node is what its records say: term, vote and log', () => {
    expect(() => cluster().step('n1', [hard(1, null)], { term: 2 })).toThrow(/its records say 1/)
    expect(() => cluster().step('n1', [hard(1, null)], { term: 1, vote: 'n2' })).toThrow(/its records say null/)
    expect(() => cluster().step('n1', [hard(1, null), entry(1, 1)], { term: 1, last: 0 })).toThrow(/its records say 1/)
  })
})

describe('what is committed', () => {
  test('it stands on a quorum of disks, synced: written is not enough', () => {
    const { step, store } = cluster()
    store('n2', [hard(1, 'n1'), entry(1, 1)], { term: 1, vote: 'n1', last: 1 })
    step('n1', [hard(1, 'n1'), entry(1, 1)], { term: 1, vote: 'n1', role: 'leader', last: 1 })
    expect(() => step('n1', [], { term: 1, vote: 'n1', role: 'leader', last: 1, commit: 1 })).toThrow(/synced on n1 only/)
  })

  test('only entries of the current term are committed by counting (§5.4.2)', () => {
    const { step } = cluster()
    step('n2', [hard(2, 'n1'), entry(1, 1)], { term: 2, vote: 'n1', last: 1 })
    step('n1', [hard(2, 'n1'), entry(1, 1)], { term: 2, vote: 'n1', role: 'leader', last: 1 })
    expect(() => step('n1', [], { term: 2, vote: 'n1', role: 'leader', last: 1, commit: 1 })).toThrow(/counted entry 1 of term 1/)
  })

  test('state machine safety: two nodes commit different entries at one index (§5.4.3)', () => {
    const { step } = committedOnTwo()
    expect(() => step('n3', [hard(2, null), entry(1, 2)], { term: 2, last: 1, commit: 1 })).toThrow(/leaves the committed one before 1/)
  })

  test('no node ever cuts a committed entry that it holds', () => {
    const { step } = committedOnTwo()
    expect(() => step('n2', [hard(2, null), entry(1, 2)], { term: 2, last: 1 })).toThrow(/cut entry 1, which is committed/)
  })

  test('a leader believes only what is on a follower disk', () => {
    const { step } = committedOnTwo()
    const peer = {
      id: 'n3',
      next: 2,
      state: 'replicate',
      inflight: 0,
      inflightBytes: 0,
      ackAgeMs: 0,
      acknowledged: true,
      lost: false,
    } as const
    const leads = { term: 1, vote: 'n1', role: 'leader', last: 1, commit: 1 } as const
    expect(() => step('n1', [], { ...leads, peers: [{ ...peer, match: 1 }] })).toThrow(/believes that n3 holds its log up to 1/)
    expect(() => step('n1', [], { ...leads, peers: [{ ...peer, id: 'n2', match: 1 }] })).not.toThrow()
    expect(() => step('n1', [], { ...leads, peers: [{ ...peer, id: 'n2', match: 2 }] })).toThrow(/entry 2 next, but holds 2 for matched/)
  })

  test('equal logs leave equal session tables (dissertation §6.3)', () => {
    const { step } = committedOnTwo()
    const applied = { term: 1, vote: 'n1', last: 1, commit: 1, applied: 1 } as const
    step('n1', [], { ...applied, role: 'leader', sessionDigest: 'aa' })
    expect(() => step('n2', [], { ...applied, sessionDigest: 'bb' })).toThrow(/after entry 1 the sessions of n2 differ/)
    expect(() => step('n2', [], { ...applied, sessionDigest: 'aa' })).not.toThrow()
  })

  test('indexes keep their order', () => {
    const { step } = committedOnTwo()
    expect(() => step('n2', [], { term: 1, vote: 'n1', last: 1, commit: 2 })).toThrow(/committed 2, last 1/)
    expect(() => step('n2', [], { term: 1, vote: 'n1', last: 1, commit: 1, applied: 2 })).toThrow(/applied 2, committed 1/)
  })

  test('commit and term never go back within a life', () => {
    const { step } = committedOnTwo()
    expect(() => step('n1', [], { term: 1, vote: 'n1', role: 'leader', last: 1, commit: 0 })).toThrow(/back from commit 1 to 0/)
    expect(() => cluster().step('n1', [hard(2, null), hard(1, null)], { term: 1 })).toThrow(/stored term 1 after term 2/)
  })
})

describe('what may leave, and when', () => {
  const grant = { type: 'vote-reply', term: 1, granted: true }
  const have = { type: 'append-reply', term: 1, ok: true, index: 1, hintIndex: 0, hintTerm: 0, last: 1, life: 1, lost: false }

  test('a vote before it is synced, and not after', () => {
    const { monitor, store, sync } = cluster()
    store('n2', [hard(1, 'n1')], { term: 1, vote: 'n1' })
    expect(() => monitor.leaving('n2', 'n1', grant)).toThrow(/its vote for n1 in term 1 before its disk had it/)
    sync('n2')
    expect(() => monitor.leaving('n2', 'n1', grant)).not.toThrow()
  })

  test('an acknowledgement before the entry is synced, and not after', () => {
    const { monitor, store, step, sync } = cluster()
    store('n2', [hard(1, 'n1')], { term: 1, vote: 'n1' })
    sync('n2')
    step('n1', [hard(1, 'n1'), entry(1, 1)], { term: 1, vote: 'n1', role: 'leader', last: 1 })
    store('n2', [entry(1, 1)], { term: 1, vote: 'n1', last: 1 })
    expect(() => monitor.leaving('n2', 'n1', have)).toThrow(/entry 1, which it says it has, before/)
    sync('n2')
    expect(() => monitor.leaving('n2', 'n1', have)).not.toThrow()
  })

  test('an acknowledgement of entries that the leader of the term does not have: as long is not the same (§5.3)', () => {
    const { monitor, step } = cluster()
    step('n1', [hard(2, 'n1'), entry(1, 2), entry(2, 2)], { term: 2, vote: 'n1', role: 'leader', last: 2 })
    step('n2', [hard(1, null), entry(1, 1), hard(2, 'n1')], { term: 2, vote: 'n1', last: 1 })
    expect(() => monitor.leaving('n2', 'n1', { ...have, term: 2 })).toThrow(/its log matches up to 1, but the leader's differs/)
    expect(() => monitor.leaving('n2', 'n1', { ...have, term: 2, index: 0 })).not.toThrow()
    step('n2', [entry(1, 2), entry(2, 2)], { term: 2, vote: 'n1', last: 2 })
    expect(() => monitor.leaving('n2', 'n1', { ...have, term: 2, index: 2 })).not.toThrow()
  })

  test('what a crash took is not synced', () => {
    const { monitor, store, sync, start } = cluster()
    store('n2', [hard(1, 'n1')], { term: 1, vote: 'n1' })
    sync('n2')
    store('n2', [entry(1, 1)], { term: 1, vote: 'n1', last: 1 })
    monitor.crashed('n2')
    start('n2', [hard(1, 'n1')], 2, { term: 1, vote: 'n1' })
    expect(() => monitor.leaving('n2', 'n1', have)).toThrow(/before its disk had it/)
  })

  test('a candidacy before its own vote is synced (§5.2)', () => {
    const { monitor, store, sync } = cluster()
    const ask = { type: 'vote', term: 1, lastIndex: 0, lastTerm: 0 }
    store('n2', [hard(1, 'n2')], { term: 1, vote: 'n2', role: 'candidate' })
    expect(() => monitor.leaving('n2', 'n1', ask)).toThrow(/its candidacy in term 1 before its disk had it/)
    sync('n2')
    expect(() => monitor.leaving('n2', 'n1', ask)).not.toThrow()
  })

  test('a candidacy that speaks for a log that is not synced (§5.4.1)', () => {
    const { monitor, store, step, sync } = cluster()
    const ask = { type: 'vote', term: 2, lastIndex: 1, lastTerm: 1 }
    step('n2', [hard(1, null), hard(2, 'n2')], { term: 2, vote: 'n2', role: 'candidate' })
    store('n2', [entry(1, 1)], { term: 2, vote: 'n2', last: 1, role: 'candidate' })
    expect(() => monitor.leaving('n2', 'n1', ask)).toThrow(/a log that ends at 1 in term 1, for which it asks for votes, before/)
    sync('n2')
    expect(() => monitor.leaving('n2', 'n1', ask)).not.toThrow()
  })

  test('one vote a term, across restarts too', () => {
    const { monitor, step, start } = cluster()
    step('n2', [hard(1, 'n1')], { term: 1, vote: 'n1' })
    monitor.leaving('n2', 'n1', grant)
    monitor.crashed('n2')
    start('n2', [hard(1, 'n3')], 2, { term: 1, vote: 'n3' })
    expect(() => monitor.leaving('n2', 'n3', grant)).toThrow(/voted for n1 and for n3 in term 1/)
  })

  test('one vote a term on the disk', () => {
    const { step } = cluster()
    step('n2', [hard(1, 'n1')], { term: 1, vote: 'n1' })
    expect(() => step('n2', [hard(1, 'n3')], { term: 1, vote: 'n3' })).toThrow(/a vote for n3 in term 1 after one for n1/)
  })

  test('only the leader of a term speaks as one', () => {
    const { monitor } = committedOnTwo()
    const beat = { type: 'heartbeat', term: 1, commit: 0, round: 1 }
    expect(() => monitor.leaving('n1', 'n3', beat)).not.toThrow()
    expect(() => monitor.leaving('n3', 'n2', beat)).toThrow(/n3 speaks as leader of term 1, which n1 leads/)
  })

  test('recovery finds everything that was synced', () => {
    const { monitor, step, start } = cluster()
    step('n2', [hard(1, 'n1'), entry(1, 1)], { term: 1, vote: 'n1', last: 1 })
    monitor.crashed('n2')
    expect(() => start('n2', [hard(1, 'n1')], 2, { term: 1, vote: 'n1' })).toThrow(/found 1 records, but 2 were synced/)
  })
})
