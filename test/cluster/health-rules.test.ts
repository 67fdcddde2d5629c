import { describe, expect, test } from 'vitest'
import { Contradiction, faultView, observe } from '../../src/cluster/health-rules.ts'
import type { NodeView, PredictedHealth } from '../../src/modes/mode.ts'

const members = ['n1', 'n2', 'n3', 'n4', 'n5']

function answered(ages: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(ages).map(([id, age]) => [id, 10_000 - age]))
}

const everyone = answered({ n1: 0, n2: 500, n3: 1_000, n4: 1_500, n5: 2_000 })

describe('observed', () => {
  test('healthy while every node answered within two seconds and the leader hears all', () => {
    expect(observe({ nowMs: 10_000, helpers: [], members, answeredMs: everyone, concern: { kind: 'none' }, previous: 'healthy' })).toEqual({
      state: 'healthy',
      why: 'all 5 nodes answer',
    })
  })

  test('unhealthy when what clients go through is down, though every node answers the probe', () => {
    const view = { nowMs: 10_000, members, answeredMs: everyone, concern: { kind: 'none' }, previous: 'healthy' } as const
    expect(observe({ ...view, helpers: [{ id: 'b0', up: false }] })).toEqual({
      state: 'unhealthy',
      why: 'b0 is down: clients reach nobody',
    })
  })

  test('unhealthy when what clients go through runs and nothing comes through it', () => {
    const view = { nowMs: 10_000, members, concern: { kind: 'none' }, previous: 'healthy', helpers: [{ id: 'b0', up: true }] } as const
    const through = (ageMs: number) => new Map([...everyone, ['b0', 10_000 - ageMs]])
    expect(observe({ ...view, answeredMs: through(2_000) }).state).toBe('healthy')
    expect(observe({ ...view, answeredMs: through(2_001) })).toEqual({
      state: 'unhealthy',
      why: 'b0 does not answer: clients reach nobody',
    })
  })

  test('an election gap is a gap: nobody leads, the answers are still fresh', () => {
    expect(
      observe({
        nowMs: 10_000,
        helpers: [],
        members,
        answeredMs: everyone,
        concern: { kind: 'unclear', why: 'nobody leads now' },
        previous: 'healthy',
      }).state,
    ).toBe('healthy')
  })

  test('between two leaders a degraded cluster is not taken for healthy', () => {
    const view = {
      nowMs: 10_000,
      helpers: [],
      members,
      answeredMs: everyone,
      concern: { kind: 'unclear', why: 'nobody leads now' },
    } as const
    expect(observe({ ...view, previous: 'degraded' }).state).toBe('degraded')
    expect(observe({ ...view, previous: 'unhealthy' }).state).toBe('degraded')
  })

  test('of a hundred nodes an answer counts until the next round has passed, since the probe does not ask faster', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => `n${i + 1}`)
    const view = { nowMs: 10_000, helpers: [], members: hundred, concern: { kind: 'none' }, previous: 'healthy' } as const
    const of = (ageMs: number) => new Map(hundred.map((id) => [id, 10_000 - ageMs]))
    expect(observe({ ...view, answeredMs: of(4_500) }).state).toBe('healthy')
    expect(observe({ ...view, answeredMs: of(5_500) })).toEqual({ state: 'unhealthy', why: 'no answer through any node in 5 s' })
  })

  test('degraded through some, and it says through which not', () => {
    const answeredMs = answered({ n1: 0, n2: 0, n3: 2_001, n4: 0 })
    expect(observe({ nowMs: 10_000, helpers: [], members, answeredMs, concern: { kind: 'none' }, previous: 'healthy' })).toEqual({
      state: 'degraded',
      why: 'no answer through n3 n5',
    })
  })

  test('degraded when the leader does not hear a member, before its answers grow old', () => {
    expect(
      observe({
        nowMs: 10_000,
        helpers: [],
        members,
        answeredMs: everyone,
        concern: { kind: 'degraded', why: 'leader does not hear n4' },
        previous: 'healthy',
      }),
    ).toEqual({
      state: 'degraded',
      why: 'leader does not hear n4',
    })
  })

  test('unhealthy through none', () => {
    const answeredMs = answered({ n1: 2_001, n2: 9_000 })
    expect(observe({ nowMs: 10_000, helpers: [], members, answeredMs, concern: { kind: 'none' }, previous: 'healthy' }).state).toBe(
      'unhealthy',
    )
    expect(
      observe({
        nowMs: 10_000,
        helpers: [],
        members: ['n1'],
        answeredMs: new Map(),
        concern: { kind: 'unclear', why: 'nobody leads now' },
        previous: 'healthy',
      }).state,
    ).toBe('unhealthy')
  })

  test('a reason has ten words at most, however many nodes', () => {
    const many = Array.from({ length: 40 }, (_, i) => `n${i + 1}`)
    for (const concern of [{ kind: 'none' }, { kind: 'degraded', why: 'leader does not hear n6 n7 and 33 more' }] as const) {
      for (const answeredMs of [answered({ n1: 0 }), new Map(many.map((id) => [id, 10_000])), new Map<string, number>()]) {
        expect(
          observe({ nowMs: 10_000, helpers: [], members: many, answeredMs, concern, previous: 'healthy' }).why.split(' ').length,
        ).toBeLessThanOrEqual(10)
      }
    }
  })
})

