/** DESIGN §8: healthy, degraded and unhealthy by partition and live coordinator, the worst shown with how many. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EndpointId } from '../../../src/machine/contract.ts'
import { nodeIds } from '../../../src/machine/ids.ts'
import { ringFrom } from '../../../src/modes/dynamo/cluster-view.ts'
import { predict } from '../../../src/modes/dynamo/predict.ts'
import { readHistory } from '../../../src/modes/dynamo/ring/history.ts'
import type { FaultView, NodeView, Settings } from '../../../src/modes/mode.ts'

interface World {
  readonly nodes?: number
  readonly settings?: Settings
  readonly dead?: readonly EndpointId[]
  /** Groups that do not see each other; null: all linked. */
  readonly sides?: readonly (readonly EndpointId[])[]
  readonly cut?: readonly (readonly [EndpointId, EndpointId])[]
  readonly bent?: boolean
  readonly helpersDown?: readonly EndpointId[]
  /** What each node's status says of the membership. */
  readonly histories?: Readonly<Record<EndpointId, string>>
}

function view({ nodes = 5, settings = {}, dead = [], sides, cut = [], bent = false, helpersDown = [], histories = {} }: World): FaultView {
  const members = nodeIds(nodes)
  const side = (id: EndpointId): number => sides?.findIndex((one) => one.includes(id)) ?? 0
  return {
    members,
    settings,
    nodes: Object.entries(histories).map(([id, history]): NodeView => {
      return { id, state: 'live', status: { history, mapDigest: history, hints: {} }, statusAgeMs: 10 }
    }),
    up: (id) => !dead.includes(id),
    linked: (a, b) => side(a) === side(b) && !cut.some(([x, y]) => (a === x && b === y) || (a === y && b === x)),
    bent,
    helpersDown,
  }
}

const ring = ringFrom(readHistory(nodeIds(5).join(' ')), {})
const partitionsWhere = (test: (homes: readonly EndpointId[]) => boolean): number =>
  Array.from({ length: 64 }, (_, p) => ring.homes(p)).filter(test).length

describe('five nodes, N = 3, R = W = 2, sloppy', () => {
  it('without the load balancer clients reach nobody, however well the nodes are', () => {
    expect(predict(view({ settings: { coordination: 'server' }, helpersDown: ['b0'] }))).toEqual({
      state: 'unhealthy',
      uncertain: false,
      spare: 0,
      why: 'the load balancer b0 is down',
    })
    expect(predict(view({ settings: { coordination: 'server' } })).state).toBe('healthy')
  })

  it('a load balancer that is cut off is no better than none, and one that reaches some serves through those', () => {
    const settings = { coordination: 'server' }
    const nodes = nodeIds(5)
    expect(predict(view({ settings, cut: nodes.map((id) => ['b0', id]) }))).toEqual({
      state: 'unhealthy',
      uncertain: false,
      spare: 0,
      why: 'the load balancer b0 reaches no node of the ring',
    })
    expect(predict(view({ settings, cut: [['n1', 'b0']] }))).toEqual({
      state: 'healthy',
      uncertain: false,
      spare: 2,
      why: 'b0 reaches 4 of 5 nodes; 2 may fail',
    })
    // Where nobody goes through it, nobody misses it.
    expect(predict(view({ cut: nodes.map((id) => ['b0', id]) })).state).toBe('healthy')
  })

  it('all linked is healthy', () => {
    expect(predict(view({}))).toEqual({ state: 'healthy', uncertain: false, spare: 2, why: 'all 3 homes linked everywhere; 2 may fail' })
  })

  it('one down is degraded, for the partitions that it is a home of', () => {
    const lacking = partitionsWhere((homes) => homes.includes('n2'))
    expect(predict(view({ dead: ['n2'] }))).toEqual({
      state: 'degraded',
      uncertain: false,
      spare: 1,
      why: `${lacking} of 64 partitions lack homes; 1 may fail`,
    })
  })

  it('three down: two are enough to answer, but not with the data of partitions whose homes are gone', () => {
    const gone = ['n1', 'n2', 'n3']
    const without = partitionsWhere((homes) => homes.every((home) => gone.includes(home)))
    expect(without).toBeGreaterThan(0)
    expect(predict(view({ dead: gone }))).toMatchObject({
      state: 'unhealthy',
      spare: 0,
      why: `${without} of 64 partitions without data via n4 n5`,
    })
  })

  it('four down: one answer is out of reach of R = 2', () => {
    expect(predict(view({ dead: ['n1', 'n2', 'n3', 'n5'] }))).toMatchObject({
      state: 'unhealthy',
      why: '64 of 64 partitions unreachable via n4',
    })
    expect(predict(view({ dead: nodeIds(5) }))).toMatchObject({ state: 'unhealthy', why: 'no node of the ring is up' })
  })

  it('a cut in two: both sides write, so the store diverges', () => {
    const sides = [
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ]
    const without = partitionsWhere((homes) => !homes.includes('n1') && !homes.includes('n2'))
    expect(predict(view({ sides }))).toMatchObject({
      state: 'unhealthy',
      uncertain: false,
      why: `${without} of 64 partitions without data via n1 n2; diverging`,
    })
  })

  it('one link cut: two coordinators differ, and it is not certain who coordinates', () => {
    expect(predict(view({ cut: [['n1', 'n2']] }))).toMatchObject({
      state: 'degraded',
      uncertain: true,
      why: expect.stringMatching(/; diverging$/),
    })
  })

  it('a rule that only bends makes it uncertain', () => {
    expect(predict(view({ bent: true }))).toMatchObject({ state: 'healthy', uncertain: true })
  })
})

