import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/machine/random.ts'
import { Route } from '../../../src/modes/raft/route.ts'
import { Cluster } from './harness.ts'
import { Solo, said } from './solo.ts'

describe('exactly once', () => {
  test('C7: a cas whose answer was lost with its leader is answered the same, and applied once', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    world.call('c1', 'put', 'other', '0')
    world.fate = ({ from, to }) => (from === lead && to === 'c1' ? 'drop' : 'deliver')
    const id = world.invoke('c1', 'cas', 'k', [null, 'a'])
    expect(world.runUntil(() => world.peek(lead, 'k') === 'a')).toBe(true)
    world.run(120)
    world.kill(lead)
    expect(world.await(id)).toMatchObject({ outcome: 'ok' })
    expect(world.call('c2', 'get', 'k')).toMatchObject({ value: 'a' })
  })

  test.each([
    ['none', true],
    ['no-sessions', false],
  ])('adds under loss and copies, bug %s: counted once is %s', (bug, once) => {
    const world = new Cluster({ nodes: 3, bug, loss: 0.15, duplicate: 0.4, jitterMs: 30, seed: 'adds' })
    let certain = 0
    for (let i = 0; i < 25; i++) if (world.call('c1', 'add', 'n', '1', { timeoutMs: 20_000 }).outcome === 'ok') certain++
    expect(certain).toBe(25)
    world.calm()
    expect(Number(world.call('c2', 'get', 'n').value) === certain).toBe(once)
  })

  test('C7: a doubled request is applied once by one leader', () => {
    const world = new Cluster({ nodes: 3, duplicate: 1 })
    world.elect()
    for (let i = 1; i <= 10; i++) expect(world.call('c1', 'add', 'n', '1')).toMatchObject({ outcome: 'ok', value: String(i) })
  })

  test('C8: a session that expired ends in an unknown outcome, never in a second run; then a new session is opened', () => {
    const world = new Cluster({ nodes: 3, settings: { sessions: '1' } })
    world.elect()
    expect(world.call('c1', 'add', 'n', '1')).toMatchObject({ outcome: 'ok' })
    expect(world.call('c2', 'add', 'n', '1')).toMatchObject({ outcome: 'ok' })
    expect(world.count('session-expired')).toBe(3)
    expect(world.call('c1', 'add', 'n', '1')).toMatchObject({ outcome: 'info', code: 'expired' })
    expect(world.call('c1', 'add', 'n', '1')).toMatchObject({ outcome: 'ok', value: '3' })
  })

  test('after an unknown outcome the session is left behind', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    world.call('c1', 'put', 'k', 'a')
    world.fate = ({ from }) => (world.ids.includes(from) ? 'drop' : 'deliver')
    expect(world.call('c1', 'put', 'k', 'b', { timeoutMs: 400 })).toMatchObject({ outcome: 'info', code: 'timeout' })
    world.fate = () => 'deliver'
    expect(world.call('c1', 'put', 'k', 'c', { timeoutMs: 6_000 })).toMatchObject({ outcome: 'ok' })
    const sessions = world.log(world.elect()).flatMap((line) => (line.session === null ? [] : [line.session]))
    expect(new Set(sessions).size).toBe(2)
    expect(lead).not.toBe('')
  })

  test('a copy of a refused request that arrives once the refuser leads is refused as well', () => {
    const node = new Solo()
    const write = { type: 'write', request: 'a', attempt: 7, life: 1, session: 1, serial: 1, f: 'put', key: 'k', value: 'b' } as const
    expect(said(node.hear('c1', write), 'refusal')).toMatchObject([{ message: { code: 'no-leader', definite: true, attempt: 7 } }])
    node.lead('n2')
    expect(node.status.role).toBe('leader')
    expect(said(node.hear('c1', write), 'refusal')).toHaveLength(1)
    expect(node.log().map((line) => line.kind)).toEqual(['noop'])
    node.hear('c1', { ...write, attempt: 8 })
    expect(node.log().map((line) => line.kind)).toEqual(['noop', 'put'])
  })

  test('a copy of a request that was taken is not refused for certain once the taker leads no more', () => {
    const node = new Solo()
    node.lead('n2')
    const write = { type: 'write', request: 'a', attempt: 7, life: 1, session: 1, serial: 1, f: 'put', key: 'k', value: 'b' } as const
    node.hear('c1', write)
    node.hear('n2', { type: 'heartbeat', term: 9, commit: 0, round: 1 })
    expect(said(node.hear('c1', write), 'refusal')).toMatchObject([{ message: { code: 'no-leader', definite: false } }])
    expect(said(node.hear('c1', { ...write, attempt: 8 }), 'refusal')).toMatchObject([{ message: { definite: true } }])
  })

  test('a request meant for a former life is never run, nor refused for certain: that life may have taken it', () => {
    const node = new Solo({ incarnation: 2 })
    const write = { type: 'write', request: 'a', attempt: 7, life: 1, session: 1, serial: 1, f: 'put', key: 'k', value: 'b' } as const
    expect(said(node.hear('c1', write), 'refusal')).toMatchObject([{ message: { definite: false, life: 2 } }])
    node.lead('n2')
    expect(said(node.hear('c1', { ...write, attempt: 8 }), 'refusal')).toMatchObject([{ message: { code: 'other-life', definite: false } }])
    expect(node.log().map((line) => line.kind)).toEqual(['noop'])
  })

  test('a request meant for no life in particular is never run, so every refusal of it is certain', () => {
    const node = new Solo()
    node.lead('n2')
    const write = { type: 'write', request: 'a', attempt: 7, life: 0, session: 1, serial: 1, f: 'put', key: 'k', value: 'b' } as const
    expect(said(node.hear('c1', write), 'refusal')).toMatchObject([
      { message: { code: 'other-life', definite: true, life: 1, leader: 'n1' } },
    ])
    node.hear('c1', { ...write, attempt: 8, life: 1 })
    expect(node.log().map((line) => line.kind)).toEqual(['noop', 'put'])
  })

  test('a copy of a request under way needs no second entry, and a leader that steps down refuses nothing for certain', () => {
    const node = new Solo()
    node.lead('n2')
    const write = { type: 'write', request: 'a', attempt: 7, life: 1, session: 1, serial: 1, f: 'put', key: 'k', value: 'b' } as const
    node.hear('c1', write)
    node.hear('c1', { ...write, attempt: 8 })
    expect(node.log().map((line) => line.kind)).toEqual(['noop', 'put'])
    const output = node.hear('n2', { type: 'heartbeat', term: 9, commit: 0, round: 1 })
    expect(said(output, 'refusal')).toMatchObject([{ to: 'c1', message: { attempt: 8, code: 'stepped-down', definite: false } }])
  })
})

