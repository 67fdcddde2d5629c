/** The commands that look: over a cluster of real nodes where it matters, over one that says what we like elsewhere. */
import { describe, expect, it } from 'vitest'
import { homesOf } from '../../../src/modes/dynamo/cluster-view.ts'
import { commands } from '../../../src/modes/dynamo/commands.ts'
import { liveChecks } from '../../../src/modes/dynamo/live-checks.ts'
import { keySubjects } from '../../../src/modes/dynamo/view.ts'
import type { ClusterPort, ModeAnswer } from '../../../src/modes/mode.ts'
import { copyOf, FakeCluster } from './fake-cluster.ts'
import { DynamoCluster } from './harness.ts'
import { portOf } from './port.ts'

type Args = Readonly<Record<string, string | number | readonly string[]>>

function ask(port: ClusterPort, name: string, args: Args = {}): Promise<ModeAnswer> {
  const spec = commands.find((command) => command.name === name)
  if (spec === undefined) throw new Error(`no ${name}`)
  return spec.run(port, args)
}

/** The lines of an answer, each of which fits on a screen. */
async function lines(port: ClusterPort, name: string, args: Args = {}): Promise<readonly string[]> {
  const answer = await ask(port, name, args)
  if (!answer.ok) throw new Error(answer.why)
  for (const line of answer.lines) expect(line.length, line).toBeLessThanOrEqual(80)
  return answer.lines
}

describe('ring', () => {
  it('says how the ring is cut, who comes first, how much each keeps and whom it sees', async () => {
    const cluster = new FakeCluster(5)
    for (let i = 0; i < 300; i++) cluster.put(`key${i}`, copyOf('v'))
    cluster.node('n4').hints.n2 = 12
    cluster.node('n4').down = ['n2']
    cluster.node('n2').state = 'dead'
    const shown = await lines(cluster, 'ring')
    expect(shown[0]).toMatch(/^5 nodes, N = 3; 64 equal parts, dealt to nodes \(strategy 3\); all on map [0-9a-f]{4}$/)
    expect(
      shown
        .slice(2, 6)
        .join(' ')
        .match(/n[1-5]/g),
    ).toHaveLength(64)
    const row = (id: string): string => shown.find((line) => line.startsWith(`${id} `)) ?? ''
    expect(row('n4')).toMatch(/ 12 {2}[0-9a-f]{4} {2}n2 down$/)
    expect(row('n2')).toMatch(/ - .*dead$/)
    const keeps = ['n1', 'n2', 'n3', 'n4', 'n5'].map((id) => Number(row(id).split(/ +/)[2]))
    expect(keeps.reduce((sum, count) => sum + count, 0)).toBe(3 * 64)
    expect(shown.at(-1)).toMatch(/^the fullest keeps 1\.\d\d times the mean \(efficiency 0\.\d\d\); 64 tokens to know$/)
  })

  it.each(['1', '2', '3'])('fits 80 columns with a hundred nodes and three (strategy %s)', async (strategy) => {
    for (const count of [3, 101]) {
      const cluster = new FakeCluster(count, { strategy, partitions: '128', tokens: '2' })
      cluster.node('n2').down = ['n1', 'n3']
      cluster.node('n3').down = ['n1', 'n2']
      expect((await lines(cluster, 'ring')).length).toBeGreaterThan(count)
    }
  })

  it('names who goes by another map, who is in none, and what is on its way', async () => {
    const cluster = new FakeCluster(5)
    cluster.node('n1').history += ' +n6.1.n1 -n5.2.n1'
    cluster.node('n1').outgoing = 7
    cluster.node('n3').incoming = 2
    const shown = await lines(cluster, 'ring')
    expect(shown[0]).toMatch(/^5 nodes/)
    expect(shown.slice(0, 2).join(' ')).toMatch(/2 different maps; +this is their union$/)
    expect(shown.find((line) => line.startsWith('n5 '))).toMatch(/not in the ring/)
    expect(shown.slice(-3)).toEqual([
      expect.stringMatching(/^n2 n3 n4 n5: map [0-9a-f]{4}, members n1 n2 n3 n4 n5$/),
      'n1 keeps 7 copies until their new homes confirm them',
      'n3 waits for 2 partitions',
    ])
  })

  it('with nobody to ask it is refused', async () => {
    const cluster = new FakeCluster(2)
    for (const node of cluster.all) node.state = 'dead'
    for (const name of ['ring', 'hints']) expect(await ask(cluster, name)).toMatchObject({ ok: false, code: null })
    expect(await ask(cluster, 'ring', { K: 'city' })).toMatchObject({ ok: false, code: null })
    expect(await ask(cluster, 'keyfor', { S: ['n1'] })).toMatchObject({ ok: false, code: null })
  })
})

