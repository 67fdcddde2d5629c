import { describe, expect, test } from 'vitest'
import { encodeEntry, encodeHard } from '../../../src/modes/raft/entry.ts'
import { Cluster } from './harness.ts'
import { Solo, said } from './solo.ts'

const PAPER = { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' }

/** A disk with the given terms in its log, and a hard state. */
function disk(term: number, terms: readonly number[], vote: string | null = null): Uint8Array[] {
  return [encodeHard(term, vote), ...terms.map((entryTerm, i) => encodeEntry(i + 1, entryTerm, { kind: 'noop' }).bytes)]
}

describe('disturbances of a cluster', () => {
  test('E7: a node that was cut off for twenty election timeouts returns without an election', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    const cut = world.ids.find((id) => id !== lead) ?? ''
    const term = world.maxTerm()
    world.isolate(cut)
    world.run(9_000)
    expect(world.status(cut).term).toBe(term)
    world.heal()
    expect(world.converge()).toBe(true)
    expect(world.leaders()).toEqual([lead])
    expect(world.maxTerm()).toBe(term)
  })

  test('E7 in the paper: the same return costs the leader its term', () => {
    const world = new Cluster({ nodes: 3, settings: PAPER })
    const lead = world.elect()
    const term = world.maxTerm()
    world.isolate(world.ids.find((id) => id !== lead) ?? '')
    world.run(9_000)
    world.heal()
    world.run(1_500)
    expect(world.maxTerm()).toBeGreaterThan(term + 5)
    expect(world.leaders()).toHaveLength(1)
  })

  test('E13a: a leader that can send but not hear steps down, and writes go on', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    for (const id of world.ids) if (id !== lead) world.cut(id, lead)
    expect(world.runUntil(() => world.leaders().some((id) => id !== lead), 4_000)).toBe(true)
    expect(world.call('c1', 'put', 'k', 'v', { timeoutMs: 5_000 })).toMatchObject({ outcome: 'ok' })
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'stepped-down', node: lead, why: 'no majority answers' }))
  })

  test('E13b: a leader that can hear but not send is replaced, and learns it', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    for (const id of world.ids) if (id !== lead) world.cut(lead, id)
    expect(world.runUntil(() => world.leaders().length === 1 && world.leaders()[0] !== lead, 4_000)).toBe(true)
  })

  test.each([['receives'], ['sends']])('E13cd: a follower that only %s disturbs nobody', (way) => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    const term = world.maxTerm()
    const odd = world.ids.find((id) => id !== lead) ?? ''
    for (const id of world.ids) {
      if (id === odd) continue
      if (way === 'receives') world.cut(odd, id)
      else world.cut(id, odd)
    }
    world.run(8_000)
    expect(world.leaders()).toEqual([lead])
    expect(world.maxTerm()).toBe(term)
  })

  test('E14: a candidate stuck in a higher term is freed by one clean election', () => {
    const world = new Cluster({ nodes: 3, settings: { 'pre-vote': 'off' } })
    const lead = world.elect()
    const stuck = world.ids.find((id) => id !== lead) ?? ''
    world.isolate(stuck)
    expect(world.runUntil(() => world.status(stuck).term >= world.status(lead).term + 2)).toBe(true)
    world.heal()
    expect(
      world.runUntil(() => world.alive().every((id) => world.status(id).term === world.maxTerm()) && world.leaders().length === 1),
    ).toBe(true)
    expect(world.converge()).toBe(true)
  })

  test('E15: one refused for its term and one refused for its log do not refuse each other for ever', () => {
    const a = new Solo({ records: disk(1, [1, 1, 1]) })
    a.tick(700)
    expect(a.status).toMatchObject({ role: 'pre-candidate', term: 1 })
    // c is in term 5 with a shorter log.
    const c = new Solo({ records: disk(5, [1]) })
    const refusal = said(c.hear('n2', { type: 'pre-vote', term: 2, lastIndex: 3, lastTerm: 1 }), 'pre-vote-reply')[0]
    expect(refusal?.message).toMatchObject({ granted: false, term: 5 })
    if (refusal !== undefined) a.hear('n3', refusal.message)
    expect(a.status).toMatchObject({ role: 'follower', term: 5, vote: null })
    const second = said(a.tick(700), 'pre-vote')[0]
    expect(second?.message.term).toBe(6)
    const answer = said(c.hear('n2', { type: 'pre-vote', term: 6, lastIndex: 3, lastTerm: 1 }), 'pre-vote-reply')[0]
    expect(answer?.message).toMatchObject({ granted: true, term: 6 })
  })

  test('a leader that stalls for a moment does not depose itself', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    for (const id of world.ids) world.sleep(id)
    world.run(5_000)
    for (const id of [lead, ...world.ids.filter((other) => other !== lead)]) world.wake(id)
    world.run(1_000)
    expect(world.count('stepped-down')).toBe(0)
  })

  test('E17: a sleeping follower wakes to a full mailbox and changes no term', () => {
    const world = new Cluster({ nodes: 3 })
    const lead = world.elect()
    const term = world.maxTerm()
    const follower = world.ids.find((id) => id !== lead) ?? ''
    world.sleep(follower)
    world.run(2_000)
    world.wake(follower)
    world.run(2_000)
    expect(world.maxTerm()).toBe(term)
  })

  test('equal election timeouts split votes, and drawing from a range ends it', () => {
    const world = new Cluster({ nodes: 2, settings: { ...PAPER, election: '200-200' } })
    const lead = world.elect()
    world.kill(lead)
    world.kill(world.ids.find((id) => id !== lead) ?? '')
    for (const id of world.ids) world.restart(id)
    world.run(3_000)
    expect(world.leaders()).toEqual([])
    expect(world.count('election-started')).toBeGreaterThan(10)
    world.set('election', '200ms-400ms')
    expect(world.runUntil(() => world.leaders().length === 1, 10_000)).toBe(true)
  })
})
