import { describe, expect, it } from 'vitest'
import type { MessageRecord } from '../../../../src/stream/events.ts'
import { foldMessages } from '../../../../src/ui/screen/views/message-folds.ts'
import { ascii, drawn, raft, unicode, view } from './scenes.ts'

const at = (ms: number, from: string, to: string, type: string, fate = 'passed', tookUs = 0): MessageRecord => [
  ms * 1000,
  from,
  to,
  type,
  fate,
  tookUs,
]

/** n3 asks for votes and wins; n1 is dead. */
const election: readonly MessageRecord[] = [
  at(1000, 'n3', 'n1', 'vote', 'unmapped'),
  at(1000, 'n3', 'n2', 'vote', 'passed', 1_240),
  at(1000, 'n3', 'n4', 'vote'),
  at(1002, 'n2', 'n3', 'vote-reply'),
  at(1003, 'n4', 'n3', 'vote-reply', 'passed', 900),
  at(1004, 'n3', 'n2', 'append+1'),
]

describe('messages', () => {
  it('of a sample says so, and how much of all it is', () => {
    const scene = raft(4, { messages: [election.slice(0, 3), election.slice(3)], unseen: [0, 1_494] })
    expect(drawn('messages', scene, { columns: 80, rows: 24 })[0]).toBe(
      ' messages  a sample, 6 of 1500 · repeated ones folded · arrows by type',
    )
  })

  it('an election reads as its rows: asked, answered, first heartbeat', () => {
    const scene = raft(4, { messages: [election.slice(0, 3), election.slice(3)] })
    expect(drawn('messages', scene, { columns: 80, rows: 24 })).toMatchInlineSnapshot(`
      [
        " messages  repeated ones folded · arrows by type",
        "                            n1        n2        n3        n4",
        "   +1.000s vote              ✗╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌●         │      ✗ nobody there",
        "   +1.000s vote ×2           │         ◀─────────●─────────▶      1.2ms",
        "   +1.002s vote-reply ×2     │         ●─────────◆─────────●      900us",
        "   +1.004s append            │         ◀─────────●         │",
      ]
    `)
    expect(drawn('messages', scene, { columns: 80, rows: 24 }, {}, ascii)).toMatchInlineSnapshot(`
      [
        " messages  repeated ones folded, arrows by type",
        "                            n1        n2        n3        n4",
        "   +1.000s vote              x...................o         |      x nobody there",
        "   +1.000s vote x2           |         <---------o--------->      1.2ms",
        "   +1.002s vote-reply x2     |         o---------#---------o      900us",
        "   +1.004s append            |         <---------o         |",
      ]
    `)
  })

  it('arrows so wide that their kind fits bear it', () => {
    expect(drawn('messages', raft(3, { messages: [election.slice(1, 2)] }), { columns: 120, rows: 24 }).at(-1)).toMatchInlineSnapshot(
      `"   +1.000s vote               │                     ◀────────vote─────────●            1.2ms"`,
    )
  })

  it('more lanes than fit are told in words', () => {
    const scene = raft(25, { messages: [election] })
    expect(drawn('messages', scene, { columns: 80, rows: 24 })).toMatchInlineSnapshot(`
      [
        " messages  repeated ones folded · arrows by type",
        "   +1.000s vote          n3 → n1  ✗ nobody there",
        "   +1.000s vote ×2       n3 → n2 n4  1.2ms",
        "   +1.002s vote-reply ×2 n2 n4 → n3  900us",
        "   +1.004s append        n3 → n2",
      ]
    `)
  })

  it('clients have lanes of their own while they are few, and share one when they are many', () => {
    const say = (clients: readonly string[]) => raft(3, { messages: [clients.map((id, i) => at(i, id, 'n1', 'write'))] })
    expect(
      drawn('messages', say(['c0', 'l2']), { columns: 80, rows: 9 })[1]
        ?.trim()
        .split(/ +/),
    ).toEqual(['n1', 'n2', 'n3', 'c0', 'l2'])
    expect(
      drawn('messages', say(['c0', 'l1', 'l2', 'l3']), { columns: 80, rows: 9 })[1]
        ?.trim()
        .split(/ +/),
    ).toEqual(['n1', 'n2', 'n3', 'clients'])
  })

  it('the filter takes kinds, fates and whole names, and leaves out', () => {
    const scene = raft(4, { messages: [[...election, at(1005, 'n31', 'n32', 'append')]] })
    const kinds = (filter: string) =>
      drawn('messages', scene, { columns: 150, rows: 24 }, { filter })
        .slice(2)
        .map((row) => row.trim().split(/ +/).slice(1, 2).join())
    expect(kinds('reply')).toEqual(['vote-reply'])
    expect(kinds('n3 !vote')).toEqual(['append'])
    expect(kinds('nobody')).toEqual(['vote'])
    expect(kinds('!n3')).toEqual(['append'])
    expect(drawn('messages', scene, { columns: 80, rows: 24 }, { filter: 'gossip' }).at(-1)).toBe(
      ' nothing in the last seconds fits the filter',
    )
  })

  it('the newest stands at the bottom, and scrolling goes back to the oldest and no further', () => {
    const scene = raft(3, { messages: [Array.from({ length: 20 }, (_, i) => at(i * 100, 'n1', 'n2', 'vote'))] })
    const times = (scroll: number) =>
      drawn('messages', scene, { columns: 80, rows: 7 }, { scroll })
        .slice(2)
        .map((row) => row.trim().split(' ')[0])
    expect(times(0)).toEqual(['+1.500s', '+1.600s', '+1.700s', '+1.800s', '+1.900s'])
    expect(times(3)).toEqual(['+1.200s', '+1.300s', '+1.400s', '+1.500s', '+1.600s'])
    expect(times(999)).toEqual(['+0.000s', '+0.100s', '+0.200s', '+0.300s', '+0.400s'])
    expect(view('messages').extent(scene, { scroll: 0, filter: '', node: null }, { columns: 80, rows: 7 }, unicode)).toBe(15)
    expect(drawn('messages', scene, { columns: 80, rows: 7 }, { scroll: 3 })[0]?.endsWith('↑ more ↓ more')).toBe(true)
  })

  it('what left later but was sent earlier stands earlier', () => {
    const scene = raft(3, { messages: [[at(500, 'n1', 'n2', 'vote')], [at(450, 'n2', 'n3', 'gossip', 'passed', 90_000)]] })
    const rows = drawn('messages', scene, { columns: 80, rows: 24 })
    expect(rows.slice(2).map((row) => row.trim().split(/ +/)[1])).toEqual(['gossip', 'vote'])
  })
})

