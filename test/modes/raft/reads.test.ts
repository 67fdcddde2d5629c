import { describe, expect, test } from 'vitest'
import { encodeEntry, encodeHard } from '../../../src/modes/raft/entry.ts'
import { Cluster } from './harness.ts'
import { ack, Solo, said } from './solo.ts'

const PAPER = { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' }

function leader(bug = 'none'): Solo {
  const node = new Solo({ settings: PAPER, bug })
  node.lead('n2')
  return node
}

const read = (request: string) => ({ type: 'read', request, attempt: 1, key: 'k' }) as const
const echo = (term: number, round: number) => ({ type: 'heartbeat-reply', term, round, life: 1, lost: false }) as const

describe('reads at the leader (dissertation §6.4)', () => {
  test('C3: a read waits for the first entry of the term to commit', () => {
    const node = leader()
    node.sync()
    const early = node.hear('c1', read('r1'))
    expect(said(early, 'heartbeat')).toEqual([])
    const committed = node.hear('n2', ack(1, 1))
    const round = said(committed, 'heartbeat').find(({ message }) => message.round > 0)?.message.round ?? 0
    expect(round).toBeGreaterThan(0)
    const done = node.hear('n3', echo(1, round))
    expect(said(done, 'reply')).toMatchObject([{ to: 'c1', message: { request: 'r1', status: 'ok', value: null } }])
  })

  test('a read is answered only when a quorum has echoed a round that began after it came', () => {
    const node = leader()
    node.sync()
    node.hear('n2', ack(1, 1))
    const beat = said(node.tick(150), 'heartbeat')[0]?.message.round ?? 0
    const asked = node.hear('c1', read('r1'))
    const own = said(asked, 'heartbeat')[0]?.message.round ?? 0
    expect(own).toBeGreaterThan(beat)
    expect(said(node.hear('n2', echo(1, beat)), 'reply')).toEqual([])
    expect(said(node.hear('n2', echo(1, own)), 'reply')).toHaveLength(1)
  })

  test('reads that come while a round is out share the next one', () => {
    const node = leader()
    node.sync()
    node.hear('n2', ack(1, 1))
    const first = said(node.hear('c1', read('a')), 'heartbeat')[0]?.message.round ?? 0
    expect(said(node.hear('c2', read('b')), 'heartbeat')).toEqual([])
    expect(said(node.hear('c3', read('c')), 'heartbeat')).toEqual([])
    const next = node.hear('n2', echo(1, first))
    expect(said(next, 'reply')).toHaveLength(1)
    expect(said(next, 'heartbeat').map(({ message }) => message.round)).toEqual([first + 1, first + 1])
    expect(said(node.hear('n3', echo(1, first + 1)), 'reply')).toHaveLength(2)
  })

  test('a leader that steps down refuses its open reads', () => {
    const node = leader()
    node.sync()
    node.hear('n2', ack(1, 1))
    node.hear('c1', read('a'))
    const output = node.hear('n2', { type: 'heartbeat', term: 5, commit: 0, round: 1 })
    expect(said(output, 'refusal')).toMatchObject([{ to: 'c1', message: { request: 'a', code: 'no-leader', definite: true } }])
  })

  /** C2: the copy of an old question, and the late echoes of the round that answered it, must not confirm a newer read. */
  test('C2: a doubled question and held echoes confirm no later read', () => {
    const node = leader()
    node.sync()
    node.hear('n2', ack(1, 1))
    const asked = node.hear('n2', { type: 'read-index', id: '1.1' })
    const roundA = said(asked, 'heartbeat')[0]?.message.round ?? 0
    const roundTick = said(node.tick(150), 'heartbeat')[0]?.message.round ?? 0
    // The later round confirms A; its echoes for roundA are still held by the network.
    const answerA = node.hear('n3', echo(1, roundTick))
    expect(said(answerA, 'read-index-reply')).toMatchObject([{ to: 'n2', message: { id: '1.1', index: 1 } }])
    // Cut off from here on: n2 leads a newer term and commits. A local read B arrives, then the copy of A, then the held echoes.
    const askedB = node.hear('c1', read('B'))
    const roundB = said(askedB, 'heartbeat')[0]?.message.round ?? 0
    node.hear('n2', { type: 'read-index', id: '1.1' })
    const late = node.hear('n3', echo(1, roundA), echo(1, roundTick))
    expect(said(late, 'reply')).toEqual([])
    expect(said(late, 'read-index-reply')).toEqual([])
    expect(roundB).toBeGreaterThan(roundTick)
  })

  test('an echo of a round that was never begun counts as the newest that was', () => {
    const node = leader()
    node.sync()
    node.hear('n2', ack(1, 1))
    node.hear('n2', echo(1, 999_999))
    const asked = node.hear('c1', read('r1'))
    expect(said(asked, 'reply')).toEqual([])
  })
})

describe('reads at a follower', () => {
  function follower(): Solo {
    const node = new Solo({ incarnation: 3 })
    const entries = [encodeEntry(1, 1, { kind: 'noop' }).bytes]
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries })
    return node
  }

  test('it asks the leader with an id of this life, and answers once that index is applied', () => {
    const node = follower()
    const asked = node.hear('c1', read('r1'))
    expect(said(asked, 'read-index')).toMatchObject([{ to: 'n2', message: { id: '3.1' } }])
    expect(said(node.hear('n2', { type: 'read-index-reply', id: '2.1', index: 0 }), 'reply')).toEqual([])
    expect(said(node.hear('n2', { type: 'read-index-reply', id: '3.1', index: 1 }), 'reply')).toEqual([])
    const applied = node.hear('n2', { type: 'heartbeat', term: 1, commit: 1, round: 0 })
    expect(said(applied, 'reply')).toMatchObject([{ to: 'c1', message: { request: 'r1', status: 'ok' } }])
  })

  test('it asks again after a heartbeat interval, and refuses after an election timeout', () => {
    const node = follower()
    node.hear('c1', read('r1'))
    expect(said(node.tick(110), 'read-index')).toMatchObject([{ to: 'n2', message: { id: '3.1' } }])
    let refused = 0
    for (let i = 0; i < 8; i++) {
      node.hear('n2', { type: 'heartbeat', term: 1, commit: 0, round: 0 })
      refused += said(node.tick(100), 'refusal').length
    }
    expect(refused).toBe(1)
  })

  test('without a leader it refuses at once; when the asked one cannot say, it refuses', () => {
    const alone = new Solo({ records: [encodeHard(1, null)] })
    expect(said(alone.hear('c1', read('r1')), 'refusal')).toMatchObject([{ message: { code: 'no-leader', definite: true, leader: null } }])
    const node = follower()
    node.hear('c1', read('r1'))
    const output = node.hear('n2', { type: 'read-index-reply', id: '3.1', index: null })
    expect(said(output, 'refusal')).toMatchObject([{ to: 'c1', message: { request: 'r1' } }])
  })

  test('every node of a cluster serves pinned reads, and sees what was written before', () => {
    const world = new Cluster({ nodes: 5 })
    world.elect()
    world.call('c1', 'put', 'k', 'v')
    for (const via of world.ids) expect(world.call('p0', 'get', 'k', null, { via })).toMatchObject({ outcome: 'ok', value: 'v', node: via })
  })

  test('C6: a follower restarted while it reads answers nothing wrong', () => {
    const world = new Cluster({ nodes: 3, latencyMs: 20 })
    const lead = world.elect()
    const via = world.ids.find((id) => id !== lead) ?? ''
    world.call('c1', 'put', 'k', '1')
    const id = world.invoke('c2', 'get', 'k', null, { via })
    world.run(30)
    world.kill(via)
    world.restart(via)
    world.call('c1', 'put', 'k', '2')
    expect(['1', '2']).toContain(world.await(id).value)
  })
})

/** An old leader that is cut off with one client; a new one takes a write. What does the old one tell its client? */
function staleRead(bug: string): unknown {
  const world = new Cluster({ nodes: 3, settings: PAPER, bug })
  const old = world.elect()
  world.call('c1', 'put', 'k', 'old')
  const rest = world.ids.filter((id) => id !== old)
  for (const id of rest) {
    world.cut(old, id)
    world.cut(id, old)
  }
  world.reach('c1', rest)
  expect(world.call('c1', 'put', 'k', 'new', { timeoutMs: 5_000 })).toMatchObject({ outcome: 'ok' })
  expect(world.status(old).role).toBe('leader')
  return world.call('c2', 'get', 'k', null, { via: old, timeoutMs: 1_000 })
}

describe('two leaders (C5)', () => {
  test('the old one stays silent', () => {
    expect(staleRead('none')).toMatchObject({ outcome: 'info', code: 'timeout' })
  })

  test('with local-reads the old one tells what is no longer true', () => {
    expect(staleRead('local-reads')).toMatchObject({ outcome: 'ok', value: 'old' })
  })
})
