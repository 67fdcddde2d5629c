import { describe, expect, it } from 'vitest'
import { liveChecks } from '../../../src/modes/dynamo/live-checks.ts'
import type { ClusterPort, Settings } from '../../../src/modes/mode.ts'
import { copyOf, FakeCluster } from './fake-cluster.ts'
import { DynamoCluster } from './harness.ts'
import { portOf } from './port.ts'

function look(name: string, cluster: ClusterPort) {
  const spec = liveChecks.find((one) => one.name === name)
  if (spec === undefined) throw new Error(`no ${name}`)
  return spec.look(cluster)
}

function filled(keys = 40): FakeCluster {
  const cluster = new FakeCluster(5)
  for (let i = 0; i < keys; i++) cluster.put(`key${i}`, copyOf(`v${i}`))
  return cluster
}

describe('converged (C4)', () => {
  it('holds when every replica is equal and nothing waits', async () => {
    expect(await look('converged', filled())).toEqual({ holds: true, why: '40 keys: all replicas on 5 nodes are equal' })
    expect((await look('converged', new FakeCluster(3))).holds).toBe(true)
  })

  it('a replica with another value is named, with its key', async () => {
    const cluster = filled()
    const [, second] = cluster.put('city', copyOf('Oslo'))
    cluster.node(second ?? '').copies.set('city', copyOf('Bergen'))
    expect(await look('converged', cluster)).toMatchObject({
      holds: false,
      why: expect.stringMatching(/^city differs: n\d has [0-9a-f]{4}, n\d has [0-9a-f]{4} \(p\d+\)$/),
    })
  })

  it('so is one that has the same values by other clocks, and a home without its copy', async () => {
    const clocks = filled()
    const [first] = clocks.put('city', copyOf('Bergen', 'Oslo'))
    clocks.node(first ?? '').copies.set('city', copyOf('Oslo', 'Bergen'))
    expect((await look('converged', clocks)).why).toMatch(/^city differs/)
    const missing = filled()
    const [home] = missing.put('__proto__', copyOf('Oslo'))
    missing.node(home ?? '').copies.delete('__proto__')
    expect((await look('converged', missing)).why).toMatch(new RegExp(`^__proto__ differs: .*${home} has no copy`))
  })

  it.each([
    ['hints', (cluster: FakeCluster) => Object.assign(cluster.node('n4').hints, { n2: 3 }), 'n4 keeps 3 hints for n2'],
    ['one hint', (cluster: FakeCluster) => Object.assign(cluster.node('n4').hints, { n2: 1 }), 'n4 keeps 1 hint for n2'],
    ['what still comes', (cluster: FakeCluster) => Object.assign(cluster.node('n2'), { incoming: 5 }), 'n2 waits for 5 partitions'],
    [
      'what still goes',
      (cluster: FakeCluster) => Object.assign(cluster.node('n2'), { outgoing: 7 }),
      'n2 keeps 7 copies that their new homes have not confirmed',
    ],
    ['a dead node', (cluster: FakeCluster) => Object.assign(cluster.node('n3'), { state: 'dead' }), 'n3 cannot be asked'],
  ])('not with %s', async (_, spoil, why) => {
    const cluster = filled()
    spoil(cluster)
    expect(await look('converged', cluster)).toEqual({ holds: false, why })
  })

  it('not with two maps', async () => {
    const cluster = filled()
    cluster.node('n5').history += ' +n6.1.n5'
    expect((await look('converged', cluster)).why).toMatch(/^maps differ: n4 has [0-9a-f]{4}, n5 has [0-9a-f]{4}$/)
  })

  it('a tree that was not kept up to date is found, though all copies are equal', async () => {
    const cluster = filled()
    cluster.node('n2').rootOf = () => 'feedfeedfeedfeed'
    expect((await look('converged', cluster)).why).toMatch(/^the trees of p\d+ differ on n\d and n\d, though their copies do not$/)
  })

  it('asks in pages of 64 KB at most, and reads all of them', async () => {
    const cluster = new FakeCluster(3, { partitions: '8' })
    for (let i = 0; i < 1_500; i++) cluster.put(`${'é'.repeat(100)}${i}`, copyOf('v'))
    const key = `${'é'.repeat(100)}1499`
    expect((await look('converged', cluster)).holds).toBe(true)
    expect(Math.max(...cluster.all.map(({ longest }) => longest))).toBeLessThan(32_000)
    expect(cluster.node('n1').asked).toBeGreaterThan(5)
    cluster.node('n3').copies.set(key, copyOf('w'))
    expect((await look('converged', cluster)).why).toMatch(/ differs/)
  })
})