describe('outcomes', () => {
  test('fail when every attempt was refused, with the code of the refusal', () => {
    const world = new Cluster({ nodes: 3 })
    world.elect()
    world.call('c1', 'put', 'k', 'v')
    for (const id of world.ids.slice(1)) world.kill(id)
    world.run(2_000)
    const [left] = world.alive()
    expect(world.call('c1', 'put', 'k', 'w', { timeoutMs: 500, via: left ?? '' })).toMatchObject({ outcome: 'fail', code: 'no-leader' })
  })

  test('a last attempt that could not be answered in time is not made: it would turn a certain fail into an unknown', () => {
    const world = new Cluster({ nodes: 3, latencyMs: 20 })
    world.elect()
    world.call('c1', 'put', 'k', 'v')
    for (const id of world.ids.slice(1)) world.kill(id)
    world.run(2_000)
    const via = world.alive()[0] ?? ''
    for (let timeoutMs = 300; timeoutMs < 500; timeoutMs += 10) {
      expect(world.call('c1', 'put', 'k', 'w', { timeoutMs, via })).toMatchObject({ outcome: 'fail', code: 'no-leader' })
    }
  })

  test('unknown when one attempt stayed unanswered', () => {
    const world = new Cluster({ nodes: 3 })
    world.elect()
    world.call('c1', 'put', 'k', 'v')
    for (const id of world.ids) world.isolate(id)
    const result = world.call('c1', 'put', 'k', 'w', { timeoutMs: 700 })
    expect(result).toMatchObject({ outcome: 'info', code: 'timeout' })
    expect(result.attempts).toBeGreaterThan(1)
  })

  test('fail when no session could be opened, since the operation itself was never sent', () => {
    const world = new Cluster({ nodes: 3 })
    for (const id of world.ids) world.kill(id)
    expect(world.call('c1', 'put', 'k', 'w', { timeoutMs: 500 })).toMatchObject({ outcome: 'fail', code: 'timeout', attempts: 0 })
  })

  test('via asks one node only: a follower refuses a write, and serves a read', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    const via = world.ids.find((id) => id !== lead) ?? ''
    expect(world.call('c1', 'put', 'k', 'v', { via })).toMatchObject({ outcome: 'fail', code: 'no-leader' })
    expect(world.call('c1', 'get', 'k', null, { via })).toMatchObject({ outcome: 'ok', value: null, node: via })
    expect(world.sent.filter(({ from }) => from === 'c1').every(({ to }) => to === via)).toBe(true)
  })

  test('a client asks only the nodes in its reach', () => {
    const world = new Cluster({ nodes: 5 })
    const lead = world.elect()
    const side = world.ids.filter((id) => id !== lead).slice(0, 2)
    world.reach('c1', side)
    world.call('c1', 'put', 'k', 'v', { timeoutMs: 500 })
    expect(world.sent.filter(({ from }) => from === 'c1').length).toBeGreaterThan(1)
    expect(world.sent.filter(({ from }) => from === 'c1').every(({ to }) => side.includes(to))).toBe(true)
  })

  test('too large, malformed and unknown operations are refused before anything is sent', () => {
    const world = new Cluster({ nodes: 1 })
    world.elect()
    const before = world.sent.length
    expect(world.call('c1', 'put', 'k'.repeat(257), 'v')).toMatchObject({ outcome: 'fail', code: 'too-large', attempts: 0 })
    expect(world.call('c1', 'put', 'k', 'v'.repeat(65_537))).toMatchObject({ outcome: 'fail', code: 'too-large' })
    expect(world.call('c1', 'put', 'k', null)).toMatchObject({ outcome: 'fail', code: 'malformed' })
    expect(world.call('c1', 'fly', 'k', null)).toMatchObject({ outcome: 'fail', code: 'unsupported' })
    expect(world.sent.length).toBe(before)
  })

  test('a conflict says what was there', () => {
    const world = new Cluster({ nodes: 3 })
    world.elect()
    world.call('c1', 'put', 'k', 'v')
    expect(world.call('c1', 'cas', 'k', ['x', 'y'])).toMatchObject({ outcome: 'fail', code: 'conflict', was: 'v' })
    expect(world.call('c1', 'add', 'k', '1')).toMatchObject({ outcome: 'fail', code: 'not-a-number' })
  })

  test('values of the largest size go through', () => {
    const world = new Cluster({ nodes: 3 })
    world.elect()
    const large = '😀'.repeat(16_384)
    expect(world.call('c1', 'put', 'k'.repeat(256), large)).toMatchObject({ outcome: 'ok' })
    expect(world.call('c2', 'get', 'k'.repeat(256)).value).toBe(large)
  })

  test('a killed leader costs a client with the fast preset less than a second', () => {
    const world = new Cluster({ nodes: 5, settings: { election: '150ms-300ms', heartbeat: '50ms' } })
    const lead = world.elect()
    world.call('c1', 'put', 'k', 'v')
    world.kill(lead)
    const before = world.nowUs
    expect(world.call('c1', 'put', 'k', 'w')).toMatchObject({ outcome: 'ok' })
    expect(world.nowUs - before).toBeLessThan(1_000_000)
  })
})

