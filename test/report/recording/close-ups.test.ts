import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CloseUpDraft, kindOf, thinByClient, thinByType } from '../../../src/report/recording/close-ups.ts'
import type { ShownOperation, Window } from '../../../src/report/recording/types.ts'
import type { MessageRecord } from '../../../src/stream/events.ts'

const message = (atUs: number, type: string, fate = 'passed'): MessageRecord => [atUs, 'n1', 'n2', type, fate, 300]
const many = (type: string, count: number, fate?: string): MessageRecord[] =>
  Array.from({ length: count }, (_, i) => message(i, type, fate))
const asked = (client: string, beginNs: number): ShownOperation => ({
  client,
  process: 1,
  beginNs,
  endNs: beginNs + 1,
  outcome: 'ok',
  asked: 'get x',
  answered: '1',
  key: 'x',
  node: null,
})
const window: Window = { fromNs: 1_000_000, toNs: 2_000_000, reasons: [], violation: false }

describe('messages are thinned honestly', () => {
  it('rare types stay whole among many of one type', () => {
    const kept = thinByType(
      new Map([
        ['heartbeat', many('heartbeat', 900)],
        ['vote', many('vote', 5)],
      ]),
      50,
    )
    expect(kept).toHaveLength(50)
    expect(kept.filter((one) => kindOf(one) === 'vote')).toHaveLength(5)
  })

  it('of one type the dropped ones stay first', () => {
    const kept = thinByType(new Map([['append', [...many('append', 500), ...many('append', 6, 'cut')]]]), 40)
    expect(kept.filter(([, , , , fate]) => fate === 'cut')).toHaveLength(6)
    expect(kept).toHaveLength(40)
  })

  it('evenly over the time, not the first ones', () => {
    const kept = thinByType(new Map([['append', many('append', 1000)]]), 10).map(([atUs]) => atUs)
    expect(kept).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
  })

  it('never more than there is room for, but for one of each type', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 80 }), (sizes, room) => {
        const byType = new Map(sizes.map((size, i) => [`t${i}`, many(`t${i}`, size)]))
        expect(thinByType(byType, room).length).toBeLessThanOrEqual(Math.max(room, sizes.length))
      }),
    )
  })

  it('what shares a datagram does not make another type', () => {
    expect(['append+2', 'append+', 'append', ''].map((type) => kindOf(message(0, type)))).toEqual(['append', 'append', 'append', '?'])
  })
})

describe('operations are thinned by whole clients', () => {
  it('a client is drawn whole or not at all, those of a violation first', () => {
    const all = ['c1', 'c2', 'c3'].flatMap((client) => Array.from({ length: 10 }, (_, i) => asked(client, i)))
    const clients = thinByClient(all, ['c3'], 20).map(({ client }) => client)
    expect([clients.filter((one) => one === 'c3').length, clients.filter((one) => one === 'c1').length, clients.includes('c2')]).toEqual([
      10,
      10,
      false,
    ])
  })
})

describe('a close look', () => {
  it('takes what was sent and asked in its time, counts the rest, and keeps what is lit', () => {
    const draft = new CloseUpDraft(window, { messages: 10, operations: 3 })
    draft.hear({ records: [message(500, 'early'), message(1500, 'vote'), ['bad']], left: 4 }, 1_900_000)
    draft.hear({ records: [message(9000, 'late')], left: 9 }, 9_500_000)
    for (let i = 0; i < 8; i++) draft.operation(asked(`c${i}`, 1_100_000 + i), false)
    for (let i = 0; i < 5; i++) draft.operation(asked('c9', 1_200_000 + i), true)
    draft.operation(asked('c1', 5_000_000), true)
    draft.tell({ atNs: 1, type: 'note', text: 'before', node: null })
    for (let i = 0; i < 203; i++) draft.tell({ atNs: 1_500_000, type: 'note', text: 'in', node: null })
    const { messages, messageCounts, unrecorded, operations, operationsLeft, told, toldLeft } = draft.done()
    expect([told.length, toldLeft, told[0]?.text]).toEqual([200, 3, 'in'])
    expect([messages.length, [...messageCounts], unrecorded]).toEqual([1, [['vote', 1]], 4])
    expect(operations.filter(({ client }) => client === 'c9')).toHaveLength(5)
    expect([operations.length, operationsLeft]).toEqual([8, 5])
  })
})