describe('ring K, on real nodes', () => {
  it('shows homes, stand-ins, and what each node has: siblings, hints and whoever is away', async () => {
    const cluster = new DynamoCluster()
    const port = portOf(cluster)
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const after = cluster.ring().preference(cluster.ring().partitionOf(key)).slice(3)
    cluster.put('n1', key, 'eggs')
    cluster.run(500)
    cluster.kill('n2')
    cluster.put('n1', key, 'milk')
    cluster.eventually('n2 is seen to be down', () => cluster.live().every((id) => cluster.status(id).down.includes('n2')))
    cluster.put('n1', key, 'tea')
    cluster.run(200)
    const shown = await lines(port, 'ring', { K: key })
    expect(shown[0]).toMatch(new RegExp(`^${key} lies at [0-9a-f]{12}, \\d+\\.\\d % around: partition p\\d+$`))
    expect(shown[1]).toBe(`homes n1 n2 n3; next in line ${after.join(' ')}; ${after[0]} stands in for n2`)
    expect(shown.filter((line) => /\(n1,[123]\) .* (eggs|milk|tea)$/.test(line))).toHaveLength(9)
    expect(shown).toContainEqual(expect.stringMatching(/^n2 +home 2 +dead$/))
    expect(shown).toContainEqual(expect.stringMatching(new RegExp(`^${after[0]} +for n2 +no copy$`)))
    expect(shown).toContainEqual(expect.stringMatching(/^ +its hint .*(eggs|milk|tea)$/))
    expect(homesOf(port, key)).toEqual({ homes: ['n1', 'n2', 'n3'], fallbacks: [after[0]] })
    expect(await lines(port, 'hints')).toContainEqual(
      expect.stringMatching(new RegExp(`^${after[0]} +n2 +1 +${after[0]} takes n2 to be down$`)),
    )
    const subject = (name: string) => keySubjects.find((one) => one.name === name)?.read(port, key)
    expect(await subject('siblings')).toBe(3)
    expect(await subject('copies')).toBe(2)
  })

  it('keys and values are other people’s bytes', async () => {
    const cluster = new FakeCluster(3)
    const key = `\u001b[2J${'長'.repeat(60)}`
    cluster.put(key, copyOf(`\u0007${'值'.repeat(90)}`))
    for (const line of await lines(cluster, 'ring', { K: key })) expect(line).not.toMatch(/\p{Cc}/u)
  })
})

describe('keyfor', () => {
  it('answers a key whose homes these are, in the order asked if there is one', async () => {
    const cluster = new FakeCluster(5, { partitions: '256' })
    const { ring } = cluster.node('n1')
    for (const wanted of [['n4'], ['n3', 'n1'], ['n1', 'n2', 'n3'], ['n5', 'n4', 'n3', 'n2', 'n1']]) {
      const [key = ''] = await lines(cluster, 'keyfor', { S: wanted })
      const found = ring.preference(ring.partitionOf(key)).slice(0, wanted.length)
      expect([...found].sort()).toEqual([...wanted].sort())
      if (wanted.length < 4) expect(found).toEqual(wanted)
    }
  })

  it('says so when no key has them in this order, and refuses what cannot be', async () => {
    const cluster = new FakeCluster(5, { partitions: '5' })
    const { ring } = cluster.node('n1')
    const homes = ring.homes(0)
    const orders = [0, 1, 2, 3, 4].map((p) => ring.homes(p).join())
    const turned = [...homes].reverse()
    expect(orders).not.toContain(turned.join())
    const shown = await lines(cluster, 'keyfor', { S: turned })
    expect(shown[1]).toMatch(/\(no key has them in the order asked\)/)
    const refused = async (wanted: readonly string[]) => (await ask(cluster, 'keyfor', { S: wanted })) as { readonly why: string }
    expect((await refused(['n1', 'n9'])).why).toBe('n9 is not in the ring: n1 n2 n3 n4 n5')
    expect((await refused(['n1', 'n1'])).why).toBe('a node keeps a key once')
    const never = [
      ['n1', 'n2'],
      ['n1', 'n3'],
      ['n1', 'n4'],
      ['n1', 'n5'],
      ['n2', 'n3'],
      ['n2', 'n4'],
      ['n2', 'n5'],
      ['n3', 'n4'],
    ].find((pair) => ![0, 1, 2, 3, 4].some((p) => [...ring.preference(p).slice(0, 2)].sort().join() === pair.join()))
    expect((await refused(never ?? [])).why).toMatch(/^no partition of 5 has n\d n\d first in its list$/)
  })
})