describe('repairs that do not stop (C4)', () => {
  function repaired(agoMs: number, settings: Settings = {}): FakeCluster {
    const cluster = new FakeCluster(5, settings)
    cluster.put('city', copyOf('Oslo'))
    Object.assign(cluster.node('n3'), { healed: [repair(60_000), repair(agoMs)] })
    return cluster
  }

  function repair(agoMs: number) {
    return { key: 'city', cause: 'merkle', agoMs } as const
  }

  it('a store that repairs itself for ever has not converged, though all copies are equal whenever one looks', async () => {
    expect(await look('converged', repaired(4_900))).toEqual({
      holds: false,
      why: 'merkle repaired city on n3 4.9 s ago: not quiet for 10.0 s',
    })
    expect((await look('placement', repaired(4_900))).holds).toBe(true)
  })

  it('it has after two rounds of quiet, by the settings in force', async () => {
    expect((await look('converged', repaired(9_999))).holds).toBe(false)
    expect((await look('converged', repaired(10_000))).holds).toBe(true)
    expect((await look('converged', repaired(2_000, { 'anti-entropy-every': '1s' }))).holds).toBe(true)
    expect((await look('converged', repaired(1_999, { 'anti-entropy-every': '1s' }))).holds).toBe(false)
  })

  it('a round of minutes counts as two seconds, and without anti-entropy it is the look for hints', async () => {
    expect((await look('converged', repaired(4_000, { 'anti-entropy-every': '5m' }))).holds).toBe(true)
    expect((await look('converged', repaired(3_999, { 'anti-entropy-every': '5m' }))).holds).toBe(false)
    expect((await look('converged', repaired(2_000, { 'anti-entropy': 'off' }))).holds).toBe(true)
  })

  it('real nodes: a replica that forgets what Merkle brings it is red between two repairs; reads of equal copies are not', async () => {
    const cluster = new DynamoCluster({ settings: { 'anti-entropy-every': '1s' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.put('n1', key, 'Oslo')
    cluster.run(5_000)
    const port = portOf(cluster, { 'anti-entropy-every': '1s' })
    for (let i = 0; i < 5; i++) cluster.get('n4', key, { r: 3 })
    cluster.get('n4', 'nobody-writes-it', { r: 3 })
    expect(await look('converged', port)).toMatchObject({ holds: true })
    for (let round = 0; round < 3; round++) {
      cluster.wipe('n3')
      cluster.restart('n3')
      cluster.eventually('n3 is filled again', () => cluster.peek('n3', key).value === 'Oslo' && cluster.converged(), 60_000)
      expect(await look('converged', port)).toMatchObject({ holds: false, why: expect.stringMatching(/ repaired .* on n3 /) })
    }
    cluster.run(3_000)
    expect(await look('converged', port)).toEqual({ holds: true, why: '1 key: all replicas on 5 nodes are equal' })
  })
})

describe('placement (C5)', () => {
  it('holds when each key is on its homes and nowhere else', async () => {
    expect(await look('placement', filled())).toEqual({ holds: true, why: '40 keys, each on its homes and nowhere else' })
  })

  it('a copy too few or too many is named (bug same-node-replicas keeps too few)', async () => {
    const few = filled()
    const homes = few.put('city', copyOf('Oslo'))
    few.node(homes[2] ?? '').copies.delete('city')
    expect(await look('placement', few)).toEqual({ holds: false, why: `city is not on its home ${homes[2]}` })
    const many = filled()
    const others = many.all.map(({ id }) => id).filter((id) => !many.put('city', copyOf('Oslo')).includes(id))
    many.node(others[0] ?? '').copies.set('city', copyOf('Oslo'))
    expect((await look('placement', many)).why).toMatch(new RegExp(`^city is on ${others[0]}, whose it is not: its homes are `))
  })
})

describe('how long it may take', () => {
  it('three times three gossips, a look for hints and two Merkle rounds at five nodes, and then two rounds of quiet', () => {
    const [converged, placement] = liveChecks
    expect(converged?.withinMs({}, 5)).toBe(3 * (3_000 + 1_000 + 10_000) + 10_000)
    expect(converged?.withinMs({ 'anti-entropy': 'off' }, 5)).toBe(12_000 + 2_000)
    expect(placement?.withinMs({}, 5)).toBe(3 * (3_000 + 1_000 + 10_000))
    expect(converged?.withinMs({}, 20)).toBeGreaterThan(converged?.withinMs({}, 5) ?? 0)
  })
})
