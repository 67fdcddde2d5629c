import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { homesOf } from '../../../src/modes/dynamo/cluster-view.ts'
import { face } from '../../../src/modes/dynamo/face.ts'
import { statusOf } from '../../../src/modes/dynamo/status.ts'
import { keySubjects, subjects, summarize } from '../../../src/modes/dynamo/view.ts'
import { describe as words } from '../../../src/modes/dynamo/words.ts'
import { copyOf, FakeCluster, type FakeNode } from './fake-cluster.ts'
import { DynamoCluster } from './harness.ts'

function read(cluster: FakeCluster, name: string, node: string | null = null): string | number | null {
  const spec = subjects.find((subject) => subject.name === name)
  if (spec === undefined) throw new Error(`no ${name}`)
  expect(spec.args).toBe(node === null ? 'none' : 'node')
  return spec.read(cluster.nodes(), node)
}

describe('subjects', () => {
  it('about the cluster: members by all that is known, maps as many as there are', () => {
    const cluster = new FakeCluster(5)
    expect([read(cluster, 'members'), read(cluster, 'maps')]).toEqual([5, 1])
    cluster.node('n2').history += ' +n6.1.n2'
    cluster.node('n3').history += ' -n1.1.n3'
    expect([read(cluster, 'members'), read(cluster, 'maps')]).toEqual([5, 3])
    for (const node of cluster.all) node.statusAgeMs = 5_000
    expect([read(cluster, 'members'), read(cluster, 'maps')]).toEqual([null, null])
  })

  it('about a node: what it keeps, for whom, whom it takes to be down', () => {
    const cluster = new FakeCluster(5)
    cluster.put('city', copyOf('Oslo'))
    const [home = ''] = cluster.put('cart', copyOf('eggs'))
    Object.assign(cluster.node('n4').hints, { n2: 3, n3: 2 })
    cluster.node('n4').down = ['n2', 'n3']
    cluster.node('n5').incoming = 4
    cluster.node('n5').outgoing = 6
    expect(read(cluster, 'keys', home)).toBeGreaterThan(0)
    expect([read(cluster, 'hints', 'n4'), read(cluster, 'hints', 'n5')]).toEqual([5, 0])
    expect([read(cluster, 'down', 'n4'), read(cluster, 'down', 'n5')]).toEqual(['n2,n3', null])
    expect([read(cluster, 'incoming', 'n5'), read(cluster, 'outgoing', 'n5'), read(cluster, 'unsynced', 'n5')]).toEqual([4, 6, 0])
    expect(read(cluster, 'map', 'n1')).toBe(read(cluster, 'map', 'n2'))
    cluster.node('n1').history += ' +n6.1.n2'
    expect(read(cluster, 'map', 'n1')).not.toBe(read(cluster, 'map', 'n2'))
  })

  it('a dead or sleeping node says nothing, and what no node is is no node of Dynamo', () => {
    const cluster = new FakeCluster(3)
    cluster.node('n2').state = 'asleep'
    expect([read(cluster, 'hints', 'n2'), read(cluster, 'hints', 'n9')]).toEqual([null, null])
    const raft = [{ id: 'n1', state: 'live', status: { role: 'leader', term: 3 }, statusAgeMs: 1 } as const]
    for (const { read: of, args } of subjects) expect(of(raft, args === 'node' ? 'n1' : null)).toBeNull()
  })

  it('about a key, asked of every node: the most siblings, and how many keep it', async () => {
    const cluster = new FakeCluster(5)
    const [home = ''] = cluster.put('cart', copyOf('eggs'))
    cluster.node(home).copies.set('cart', copyOf('eggs', 'milk', null))
    const of = (name: string, key: string) => keySubjects.find((one) => one.name === name)?.read(cluster, key)
    expect([await of('siblings', 'cart'), await of('copies', 'cart')]).toEqual([3, 3])
    expect([await of('siblings', 'none'), await of('copies', 'none')]).toEqual([0, 0])
    for (const node of cluster.all) node.state = 'dead'
    expect([await of('siblings', 'cart'), await of('copies', 'cart')]).toEqual([null, null])
  })
})

