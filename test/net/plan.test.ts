import { beforeEach, describe, expect, it } from 'vitest'
import { NetworkPlan } from '../../src/net/plan.ts'
import { PlanError } from '../../src/net/plan-error.ts'
import { OPEN_LINK } from '../../src/net/types.ts'

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5']
let plan: NetworkPlan

beforeEach(() => {
  plan = new NetworkPlan()
  for (const id of [...NODES, 'c1', 'p0']) plan.addEndpoint(id)
  plan.takeUpdates()
})

/** The directed links among nodes and the client that are not open. */
function shut(ids: readonly string[] = [...NODES, 'c1']): string[] {
  return ids.flatMap((a) => ids.filter((b) => !plan.open(a, b)).map((b) => `${a}>${b}`))
}
function codeOf(act: () => void): string {
  try {
    act()
  } catch (error) {
    if (error instanceof PlanError) {
      expect(error.message).not.toContain('\n')
      return `${error.code}: ${error.message}`
    }
    throw error
  }
  return 'accepted'
}

describe('partition', () => {
  it('cuts each group from each other, both ways, and nobody within', () => {
    plan.partition([['n1', 'n2'], ['n3'], ['n4', 'n5']])
    expect(plan.linked('n1', 'n2') && plan.linked('n4', 'n5')).toBe(true)
    for (const [a, b] of [
      ['n1', 'n3'],
      ['n3', 'n4'],
      ['n2', 'n5'],
    ] as const) {
      expect([plan.open(a, b), plan.open(b, a)]).toEqual([false, false])
    }
  })

  it('replaces the last partition', () => {
    plan.partition([['n1'], ['n2', 'n3', 'n4', 'n5']])
    plan.partition([['n1', 'n2', 'n3', 'n4'], ['n5']])
    expect(plan.linked('n1', 'n2')).toBe(true)
    expect(plan.linked('n4', 'n5')).toBe(false)
    expect(plan.describe()).toEqual(['partition n1 n2 n3 n4 | n5'])
  })

  it('lets a client left out reach every side, and puts a client named on its side', () => {
    plan.partition([
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ])
    expect(plan.reachFrom('c1', NODES)).toBeNull()
    plan.partition([
      ['n1', 'n2', 'c1'],
      ['n3', 'n4', 'n5'],
    ])
    expect(plan.reachFrom('c1', NODES)).toEqual(['n1', 'n2'])
  })

  it('lets a node that comes later reach every side', () => {
    plan.partition([
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ])
    plan.addEndpoint('n6')
    expect(plan.linked('n6', 'n1') && plan.linked('n6', 'n5')).toBe(true)
  })

  it('is refused with a node named twice, left out, unknown, or one side only, and then changes nothing', () => {
    expect(
      codeOf(() =>
        plan.partition([
          ['n1', 'n2'],
          ['n2', 'n3', 'n4', 'n5'],
        ]),
      ),
    ).toBe('named-twice: partition names n2 twice')
    expect(
      codeOf(() =>
        plan.partition([
          ['n1', 'n1'],
          ['n2', 'n3', 'n4', 'n5'],
        ]),
      ),
    ).toBe('named-twice: partition names n1 twice')
    expect(codeOf(() => plan.partition([['n1'], ['n2', 'n3']]))).toBe('left-out: partition leaves out n4 n5; add | rest')
    expect(codeOf(() => plan.partition([NODES]))).toContain('empty-side')
    expect(codeOf(() => plan.partition([NODES, []]))).toContain('empty-side')
    expect(codeOf(() => plan.partition([NODES, ['n9']]))).toBe('unknown-endpoint: partition names n9, which is not in this network')
    expect(codeOf(() => plan.partition([NODES, ['p0']]))).toContain('probe')
    expect(plan.takeUpdates()).toEqual([])
  })

  it('by name replaces as any other, and leaves clients alone', () => {
    plan.partition([['n1'], ['n2', 'n3', 'n4', 'n5']])
    plan.partitionAs('bridge', NODES)
    expect(plan.reachFrom('c1', NODES)).toBeNull()
    expect(plan.linked('n3', 'n1') && plan.linked('n3', 'n5')).toBe(true)
    expect(plan.linked('n2', 'n4')).toBe(false)
    expect(plan.describe()).toEqual(['partition bridge: n1 n2 | n4 n5, n3 sees both'])
    plan.partitionAs('halves', ['n5', 'n4', 'n3', 'n2', 'n1'])
    expect(plan.describe()).toEqual(['partition n5 n4 n3 | n2 n1'])
    expect(codeOf(() => plan.partitionAs('ring', ['n1', 'n2', 'n3']))).toBe('too-few: ring needs 4 nodes, this cluster has 3')
    expect(codeOf(() => plan.partitionAs('halves', ['n1', 'n1']))).toContain('named-twice')
  })
})