describe('merkle', () => {
  it('finds what two nodes keep differently, for some tens of hashes', async () => {
    const cluster = new FakeCluster(3, { partitions: '4' })
    for (let i = 0; i < 300; i++) cluster.put(`key${i}`, copyOf('v'))
    expect(await lines(cluster, 'merkle', { A: ['n1'], B: ['n2'] })).toEqual([
      'n1 and n2 share 4 partitions: 4 equal, 0 different',
      '4 tree hashes compared, for 300 keys',
    ])
    cluster.node('n2').copies.delete('key7')
    cluster.node('n1').copies.set('key8', copyOf('w'))
    const shown = await lines(cluster, 'merkle', { A: ['n1'], B: ['n2'] })
    expect(shown[0]).toMatch(/^n1 and n2 share 4 partitions: [23] equal, [12] different$/)
    const listed = shown.join(' ')
    expect(listed).toMatch(/key7/)
    expect(listed).toMatch(/key8/)
    const [, hashes] = /^([\d,]+) tree hashes and \d+ key hash(?:es)? compared/.exec(shown.at(-1) ?? '') ?? []
    expect(Number(hashes)).toBeLessThan(100)
  })

  it('is refused where it makes no sense, and fails when one does not answer', async () => {
    const cluster = new FakeCluster(3)
    expect(await ask(cluster, 'merkle', { A: ['n1'], B: ['n1'] })).toMatchObject({ ok: false, code: null })
    expect(await ask(cluster, 'merkle', { A: ['n1', 'n2'], B: ['n3'] })).toMatchObject({ ok: false, code: null })
    cluster.node('n2').history += ' +n4.1.n2'
    expect(await ask(cluster, 'merkle', { A: ['n1'], B: ['n2'] })).toMatchObject({
      ok: false,
      why: 'n1 and n2 go by different maps: wait until they agree',
    })
    cluster.node('n3').state = 'asleep'
    expect(await ask(cluster, 'merkle', { A: ['n1'], B: ['n3'] })).toEqual({ ok: false, code: 'timeout', why: 'n3 does not answer' })
  })
})