describe('C10: leader hints', () => {
  const route = () => new Route(['n1', 'n2', 'n3'], seeded('route'))

  test('an older hint loses', () => {
    const way = route()
    expect(way.hinted('n1', 'n2', 5)).toBe(true)
    expect(way.hinted('n3', 'n1', 4)).toBe(false)
    expect(way.choose()).toBe('n2')
  })

  test('two nodes that name each other do not hold a client', () => {
    const way = route()
    expect(way.hinted('n1', 'n2', 5)).toBe(true)
    expect(way.hinted('n2', 'n1', 5)).toBe(false)
    expect(way.hinted('n1', 'n2', 5)).toBe(false)
    const asked = new Set([way.choose(), way.choose(), way.choose()])
    expect(asked).toEqual(new Set(['n1', 'n2', 'n3']))
  })

  test('a silent leader is believed in once more on hearsay, then not in that term', () => {
    const way = route()
    way.answered('n1', 5)
    way.silent('n1')
    expect(way.hinted('n2', 'n1', 5)).toBe(true)
    way.silent('n1')
    expect(way.hinted('n3', 'n1', 5)).toBe(false)
    expect(way.hinted('n3', 'n2', 6)).toBe(true)
  })

  test('a node forgets its leader when it campaigns', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    for (const id of world.ids) if (id !== lead) world.isolate(id)
    world.run(1_000)
    for (const id of world.ids) if (id !== lead) expect(world.status(id).leader).toBe(null)
  })
})
