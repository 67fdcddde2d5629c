import { describe, expect, it } from 'vitest'
import { seeded } from '../../../src/machine/random.ts'
import { DynamoCluster, values } from './harness.ts'

const TYPES = [
  'put get map replicate read copy replicated declined forward outcome taken ping pong ping-for-me done unmet refused',
  'gossip gossip-map hint hints sync sync-open sync-tree sync-keys sync-items reap reap-ask __proto__ constructor',
].flatMap((words) => words.split(' '))
const FIELDS =
  'key value op context map id re r w quorum home copy durable cause path request token outcome peer history digest partition items keys hashes from seed node arriving'.split(
    ' ',
  )

/** Whatever comes over a wire: nothing of it may stop a node, and nothing of it may be believed. */
describe('hostile messages', () => {
  it('a hundred thousand of them never stop a node, nor touch a key', () => {
    const cluster = new DynamoCluster({ nodes: 3, settings: { 'anti-entropy': 'off', gossip: '60s' } })
    for (let i = 0; i < 10; i++) cluster.put('n1', `k${i}`, `v${i}`, { w: 3 })
    const random = seeded('hostile')
    const junk = (depth: number): unknown => {
      switch (random.between(0, depth > 2 ? 9 : 13)) {
        case 0:
          return null
        case 1:
          return undefined
        case 2:
          return random.between(-3, 3)
        case 3:
          return Number.NaN
        case 4:
          return 2 ** 60
        case 5:
          return ''
        case 6:
          return random.pick(['n1', 'n2', 'n9', 'c0', '__proto__', 'k1', 'x'.repeat(300), 'n1.1.1'])
        case 7:
          return random.chance(0.5)
        case 8:
          return new Uint8Array(random.between(0, 8))
        case 9:
          return 1.5
        case 10:
        case 11:
          return Array.from({ length: random.between(0, 4) }, () => junk(depth + 1))
        default:
          return Object.fromEntries(Array.from({ length: random.between(0, 4) }, () => [random.pick(FIELDS), junk(depth + 1)]))
      }
    }
    const message = (): unknown => {
      if (random.chance(0.1)) return junk(0)
      const fields = Array.from({ length: random.between(0, 6) }, () => [random.pick(FIELDS), junk(1)])
      return { ...Object.fromEntries(fields), type: random.chance(0.95) ? random.pick(TYPES) : junk(2) }
    }
    for (let i = 0; i < 100_000; i++) {
      const junkOne = message()
      // A name that was not heard before: what comes twice under one name is looked at once.
      const named = random.chance(0.5) && typeof junkOne === 'object' && junkOne !== null ? { ...junkOne, id: `x${i}` } : junkOne
      cluster.inject('n1', random.pick(['n1', 'n2', 'n3', 'n4', 'c0', 'b0', '']), named)
      if (i % 1_000 === 0) cluster.run(1)
    }
    cluster.run(5_000)
    expect([...cluster.halted]).toEqual([])
    expect(Object.keys(cluster.status('n1').dropped).length).toBeGreaterThan(0)
    for (let i = 0; i < 10; i++) expect(values(cluster.get('n1', `k${i}`))).toContain(`v${i}`)
  })

  it('what is wrong with a request is said in one line, and nothing changes', () => {
    const cluster = new DynamoCluster()
    const put = { type: 'put', key: 'k', value: 'v', op: 'c0.1', context: null, map: null }
    const refusals: readonly (readonly [Readonly<Record<string, unknown>>, string, RegExp])[] = [
      [{ ...put, w: 4 }, 'malformed', /^w=4 is more than n=3$/],
      [{ ...put, w: 0 }, 'malformed', /^w=0: expected/],
      [{ ...put, r: 1.5 }, 'malformed', /^r=1.5: expected/],
      [{ ...put, quorum: 'none' }, 'malformed', /sloppy or strict/],
      [{ ...put, context: 'garbage' }, 'malformed', /context/],
      [{ ...put, context: { clock: { n1: -1 }, dots: [] } }, 'malformed', /context/],
      [{ ...put, key: '' }, 'malformed', /key/],
      [{ ...put, key: 'x'.repeat(257) }, 'too-large', /256/],
      [{ ...put, value: 'x'.repeat(65_537) }, 'too-large', /64 kB/],
      [{ ...put, value: 7 }, 'malformed', /text/],
      [{ ...put, op: 'no name' }, 'malformed', /name/],
      [{ type: 'get', key: 'k', map: null, r: 9 }, 'malformed', /^r=9 is more than n=3$/],
    ]
    for (const [request, code, why] of refusals) {
      const answer = cluster.request('n1', request)
      expect(answer, JSON.stringify(request).slice(0, 80)).toMatchObject({ type: 'refused', code, maybe: false })
      if (answer?.type === 'refused') expect(answer.why).toMatch(why)
    }
    for (const id of cluster.ids) expect(cluster.status(id).keys).toBe(0)
  })

  it('a context that holds events which this node never minted is of another key', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.put('n1', key, 'v')
    const answer = cluster.put('n1', key, 'w', { context: { clock: { n1: 99 }, dots: [] } })
    expect(answer).toMatchObject({ type: 'refused', code: 'malformed', maybe: false })
    expect(values(cluster.get('n1', key))).toEqual(['v'])
  })

  it('a live setting that makes no sense is refused, and the old one stays', () => {
    const cluster = new DynamoCluster()
    for (const [name, value] of [
      ['w', '4'],
      ['w', '0'],
      ['r', 'many'],
      ['n', '5'],
      ['nonsense', '1'],
    ] as const)
      cluster.set(name, value)
    expect(cluster.events.filter(({ type, node }) => type === 'setting-refused' && node === 'n1')).toHaveLength(5)
    expect(cluster.put('n1', 'k', 'v')?.type).toBe('done')
    cluster.set('w', '3')
    expect(cluster.put('n1', 'k', 'v')).toMatchObject({ got: 3 })
  })
})