describe('isolate', () => {
  it('cuts each from everyone, clients, each other and later ones included, but not from the probe', () => {
    plan.isolate(['n1', 'n2'])
    plan.addEndpoint('n6')
    for (const other of ['n2', 'n3', 'n6', 'c1']) expect(plan.open('n1', other) || plan.open(other, 'n1')).toBe(false)
    expect(plan.linked('n1', 'p0')).toBe(true)
    expect(plan.linked('n3', 'n4')).toBe(true)
  })

  it('adds, once each', () => {
    plan.isolate(['n1'])
    plan.isolate(['n1', 'n2'])
    expect(plan.describe()).toEqual(['isolate n1 n2'])
  })
})

describe('cut', () => {
  it('one way shuts only that way', () => {
    plan.cut(['n1'], ['n2', 'n3'], true)
    expect(shut()).toEqual(['n1>n2', 'n1>n3'])
    expect(plan.linked('n1', 'n2')).toBe(false)
    expect(plan.describe()).toEqual(['cut n1 -> n2 n3'])
  })

  it('adds to what is cut, and says each fault once', () => {
    plan.cut(['n1'], ['n2'], true)
    plan.cut(['n3'], ['n4'], false)
    plan.cut(['n1'], ['n2'], true)
    expect(plan.describe()).toEqual(['cut n1 -> n2', 'cut n3 | n4'])
    plan.cut(['n1', 'n3'], ['n2', 'n4'], false)
    expect(plan.describe()).toEqual(['cut n1 n3 | n2 n4'])
  })

  it('never keeps more lines than there are links to cut, however often one cuts', () => {
    for (let i = 0; i < 200; i++) plan.cut([`n${1 + (i % 5)}`], [`n${1 + ((i + 1 + (i % 4)) % 5)}`], i % 3 === 0)
    expect(plan.describe().length).toBeLessThanOrEqual(20)
  })

  it('is refused when an endpoint stands on both sides or a side is empty', () => {
    expect(codeOf(() => plan.cut(['n1', 'n2'], ['n2'], false))).toBe('both-sides: cut names n2 on both sides')
    expect(codeOf(() => plan.cut(['n1'], [], true))).toContain('empty-side')
  })
})

describe('heal', () => {
  it('removes partition, isolation and cuts, and leaves holds and link rules', () => {
    plan.partition([['n1'], ['n2', 'n3', 'n4', 'n5']])
    plan.isolate(['n3'])
    plan.cut(['n4'], ['n5'], false)
    plan.hold(['n1'], ['n2'], true)
    plan.link(['n4'], ['n5'], false, { delayMs: 50 })
    plan.heal()
    expect(plan.describe()).toEqual(['hold n1 -> n2', 'link n4 | n5 delay=50ms'])
    plan.released()
    plan.clearLinks()
    expect(plan.describe()).toEqual([])
    expect(plan.takeUpdates()).toEqual([])
  })
})

describe('hold', () => {
  it('shuts one direction without cutting it', () => {
    plan.hold(['n1'], ['n2'], true)
    expect(plan.rules('n1', 'n2')).toEqual({ ...OPEN_LINK, hold: true })
    expect(shut()).toEqual(['n1>n2'])
    expect(plan.linked('n2', 'n1')).toBe(false)
  })

  it('of one endpoint from itself is refused', () => {
    expect(codeOf(() => plan.hold(['n1'], ['n1'], true))).toContain('both-sides')
  })
})