describe('folding', () => {
  const beats = (leader: string, fromMs: number, rounds: number, fate = 'passed') =>
    Array.from({ length: rounds }, (_, i) =>
      ['n1', 'n2', 'n3'].filter((id) => id !== leader).map((id) => at(fromMs + i * 50, leader, id, 'heartbeat', fate)),
    ).flat()

  it('a run of heartbeats is a row for each stretch of three seconds, and dropped ones are told apart', () => {
    const folds = foldMessages([...beats('n2', 0, 100), ...beats('n2', 5_000, 10, 'cut')])
    expect(folds.map(({ kind, fate, from, to, count }) => `${kind} ${fate} ×${count} ${from.join()}>${to.join()}`)).toEqual([
      'heartbeat passed ×120 n2>n1,n3',
      'heartbeat passed ×80 n2>n1,n3',
      'heartbeat cut ×20 n2>n1,n3',
    ])
  })

  it('the heartbeats of two leaders stay two rows', () => {
    const both = [...beats('n2', 0, 20), ...beats('n3', 10, 20)].toSorted(([a], [b]) => a - b)
    expect(foldMessages(both).map(({ from, to, count }) => `${from.join()}>${to.join()} ×${count}`)).toEqual([
      'n2>n1,n3 ×40',
      'n3>n1,n2 ×40',
    ])
  })

  it('rare ones fold only what is said in one breath', () => {
    const folds = foldMessages([at(0, 'n1', 'n2', 'vote'), at(1, 'n1', 'n3', 'vote'), at(200, 'n1', 'n2', 'vote')])
    expect(folds.map(({ to, count }) => `${to.join()} ×${count}`)).toEqual(['n2,n3 ×2', 'n2 ×1'])
  })
})