describe('homes and stand-ins of a key', () => {
  it('as many stand in as homes are away, in the order of the list', () => {
    const cluster = new FakeCluster(6)
    const { ring } = cluster.node('n1')
    const list = ring.preference(ring.partitionOf('city'))
    expect(homesOf(cluster, 'city')).toEqual({ homes: list.slice(0, 3), fallbacks: [] })
    const [a = '', b = '', , d = ''] = list
    cluster.node(a).state = 'dead'
    expect(homesOf(cluster, 'city').fallbacks).toEqual([d])
    // Alive, but most do not hear it.
    for (const node of cluster.all) node.down = [b]
    expect(homesOf(cluster, 'city').fallbacks).toEqual(list.slice(3, 5))
    cluster.node(d).state = 'dead'
    expect(homesOf(cluster, 'city').fallbacks).toEqual(list.slice(4, 6))
  })

  it('one that a single node takes to be down is not away', () => {
    const cluster = new FakeCluster(5)
    const { homes } = homesOf(cluster, 'city')
    const lonely = cluster.all.find(({ id }) => id !== homes[0])
    if (lonely !== undefined) lonely.down = [homes[0] ?? '']
    expect(homesOf(cluster, 'city').fallbacks).toEqual([])
  })

  it('nobody answers: nobody is known', () => {
    const cluster = new FakeCluster(2)
    for (const node of cluster.all) node.state = 'dead'
    expect(homesOf(cluster, 'city')).toEqual({ homes: [], fallbacks: [] })
  })
})

function each(cluster: FakeCluster, change: (id: string) => Partial<FakeNode>): void {
  for (const node of cluster.all) Object.assign(node, change(node.id))
}

describe('what is not whole', () => {
  const concern = (spoil: (cluster: FakeCluster) => void) => {
    const cluster = new FakeCluster(5)
    spoil(cluster)
    return summarize(cluster.nodes()).concern
  }

  it.each<[string, (cluster: FakeCluster) => void, object]>([
    ['nothing', () => {}, { kind: 'none' }],
    ['nobody speaks', (c) => each(c, () => ({ statusAgeMs: 9_000 })), { kind: 'unclear', why: 'no node says what it sees' }],
    ['a stand-in is in use', (c) => Object.assign(c.node('n1'), { down: ['n3'] }), { kind: 'degraded', why: 'stand-ins for n3' }],
    ['one hint', (c) => Object.assign(c.node('n1').hints, { n2: 1 }), { kind: 'degraded', why: '1 hint waits for n2' }],
    [
      'hints of several',
      (c) => {
        Object.assign(c.node('n1').hints, { n2: 4 })
        Object.assign(c.node('n5').hints, { n2: 1, n3: 2 })
      },
      { kind: 'degraded', why: '7 hints wait for n2 n3' },
    ],
    [
      'partitions on their way',
      (c) => Object.assign(c.node('n4'), { incoming: 3 }),
      { kind: 'degraded', why: 'partitions still come to n4' },
    ],
    // It left: nobody stands in for it.
    [
      'one that is no member is down',
      (c) => each(c, (id) => ({ history: 'n1 n2 n3 n4', down: id === 'n1' ? ['n5'] : [] })),
      { kind: 'none' },
    ],
  ])('%s', (_, spoil, expected) => {
    expect(concern(spoil)).toEqual(expected)
  })

  it('the sides of a partition are not all called down: they take each other for it', () => {
    const cluster = new FakeCluster(5)
    const told = () => summarize(cluster.nodes()).facts?.find(({ name }) => name === 'down')?.value
    for (const id of ['n1', 'n2']) cluster.node(id).down = ['n3', 'n4', 'n5']
    for (const id of ['n3', 'n4', 'n5']) cluster.node(id).down = ['n1', 'n2']
    expect(told()).toBe('each to the other')
    for (const id of ['n3', 'n4', 'n5']) cluster.node(id).down = []
    expect(told()).toBe('n3 n4 n5')
  })

  it('a version alone counts as no sibling', () => {
    const [node] = new FakeCluster(5).nodes()
    if (node === undefined) throw new Error('no node')
    const told = (siblings: number) => {
      const status = { ...statusOf(node.status), siblings }
      return face({ ...node, status }).facts.find(({ name }) => name === 'siblings')
    }
    expect([0, 1, 2].map(told)).toEqual([
      { name: 'siblings', value: '0' },
      { name: 'siblings', value: '0' },
      { name: 'siblings', value: '2', warn: true },
    ])
  })

  it('the status line counts hints, names who is down, and maps if they differ', () => {
    const cluster = new FakeCluster(5)
    expect(summarize(cluster.nodes())).toMatchObject({
      leader: null,
      term: null,
      facts: [
        { name: 'hints', value: '0' },
        { name: 'down', value: 'none' },
      ],
    })
    cluster.node('n1').down = ['n3']
    cluster.node('n2').hints.n3 = 2
    cluster.node('n5').history += ' +n6.1.n5'
    expect(summarize(cluster.nodes()).facts).toEqual([
      { name: 'hints', value: '2', warn: true },
      { name: 'down', value: 'n3', warn: true },
      { name: 'maps', value: '2', warn: true },
    ])
  })

  it('ten words at most, however many are away', () => {
    const cluster = new FakeCluster(30)
    cluster.node('n1').down = cluster.all.slice(2, 20).map(({ id }) => id)
    expect(summarize(cluster.nodes()).concern).toEqual({ kind: 'degraded', why: 'stand-ins for n3 n4 and 16 more' })
    cluster.node('n1').down = []
    for (const { id } of cluster.all) cluster.node('n1').hints[id] = 7
    const { concern } = summarize(cluster.nodes())
    expect(concern.kind === 'degraded' && concern.why.split(' ').length).toBeLessThanOrEqual(10)
  })
})