describe('link', () => {
  it('changes the given rules and leaves the others of that link', () => {
    plan.link(['n1'], ['n2'], false, { delayMs: 50, jitterMs: 10 })
    plan.link(['n1'], ['n2'], true, { loss: 0.05 })
    expect(plan.rules('n1', 'n2')).toEqual({ ...OPEN_LINK, delayMs: 50, jitterMs: 10, loss: 0.05 })
    expect(plan.rules('n2', 'n1')).toEqual({ ...OPEN_LINK, delayMs: 50, jitterMs: 10 })
    expect(plan.describe()).toEqual(['link n1 | n2 delay=50ms jitter=10ms', 'link n1 -> n2 loss=5%'])
  })

  it('says only what is still in force', () => {
    plan.link(NODES, NODES, false, { delayMs: 20, loss: 0.1 })
    plan.link(['n1'], ['n2'], false, { delayMs: 0 })
    expect(plan.describe()).toEqual(['link n1 n2 n3 n4 n5 | n1 n2 n3 n4 n5 delay=20ms loss=10%', 'link n1 | n2 delay=0ms'])
    plan.link(NODES, NODES, false, { delayMs: 5 })
    expect(plan.describe()).toEqual(['link n1 n2 n3 n4 n5 | n1 n2 n3 n4 n5 loss=10%', 'link n1 n2 n3 n4 n5 | n1 n2 n3 n4 n5 delay=5ms'])
    plan.link(NODES, NODES, false, { loss: 0 })
    expect(plan.describe()).toEqual(['link n1 n2 n3 n4 n5 | n1 n2 n3 n4 n5 delay=5ms'])
  })

  it('is bent while any rule is in force, and straight when each was taken back to zero', () => {
    expect(plan.bent).toBe(false)
    plan.link(['n1'], ['n2'], true, { jitterMs: 1 })
    expect(plan.bent).toBe(true)
    plan.link(['n1'], ['n2'], false, { jitterMs: 0 })
    expect(plan.bent).toBe(false)
    expect(plan.rules('n1', 'n2')).toEqual(OPEN_LINK)
  })

  it('writes each value as people type it', () => {
    plan.link(['n1'], ['n2'], true, { delayMs: 1500, jitterMs: 2, loss: 0.05, duplicate: 0.01, reorder: 0.025, corrupt: 1, rate: 125_000 })
    expect(plan.describe()).toEqual(['link n1 -> n2 delay=1500ms jitter=2ms loss=5% dup=1% reorder=2.5% corrupt=100% rate=1mbit'])
    plan.link(['n1'], ['n2'], true, { rate: 8_000 })
    expect(plan.describe()).toEqual(['link n1 -> n2 delay=1500ms jitter=2ms loss=5% dup=1% reorder=2.5% corrupt=100% rate=64kbit'])
  })

  it('has a shape, which the plain one takes back', () => {
    plan.link(['n1'], ['n2'], true, { delayMs: 20, shape: 'exp' })
    expect(plan.rules('n1', 'n2')).toEqual({ ...OPEN_LINK, delayMs: 20, shape: 'exp' })
    expect(plan.describe()).toEqual(['link n1 -> n2 delay=20ms shape=exp'])
    plan.link(['n1'], ['n2'], true, { shape: 'uniform' })
    expect(plan.rules('n1', 'n2')).toEqual({ ...OPEN_LINK, delayMs: 20 })
    plan.link(['n1'], ['n2'], true, { delayMs: 0 })
    expect([plan.bent, plan.describe()]).toEqual([false, []])
    plan.link(['n1'], ['n3'], true, { shape: 'uniform' })
    expect([plan.bent, plan.describe()]).toEqual([false, []])
  })

  it('does not cut, and a cut link keeps its rules for later', () => {
    plan.link(['n1'], ['n2'], false, { loss: 1 })
    expect(plan.linked('n1', 'n2')).toBe(true)
    plan.cut(['n1'], ['n2'], false)
    expect(plan.rules('n1', 'n2')).toEqual({ ...OPEN_LINK, cut: true, loss: 1 })
  })

  it('is refused without a rule, out of bounds, or of an endpoint with itself', () => {
    expect(codeOf(() => plan.link(['n1'], ['n2'], false, {}))).toBe(
      'bad-rule: link needs one of delay jitter loss dup reorder corrupt rate shape',
    )
    expect(codeOf(() => plan.link(['n1'], ['n2'], false, { loss: 1.5 }))).toBe('bad-rule: loss must be from 0% to 100%')
    expect(codeOf(() => plan.link(['n1'], ['n2'], false, { delayMs: Number.NaN }))).toContain('bad-rule: delay must be from 0ms')
    expect(codeOf(() => plan.link(['n1'], ['n1'], false, { loss: 1 }))).toContain('both-sides')
  })
})

