import { describe, expect, it } from 'vitest'
import { liveChecks } from '../../../src/modes/dynamo/live-checks.ts'
import { copyOf, FakeCluster } from './fake-cluster.ts'

function look(name: string, cluster: FakeCluster) {
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
  it('three times three gossips, a look for hints and two Merkle rounds at five nodes', () => {
    const [converged] = liveChecks
    expect(converged?.withinMs({}, 5)).toBe(3 * (3_000 + 1_000 + 10_000))
    expect(converged?.withinMs({ 'anti-entropy': 'off' }, 5)).toBe(12_000)
    expect(converged?.withinMs({}, 20)).toBeGreaterThan(converged?.withinMs({}, 5) ?? 0)
  })
})
