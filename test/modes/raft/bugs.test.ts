import { describe, expect, test } from 'vitest'
import { encodeEntry, encodeHard } from '../../../src/modes/raft/entry.ts'
import { raft } from '../../../src/modes/raft/raft.ts'
import { Cluster } from './harness.ts'
import { ack, Solo, said } from './solo.ts'

const PAPER = { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' }

function entry(index: number, term: number): Uint8Array {
  return encodeEntry(index, term, { kind: 'noop' }).bytes
}

/** Every variant beside the sound node: the same test, and only the variant breaks the rule. */
const BITES: Readonly<Record<string, (bug: string) => boolean>> = {
  'double-vote': (bug) => {
    const node = new Solo({ settings: PAPER, bug })
    node.hear('n2', { type: 'vote', term: 2, lastIndex: 0, lastTerm: 0 })
    return said(node.hear('n3', { type: 'vote', term: 2, lastIndex: 0, lastTerm: 0 }), 'vote-reply')[0]?.message.granted === true
  },
  'commit-old-term': (bug) => {
    const node = new Solo({ members: 5, settings: PAPER, bug, records: [encodeHard(3, null), entry(1, 1), entry(2, 2)] })
    node.lead('n2', 'n3')
    node.sync()
    for (const peer of ['n2', 'n3']) node.hear(peer, ack(4, 2))
    return node.status.commit === 2
  },
  'reply-before-sync': (bug) => {
    const world = new Cluster({ nodes: 3, bug })
    world.elect()
    return world.invariants.broken.some((rule) => rule.startsWith('durable before reply'))
  },
  'no-sessions': (bug) => {
    const node = new Solo({ members: 1, settings: PAPER, bug })
    node.lead()
    node.hear('c1', { type: 'open', request: 'a', attempt: 1 })
    const add = { type: 'write', request: 'b', attempt: 2, life: 1, session: 2, serial: 1, f: 'add', key: 'n', value: '1' } as const
    node.hear('c1', add, add)
    node.sync()
    node.hear('c1', add)
    node.sync()
    return node.peek('n') !== '1'
  },
  'local-reads': (bug) => {
    const node = new Solo({ settings: PAPER, bug })
    node.lead('n2')
    node.sync()
    node.hear('n2', ack(1, 1))
    return said(node.hear('c1', { type: 'read', request: 'r', attempt: 1, key: 'k' }), 'reply').length > 0
  },
  'forget-vote': (bug) => {
    const node = new Solo({ settings: PAPER, bug })
    node.hear('n2', { type: 'vote', term: 2, lastIndex: 0, lastTerm: 0 })
    const again = new Solo({ settings: PAPER, bug, records: node.records })
    return said(again.hear('n3', { type: 'vote', term: 2, lastIndex: 0, lastTerm: 0 }), 'vote-reply')[0]?.message.granted === true
  },
  'truncate-always': (bug) => {
    const node = new Solo({ settings: PAPER, bug })
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 1), entry(2, 1)] })
    node.hear('n2', { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, commit: 0, entries: [entry(1, 1)] })
    return node.status.last < 2
  },
  'commit-minority': (bug) => {
    const node = new Solo({ members: 5, settings: PAPER, bug })
    node.lead('n2', 'n3')
    node.sync()
    node.hear('n2', ack(1, 1))
    return node.status.commit === 1
  },
  'ack-last': (bug) => {
    const node = new Solo({ settings: PAPER, bug, records: [encodeHard(1, null), entry(1, 1), entry(2, 1)] })
    const replies = said(node.hear('n2', { type: 'append', term: 2, prevIndex: 1, prevTerm: 1, commit: 0, entries: [] }), 'append-reply')
    return replies[0]?.message.index === 2
  },
  'any-life': (bug) => {
    const node = new Solo({ members: 1, settings: PAPER, bug })
    node.lead()
    node.hear('c1', { type: 'write', request: 'a', attempt: 1, life: 7, session: 1, serial: 1, f: 'put', key: 'k', value: '1' })
    return node.status.last > 1
  },
  'forget-refusals': (bug) => {
    const node = new Solo({ members: 1, settings: PAPER, bug })
    const put = { type: 'write', request: 'a', attempt: 1, life: 1, session: 1, serial: 1, f: 'put', key: 'k', value: '1' } as const
    node.hear('c1', put)
    node.lead()
    node.hear('c1', put)
    return node.status.last > 1
  },
  'no-agreement': (bug) => {
    const add = { type: 'write', request: 'a', attempt: 1, life: 1, session: 1, serial: 1, f: 'add', key: 'n', value: '100' } as const
    const mul = { ...add, request: 'm', f: 'mul', value: '1.1' } as const
    const put = { ...add, request: 'p', f: 'put', value: '1000' } as const
    const addFirst = new Solo({ settings: PAPER, bug })
    addFirst.hear('n2', put)
    const own = addFirst.hear('c1', add)
    addFirst.hear('n2', mul)
    const mulFirst = new Solo({ settings: PAPER, bug })
    mulFirst.hear('n2', put, mul, add)
    const answered = said(own, 'reply').map(({ to, message }) => [to, message.value])
    const passedOn = said(own, 'write').map(({ to }) => to)
    return (
      JSON.stringify([answered, passedOn, addFirst.peek('n'), mulFirst.peek('n')]) ===
      JSON.stringify([[['c1', '1100']], ['n2', 'n3'], '1210', '1200'])
    )
  },
}

describe('known-bad variants', () => {
  test('each has a test here, and says what it breaks and what catches it', () => {
    expect(raft.bugs.map((bug) => bug.name).sort()).toEqual(Object.keys(BITES).sort())
    for (const bug of raft.bugs) expect(Math.min(bug.breaks.length, bug.caughtBy.length)).toBeGreaterThan(10)
  })

  for (const [bug, bites] of Object.entries(BITES)) {
    test(`${bug} breaks its rule, and the sound node does not`, () => {
      expect(bites(bug)).toBe(true)
      expect(bites('none')).toBe(false)
    })
  }
})