describe('what the shim is told', () => {
  it('is what changed since the last time, and only that', () => {
    plan.cut(['n1'], ['n2'], true)
    expect(plan.takeUpdates()).toEqual([{ from: 'n1', to: 'n2', rules: { ...OPEN_LINK, cut: true } }])
    expect(plan.takeUpdates()).toEqual([])
    plan.cut(['n2'], ['n1'], true)
    plan.heal()
    expect(plan.takeUpdates()).toEqual([{ from: 'n1', to: 'n2', rules: OPEN_LINK }])
  })

  it('tells the links of an endpoint that comes into an isolation', () => {
    plan.isolate(['n1'])
    plan.takeUpdates()
    plan.addEndpoint('c7')
    expect(plan.takeUpdates().map(({ from, to, rules }) => [from, to, rules.cut])).toEqual([
      ['n1', 'c7', true],
      ['c7', 'n1', true],
    ])
  })

  it('leaves the probe and the way from an endpoint to itself open under every fault', () => {
    plan.isolate(NODES)
    plan.link(NODES, NODES, false, { loss: 1 })
    plan.hold(NODES, NODES, true)
    const touched = plan.takeUpdates().filter(({ from, to }) => from === to || from === 'p0' || to === 'p0')
    expect(touched).toEqual([])
    expect(plan.linked('p0', 'n1') && plan.linked('n1', 'n1')).toBe(true)
    expect(plan.reachFrom('p0', NODES)).toBeNull()
  })
})

it('a client whose way back is cut cannot reach that node', () => {
  plan.cut(['n2'], ['c1'], true)
  expect(plan.reachFrom('c1', NODES)).toEqual(['n1', 'n3', 'n4', 'n5'])
})

it('whoever mends only their own cuts leaves those of others alone', () => {
  const plan = new NetworkPlan()
  for (const id of ['n1', 'n2', 'n3']) plan.addEndpoint(id)
  plan.cut(['n1'], ['n2'], false)
  plan.cut(['n1'], ['n2'], true, 'chaos')
  plan.isolate(['n3'], 'chaos')
  plan.healOf('chaos')
  expect(plan.describe()).toEqual(['cut n1 | n2'])
  expect(plan.linked('n1', 'n3')).toBe(true)
  plan.heal()
  expect(plan.describe()).toEqual([])
})

it('hold keeps one direction or both, as it is asked', () => {
  const plan = new NetworkPlan()
  for (const id of ['n1', 'n2']) plan.addEndpoint(id)
  plan.hold(['n1'], ['n2'], true)
  expect([plan.open('n1', 'n2'), plan.open('n2', 'n1')]).toEqual([false, true])
  plan.released()
  plan.hold(['n1'], ['n2'], false)
  expect([plan.open('n1', 'n2'), plan.open('n2', 'n1')]).toEqual([false, false])
  expect(plan.describe()).toEqual(['hold n1 | n2'])
})

describe('an endpoint that leaves', () => {
  it('takes with it every rule that names it, and leaves the others as they were', () => {
    plan.partition([['n1', 'n2'], ['n3', 'n4'], ['n5']])
    plan.cut(['n5'], ['n4'], false)
    plan.cut(['n1'], ['n2', 'n5'], true)
    plan.hold(['n5'], ['n1'], true)
    plan.isolate(['n5'])
    plan.link(['n5'], NODES, false, { delayMs: 10 })
    plan.link(['n1'], ['n2', 'n5'], true, { loss: 0.5 })
    plan.takeUpdates()
    plan.removeEndpoint('n5')
    expect(plan.describe()).toEqual(['partition n1 n2 | n3 n4', 'cut n1 -> n2', 'link n1 -> n2 loss=50%'])
    expect(plan.linked('n1', 'n3')).toBe(false)
    const updates = plan.takeUpdates()
    expect(updates.length).toBeGreaterThan(0)
    for (const { from, to, rules } of updates) {
      expect([from, to]).toContain('n5')
      expect(rules).toEqual(OPEN_LINK)
    }
    expect(plan.takeUpdates()).toEqual([])
    expect(codeOf(() => plan.isolate(['n5']))).toContain('unknown-endpoint')
  })

  it('comes back to open links, under what stands for everybody', () => {
    plan.isolate(['n1', 'n5'])
    plan.takeUpdates()
    plan.removeEndpoint('n5')
    plan.takeUpdates()
    plan.addEndpoint('n5')
    expect(shut()).toEqual(shut().filter((link) => link.includes('n1')))
    expect(plan.takeUpdates().map(({ from, to }) => `${from}>${to}`)).toEqual(['n1>n5', 'n5>n1'])
  })

  it('is no more in a named partition, whose lines stay true', () => {
    plan.partitionAs('bridge', NODES)
    expect(plan.describe()).toEqual(['partition bridge: n1 n2 | n4 n5, n3 sees both'])
    plan.removeEndpoint('n5')
    expect(plan.describe()).toEqual(['partition bridge: n1 n2 | n4'])
    plan.removeEndpoint('n4')
    expect(plan.describe()).toEqual([])
  })
})