describe('events in words', () => {
  it('every event that a part reports has its line', () => {
    const room = 'src/modes/dynamo'
    const sources = readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(room, name), 'utf8'))
    const types = new Set(sources.flatMap((source) => [...source.matchAll(/\bemit\('([a-z-]+)'/g)].map((found) => found[1] ?? '')))
    expect(types.size).toBeGreaterThan(8)
    for (const type of types) expect(words('n1', { type }), type).toMatch(/^n1 /)
    expect(words('n1', { type: 'constructor' })).toBeNull()
    expect(words('n1', { type: 'whatever' })).toBeNull()
  })

  it('tell the story of a node that was away: stand-ins, hints, delivery, and what healed', () => {
    const cluster = new DynamoCluster({ settings: { 'anti-entropy': 'off', 'read-repair': 'off' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const other = cluster.ring().preference(cluster.ring().partitionOf(key))[3]
    cluster.kill('n2')
    cluster.eventually('n1 notices', () => {
      cluster.put('n1', key, 'eggs')
      return cluster.status('n1').down.includes('n2')
    })
    cluster.put('n1', key, 'milk')
    cluster.run(500)
    cluster.restart('n2')
    cluster.eventually('n2 has it, and n1 hears n2', () => cluster.converged() && cluster.status('n1').down.length === 0)
    cluster.run(600)
    const told = cluster.events.map(({ node, ...event }) => words(node, event))
    expect(told).toContain('n1 takes n2 to be down: no answer')
    expect(told).toContain(`${other} keeps hints for n2, the first for ${key}`)
    expect(told).toContain('n1 takes n2 to be up again: it answered')
    expect(told).toContain(`${other} delivered 1 hint for n2: none is left`)
    expect(told).toContain(`n2 got ${key} from a hint`)
  })

  it('of many copies healed only the first few are told, then every tenfold', () => {
    const cluster = new DynamoCluster({ settings: { 'hinted-handoff': 'off', 'read-repair': 'off', 'anti-entropy-every': '1s' } })
    cluster.kill('n2')
    for (let i = 0; i < 40; i++) cluster.put('n1', `key${i}`, 'v')
    cluster.restart('n2')
    for (let second = 0; second < 60 && !cluster.converged(); second++) cluster.run(1_000)
    expect(cluster.converged()).toBe(true)
    const healed = cluster.events.filter(({ type, cause }) => type === 'healed' && cause === 'merkle')
    expect(healed.length).toBeGreaterThanOrEqual(5)
    expect(healed.length).toBeLessThanOrEqual(12)
  })

  it('keys are other people’s bytes', () => {
    expect(words('n1', { type: 'healed', key: `\u001b[2J${'x'.repeat(99)}`, cause: 'merkle', nth: 100 })).toBe(
      `n1 got ·[2J${'x'.repeat(25)}… by comparing trees, the 100th`,
    )
  })
})