describe('other settings', () => {
  it('R = W = 1: a node alone serves what it keeps', () => {
    const settings = { r: '1', w: '1' }
    const without = partitionsWhere((homes) => !homes.includes('n4'))
    expect(predict(view({ settings, dead: ['n1', 'n2', 'n3', 'n5'] }))).toMatchObject({
      state: 'unhealthy',
      why: `${without} of 64 partitions without data via n4`,
    })
    expect(predict(view({ nodes: 3, settings, dead: ['n1', 'n2'] }))).toMatchObject({ state: 'degraded', spare: 0 })
    expect(predict(view({ nodes: 3, settings }))).toMatchObject({ state: 'healthy', spare: 2 })
  })

  it('strict: stand-ins do not count, so the minority is out of reach and nothing diverges there', () => {
    const sides = [
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ]
    const left = partitionsWhere((homes) => homes.filter((home) => sides[0]?.includes(home)).length < 2)
    const right = partitionsWhere((homes) => homes.filter((home) => sides[1]?.includes(home)).length < 2)
    expect(left + right).toBe(64)
    expect(predict(view({ settings: { quorum: 'strict' }, sides }))).toMatchObject({
      state: 'unhealthy',
      why: '64 of 64 partitions unreachable via 5 nodes',
    })
    expect(predict(view({ settings: { quorum: 'strict' } }))).toMatchObject({ state: 'healthy', spare: 1 })
  })

  it('racks: the loss of one is never the loss of the data', () => {
    const settings = { racks: 'n1,n2/n3,n4/n5,n6' }
    for (const rack of [
      ['n1', 'n2'],
      ['n3', 'n4'],
      ['n5', 'n6'],
    ]) {
      expect(predict(view({ nodes: 6, settings, dead: rack }))).toMatchObject({
        state: 'degraded',
        why: expect.stringMatching(/^64 of 64/),
      })
    }
    // Without racks the same loss leaves some partitions with one home, but none without.
    expect(predict(view({ nodes: 6, settings, dead: ['n1', 'n3', 'n5'] })).state).toBe('unhealthy')
  })

  it('fewer members than N: never healthy', () => {
    const histories = { n1: 'n1 n2', n2: 'n1 n2' }
    expect(predict(view({ nodes: 2, histories }))).toMatchObject({
      state: 'degraded',
      spare: 0,
      why: '64 of 64 partitions lack homes; 0 may fail',
    })
  })

  it('ten words at most', () => {
    fc.assert(
      fc.property(
        fc.subarray(nodeIds(5)),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('sloppy', 'strict'),
        fc.subarray(nodeIds(5)),
        (dead, r, quorum, left) => {
          const sides = [left, nodeIds(5).filter((id) => !left.includes(id))]
          const { why, spare, state } = predict(view({ dead, settings: { r: String(r), quorum }, sides }))
          expect(why.split(' ').length).toBeLessThanOrEqual(10)
          if (state === 'unhealthy') expect(spare).toBe(0)
        },
      ),
    )
  })

  it('spare is exact: so many may fail whichever they are, and some choice of one more is unhealthy', () => {
    for (const settings of [{}, { quorum: 'strict' }, { r: '1', w: '1' }, { r: '3', w: '1' }] as Settings[]) {
      const { spare } = predict(view({ settings }))
      const states = (count: number): string[] => choose(nodeIds(5), count).map((dead) => predict(view({ settings, dead })).state)
      expect(states(spare)).not.toContain('unhealthy')
      expect(states(spare + 1)).toContain('unhealthy')
    }
  })
})

function choose(ids: readonly EndpointId[], count: number): EndpointId[][] {
  if (count === 0) return [[]]
  return ids.flatMap((id, i) => choose(ids.slice(i + 1), count - 1).map((rest) => [id, ...rest]))
}

describe('the map that the nodes themselves go by', () => {
  it('a node that was started but has not joined is no coordinator, and nothing lacks it', () => {
    const joined = 'n1 n2 n3 n4 n5'
    const histories = { n1: joined, n2: joined, n3: joined, n4: joined, n5: joined, n6: joined }
    expect(predict(view({ nodes: 6, histories, dead: ['n6'] })).state).toBe('healthy')
    const after = `${joined} +n6.1.n1`
    const knowing = Object.fromEntries(nodeIds(6).map((id) => [id, after]))
    expect(predict(view({ nodes: 6, histories: knowing, dead: ['n6'] })).state).toBe('degraded')
  })

  it('one that left is lacked by nobody', () => {
    const left = 'n1 n2 n3 n4 n5 -n5.1.n5'
    const histories = Object.fromEntries(nodeIds(4).map((id) => [id, left]))
    expect(predict(view({ histories, dead: ['n5'] })).state).toBe('healthy')
  })

  it('two halves that never met diverge, though every link is open (F41)', () => {
    const settings = { founders: 'n1,n2,n3/n4,n5,n6' }
    expect(predict(view({ nodes: 6, settings }))).toMatchObject({ state: 'healthy', why: expect.stringMatching(/; diverging$/) })
    const met = Object.fromEntries(nodeIds(6).map((id) => [id, nodeIds(6).join(' ')]))
    expect(predict(view({ nodes: 6, settings, histories: met })).why).not.toMatch(/diverging/)
  })

  it('a hundred nodes in two halves are predicted in no time worth naming', () => {
    const left = nodeIds(100).slice(0, 50)
    const sides = [left, nodeIds(100).slice(50)]
    expect(predict(view({ nodes: 100, settings: { partitions: '512' }, sides })).why).toMatch(/via 100 nodes|via 50 nodes|diverging/)
  })
})