describe('the faults in force', () => {
  const view = (id: string, state: NodeView['state']): NodeView => ({ id, state, status: null, statusAgeMs: 0 })
  const cluster = {
    ids: members,
    views: () => [view('n1', 'live'), view('n2', 'asleep'), view('n3', 'dead'), view('n4', 'restarting'), view('n5', 'live')],
    helperViews: () => [view('b0', 'live'), view('b1', 'dead')],
    lostDisk: (id: string) => id === 'n5',
    bent: false,
  }
  const network = { linked: (a: string, b: string) => a !== b, bent: false }

  test('up is running, awake, and with a disk that remembers', () => {
    const faults = faultView(cluster, network, {})
    expect(members.filter((id) => faults.up(id))).toEqual(['n1'])
    expect(faults.linked('n1', 'n2')).toBe(true)
    expect(faults.members).toEqual(members)
    expect(faults.helpersDown).toEqual(['b1'])
  })

  test('a bent clock, disk or link makes a prediction uncertain', () => {
    expect(faultView(cluster, network, {}).bent).toBe(false)
    expect(faultView({ ...cluster, bent: true }, network, {}).bent).toBe(true)
    expect(faultView(cluster, { ...network, bent: true }, {}).bent).toBe(true)
  })
})

describe('a finding', () => {
  const predicted: PredictedHealth = { state: 'degraded', uncertain: false, spare: 1, why: '4 of 5 up' }
  const bad = { state: 'unhealthy', why: '' } as const

  test('is unhealthy in fact against a certain prediction for longer than the bound, once', () => {
    const watch = new Contradiction(5_000)
    expect(watch.check(1_000, bad, predicted)).toBeNull()
    expect(watch.check(5_999, bad, predicted)).toBeNull()
    expect(watch.check(6_000, bad, predicted)).toBe('unhealthy for 5.0 s although degraded was predicted (4 of 5 up)')
    expect(watch.check(9_000, bad, predicted)).toBeNull()
  })

  test('starts to count anew after a moment of agreement', () => {
    const watch = new Contradiction(5_000)
    watch.check(0, bad, predicted)
    watch.check(4_000, { state: 'degraded', why: '' }, predicted)
    expect(watch.check(5_000, bad, predicted)).toBeNull()
    expect(watch.check(10_000, bad, predicted)).not.toBeNull()
  })

  test('is none when the prediction is unhealthy or uncertain', () => {
    for (const allowed of [
      { ...predicted, uncertain: true },
      { ...predicted, state: 'unhealthy' as const },
    ]) {
      const watch = new Contradiction(0)
      expect(watch.check(0, bad, allowed)).toBeNull()
    }
  })
})