describe('forwarding', () => {
  it('an outcome that is lost on its way back is told again: the write is answered soon, and is made once', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    let lost = 0
    cluster.fate = ({ message }) => (message.type === 'outcome' && lost++ < 2 ? 'drop' : 'deliver')
    const put = cluster.put('n5', key, 'v', { w: 3 })
    expect(put).toMatchObject({ type: 'done', node: 'n1' })
    expect(put?.tookUs).toBeLessThan(1_000_000)
    expect(lost).toBe(3)
    expect(cluster.peek('n1', key)).toMatchObject({ siblings: 1 })
    expect(cluster.events.filter(({ type }) => type === 'peer-down')).toEqual([])
    cluster.run(3_000)
    expect(lost).toBe(3)
  })

  it('a request never goes in circles, whatever the nodes think of each other', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n3', 'n4', 'n5'])
    let forwards = 0
    cluster.onSend = ({ message }) => {
      if (message.type === 'forward') forwards++
    }
    // n1 and n2 reach each other only; each takes some of the others for healthy until it has asked.
    cluster.partition(['n1', 'n2'], ['n3', 'n4', 'n5'])
    expect(cluster.put('n1', key, 'v')).toMatchObject({ type: 'done', got: 2 })
    expect(forwards).toBeLessThanOrEqual(6)
    // A request that has come far enough is not passed on again.
    forwards = 0
    const request = { type: 'get', key, map: null }
    cluster.heal()
    cluster.eventually('healed', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    cluster.inject('n1', 'n2', { type: 'forward', id: 'n2.1.999', token: 't', path: ['n4', 'n2'], request })
    cluster.run(500)
    expect(forwards).toBe(0)
    // Nor back to where it came from.
    cluster.inject('n1', 'n2', { type: 'forward', id: 'n2.1.998', token: 't', path: ['n3'], request })
    cluster.onSend = ({ message, to }) => {
      if (message.type === 'forward') expect(to).not.toBe('n3')
    }
    cluster.run(500)
  })

  it('a coordinator that dies with a request is followed by the next, and the write is one', () => {
    const cluster = new DynamoCluster({ syncMs: 100 })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const id = cluster.send('n4', { type: 'put', key, value: 'v', op: 'c0.7', context: null, map: null })
    // n1 has taken it and sent copies, and dies before it could say so.
    cluster.run(20)
    cluster.powercut('n1')
    cluster.eventually('the put is answered', () => cluster.answerTo(id) !== null)
    expect(cluster.answerTo(id)).toMatchObject({ type: 'done', node: 'n4' })
    expect(cluster.get('n5', key, { r: 3 })).toMatchObject({ versions: [{ op: 'c0.7', value: 'v' }] })
  })

  it('under loss and duplication every put is answered, and none is doubled', () => {
    const cluster = new DynamoCluster({ loss: 0.1, duplicate: 0.1, settings: { 'detector-timeout': '100ms' } })
    for (let i = 0; i < 100; i++) {
      const node = cluster.ids[i % 5] ?? 'n1'
      const put = cluster.put(node, `k${i}`, `v${i}`)
      expect(put?.type, `put ${i}`).toBe('done')
    }
    cluster.calm()
    cluster.eventually('all is equal', () => cluster.converged() && cluster.ids.every((id) => cluster.status(id).down.length === 0), 60_000)
    for (let i = 0; i < 100; i++) expect(cluster.get('n1', `k${i}`)).toMatchObject({ versions: [{ value: `v${i}` }] })
  })
})