describe('repairs', () => {
  const quiet = { 'anti-entropy': 'off', 'read-repair': 'off' }

  it('says what healed each copy and when, of a key and of all, and what the subject healed(K) says', async () => {
    const cluster = new DynamoCluster({ settings: quiet })
    const port = portOf(cluster)
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const healed = () => keySubjects.find((one) => one.name === 'healed')?.read(port, key)
    expect(await lines(port, 'repairs')).toEqual(['nothing had to be mended since the nodes started'])
    cluster.put('n1', key, 'one')
    cluster.run(500)
    expect(await lines(port, 'repairs', { K: key })).toEqual([`no copy of ${key} had to be mended, as far as the nodes remember`])
    expect(await healed()).toBeNull()
    cluster.kill('n2')
    cluster.eventually('n1 notices', () => {
      cluster.put('n1', key, 'two')
      return cluster.status('n1').down.includes('n2')
    })
    cluster.put('n1', key, 'three')
    cluster.run(500)
    cluster.restart('n2')
    cluster.eventually('the hint is home', () => cluster.status('n2').repairs.hint !== undefined)
    cluster.run(3_000)
    expect(await healed()).toBe('hint')
    expect(await lines(port, 'repairs', { K: key })).toEqual([
      expect.stringMatching(/^node {2}got .* by +when$/),
      expect.stringMatching(/^n2 +a hint that came home +[34] s ago$/),
      '1 repair',
    ])
    const all = await lines(port, 'repairs')
    expect(all).toContainEqual(expect.stringMatching(/^n2 +1 +0 +0 +0$/))
    expect(all).toContain('1 copy mended since the nodes started; the newest:')
    expect(all.at(-1)).toMatch(new RegExp(`^[34] s ago +n2 +a hint that came home +${key}$`))
  })

  it('names each way once, and the newest repair first', async () => {
    const cluster = new DynamoCluster({ settings: { ...quiet, 'hinted-handoff': 'off' } })
    const port = portOf(cluster)
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    for (const [cause, node] of [
      ['read-repair', 'n2'],
      ['merkle', 'n3'],
    ] as const) {
      cluster.kill(node)
      cluster.put('n1', key, cause)
      cluster.run(500)
      cluster.restart(node)
      cluster.run(500)
      if (cause === 'merkle') cluster.set('anti-entropy', 'on')
      else {
        cluster.set('read-repair', 'async')
        cluster.get('n1', key, { r: 3 })
      }
      cluster.eventually(`${node} is healed`, () => cluster.status(node).repairs[cause] !== undefined)
      cluster.set('read-repair', 'off')
    }
    expect(await keySubjects.find((one) => one.name === 'healed')?.read(port, key)).toBe('read-repair,merkle')
    const shown = await lines(port, 'repairs', { K: key })
    expect(shown.slice(1, 3)).toEqual([expect.stringMatching(/^n3 .*compared trees/), expect.stringMatching(/^n2 .*stale/)])
  })
})

describe('strategies', () => {
  it("measures the paper's Figure 8, and says what a join would move on the ring there is", async () => {
    const shown = await lines(new FakeCluster(5), 'strategies')
    expect(shown).toContain("all 30 within 0.03 of the paper's figure")
    expect(shown.filter((line) => /^ *[\d,]+( +0\.\d\d){6}$/.test(line))).toHaveLength(10)
    const rows = [1, 2, 3].map(
      (strategy) =>
        shown
          .at(strategy - 5)
          ?.split(/ +/)
          .map(Number) ?? [],
    )
    // T = 16 tokens of five nodes cut strategy 1; the others keep Q = 64 parts.
    expect(rows.map(([, , parts, tokens]) => [parts, tokens])).toEqual([
      [80, 80],
      [64, 80],
      [64, 64],
    ])
    const anew = shown.slice(-4, -1).map((line) => Number(line.split(/ +/).at(-1)))
    expect(anew[0]).toBeGreaterThanOrEqual(17)
    expect(anew.slice(1)).toEqual([0, 0])
    for (const line of shown.slice(-4, -1)) expect(Number(/([\d.]+) %/.exec(line)?.[1])).toBeGreaterThan(8)
  })
})

describe('live checks on real nodes', () => {
  const look = (name: string, cluster: DynamoCluster) => liveChecks.find((one) => one.name === name)?.look(portOf(cluster))

  it('a healthy cluster converges and every key is in its place', async () => {
    const cluster = new DynamoCluster()
    for (let i = 0; i < 30; i++) cluster.put('n1', `key${i}`, `v${i}`)
    cluster.run(2_000)
    expect(await look('converged', cluster)).toEqual({ holds: true, why: '30 keys: all replicas on 5 nodes are equal' })
    expect(await look('placement', cluster)).toEqual({ holds: true, why: '30 keys, each on its homes and nowhere else' })
  })

  it('bug same-node-replicas: placement finds the copy that is missing', async () => {
    const cluster = new DynamoCluster({ bug: 'same-node-replicas' })
    for (let i = 0; i < 30; i++) cluster.put('n1', `key${i}`, `v${i}`)
    cluster.run(5_000)
    expect(await look('placement', cluster)).toMatchObject({ holds: false, why: expect.stringMatching(/^key\d+ is not on its homes? n\d/) })
  })
})
