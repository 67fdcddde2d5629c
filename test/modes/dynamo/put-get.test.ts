import { describe, expect, it } from 'vitest'
import { encode } from '../../../src/machine/codec.ts'
import { MAX_MESSAGE } from '../../../src/node/fragments.ts'
import { contextOf, DynamoCluster, values } from './harness.ts'

describe('puts and gets on a healthy cluster', () => {
  it('answers through every node, whoever is asked', () => {
    const cluster = new DynamoCluster()
    for (const [i, node] of cluster.ids.entries()) {
      const key = `city${i}`
      expect(cluster.put(node, key, 'Oslo')).toMatchObject({ type: 'done', got: 2, of: 3, standIns: [] })
      for (const other of cluster.ids) expect(values(cluster.get(other, key))).toEqual(['Oslo'])
    }
    cluster.eventually('all homes and nobody else keep the keys', () => cluster.converged())
  })

  it('a put with the context of a read replaces what was read, one without makes a sibling (R4)', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.put('n1', key, 'eggs')
    cluster.put('n1', key, 'milk', { from: 'c1' })
    const read = cluster.get('n2', key)
    expect(values(read)).toEqual(['eggs', 'milk'])
    cluster.put('n3', key, 'both', { context: contextOf(read) })
    expect(values(cluster.get('n1', key))).toEqual(['both'])
  })

  it('a delete with a context leaves a tombstone, one without leaves the value', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const put = cluster.put('n1', key, 'eggs')
    cluster.put('n2', key, null)
    expect(values(cluster.get('n3', key))).toEqual(['eggs'])
    cluster.put('n2', key, null, { context: contextOf(cluster.get('n2', key)) })
    expect(values(cluster.get('n3', key))).toEqual([])
    // What the first client held is long replaced: it makes a sibling of nothing that lives.
    cluster.put('n1', key, 'milk', { context: contextOf(put) })
    expect(values(cluster.get('n3', key))).toEqual(['milk'])
  })

  it('F21: two puts with one context through one coordinator are siblings, and neither is lost', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const context = contextOf(cluster.put('n1', key, 'start'))
    cluster.put('n1', key, 'left', { context, from: 'c1' })
    cluster.put('n1', key, 'right', { context, from: 'c2' })
    expect(values(cluster.get('n2', key))).toEqual(['left', 'right'])
  })

  it('F1: the paper’s figure 3, through chosen coordinators, clock for clock', () => {
    const cluster = new DynamoCluster({ settings: { versions: 'classic' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const clocks = (node: string): string[] => cluster.peek(node, key).versions.map(({ clock }) => clock)
    const d1 = contextOf(cluster.put('n1', key, 'D1'))
    expect(clocks('n1')).toEqual(['[(n1,1)]'])
    const d2 = contextOf(cluster.put('n1', key, 'D2', { context: d1 }))
    expect(clocks('n1')).toEqual(['[(n1,2)]'])
    cluster.run(100)
    // Two clients update D2 through two nodes that do not see each other.
    cluster.partition(['n2'], ['n3'])
    cluster.partition(['n1'], ['n2', 'n3'])
    cluster.put('n2', key, 'D3', { context: d2, w: 1 })
    cluster.put('n3', key, 'D4', { context: d2, w: 1 })
    expect(clocks('n2')).toEqual(['[(n1,2),(n2,1)]'])
    expect(clocks('n3')).toEqual(['[(n1,2),(n3,1)]'])
    cluster.heal()
    cluster.eventually('all know each other again', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    const both = cluster.get('n1', key, { r: 3 })
    expect(values(both)).toEqual(['D3', 'D4'])
    expect(contextOf(both).clock).toEqual({ n1: 2, n2: 1, n3: 1 })
    cluster.put('n1', key, 'D5', { context: contextOf(both) })
    expect(clocks('n1')).toEqual(['[(n1,3),(n2,1),(n3,1)]'])
    expect(values(cluster.get('n2', key, { r: 3 }))).toEqual(['D5'])
  })

  it('keys with the names of what every object has are keys like others', () => {
    const cluster = new DynamoCluster()
    for (const key of ['__proto__', 'constructor', 'toString', ' ', '\u{1F600}']) {
      expect(cluster.put('n1', key, `value of ${key}`)?.type).toBe('done')
      expect(values(cluster.get('n4', key))).toEqual([`value of ${key}`])
      expect(cluster.peek('n1', key).key).toBe(key)
    }
  })

  it('F22: a client may not make more siblings than the limit, a repair may', () => {
    const cluster = new DynamoCluster({ settings: { 'sibling-limit': '5', 'sibling-warn': '2', 'anti-entropy': 'off' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    for (let i = 0; i < 5; i++) expect(cluster.put('n1', key, `v${i}`, { w: 3 })?.type).toBe('done')
    const refused = cluster.put('n1', key, 'v5')
    expect(refused).toMatchObject({ type: 'refused', code: 'siblings', maybe: false })
    expect(cluster.get('n1', key)).toMatchObject({ type: 'done' })
    // The third home missed them all, and has a write of its own: a repair brings it to six.
    cluster.wipe('n3', { amnesiac: true })
    cluster.restart('n3')
    cluster.partition(['n3'], ['n1', 'n2', 'n4', 'n5'])
    expect(cluster.put('n3', key, 'elsewhere', { w: 1 })?.type).toBe('done')
    cluster.heal()
    cluster.eventually('n1 hears n3 again', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    expect(values(cluster.get('n1', key, { r: 3 }))).toHaveLength(6)
    cluster.eventually('the repair is kept', () => ['n1', 'n2', 'n3'].every((id) => cluster.peek(id, key).siblings === 6))
    expect(cluster.events.some(({ type, siblings }) => type === 'many-siblings' && siblings === 3)).toBe(true)
    // To make fewer is always allowed.
    expect(cluster.put('n1', key, 'all', { context: contextOf(cluster.get('n1', key, { r: 3 })) })?.type).toBe('done')
    expect(values(cluster.get('n1', key))).toEqual(['all'])
  })
})

describe('F22: large siblings', () => {
  it('made on sides that are all cut apart still travel together; more of them, or larger ones, are refused in one clean line', () => {
    const cluster = new DynamoCluster({ settings: { w: '1', r: '1', 'hint-scan': '200ms', 'anti-entropy-every': '500ms' } })
    let largest = 0
    cluster.onSend = ({ message }) => {
      largest = Math.max(largest, encode(message).length)
    }
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    for (const id of cluster.ids)
      cluster.partition(
        [id],
        cluster.ids.filter((other) => other !== id),
      )
    for (const id of cluster.ids) cluster.get(id, key)
    cluster.run(2_000)
    const large = 'x'.repeat(50 * 1024)
    for (const id of cluster.ids) {
      const outcomes = Array.from({ length: 4 }, (_, i) => cluster.put(id, key, `${id} ${i} ${large}`))
      expect(outcomes.map((outcome) => outcome?.type)).toEqual(['done', 'done', 'done', 'refused'])
      expect(outcomes.at(-1)).toMatchObject({
        code: 'siblings',
        maybe: false,
        why: expect.stringMatching(/siblings would take 20\d kB, the limit is 160$/),
      })
    }
    cluster.heal()
    cluster.eventually('all is on its homes', () => cluster.converged(), 60_000)
    const read = cluster.get('n4', key, { r: 3 })
    expect(values(read)).toHaveLength(15)
    expect(largest).toBeLessThan(MAX_MESSAGE)
    expect(cluster.put('n5', key, 'all', { context: contextOf(read), w: 3 })?.type).toBe('done')
    expect(values(cluster.get('n1', key, { r: 3 }))).toEqual(['all'])
  })

  it('a key of control characters is shown clean and short in a refusal', () => {
    const cluster = new DynamoCluster({ settings: { 'sibling-limit': '1' } })
    const key = `\u001b[31m${'k'.repeat(200)}`
    cluster.put('n1', key, 'a')
    expect(cluster.put('n1', key, 'b')).toMatchObject({ why: `·[31m${'k'.repeat(18)}… would have 2 siblings, the limit is 1` })
  })
})

describe('the same operation more than once', () => {
  it('F8: a retried put, at the same and at another coordinator, is one write', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    for (const node of ['n1', 'n1', 'n2', 'n4']) expect(cluster.put(node, key, 'eggs', { op: 'c1.1' })?.type).toBe('done')
    const read = cluster.get('n3', key)
    expect(read).toMatchObject({ versions: [{ op: 'c1.1', value: 'eggs' }] })
    expect(cluster.peek('n1', key).siblings).toBe(1)
  })

  it('minted twice because nobody knew of the other, it is still shown once', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.partition(['n1'], ['n2', 'n3', 'n4', 'n5'])
    cluster.put('n1', key, 'eggs', { op: 'c1.1', w: 1 })
    cluster.put('n2', key, 'eggs', { op: 'c1.1', w: 1 })
    cluster.heal()
    cluster.eventually('healed', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
    const read = cluster.get('n3', key, { r: 3 })
    expect(read).toMatchObject({ versions: [{ op: 'c1.1', value: 'eggs' }] })
    cluster.put('n3', key, 'milk', { context: contextOf(read) })
    cluster.eventually('both dots are replaced', () => ['n1', 'n2', 'n3'].every((id) => cluster.peek(id, key).value === 'milk'))
  })

  it('F8: a stale packet of a write that was replaced since does not bring it back', () => {
    const cluster = new DynamoCluster({ nodes: 3 })
    const first = cluster.put('n1', 'k', 'old', { op: 'c1.1' })
    cluster.put('n1', 'k', 'new', { op: 'c1.2', context: contextOf(first) })
    cluster.run(100)
    // The network delivers the first request again, here and elsewhere; its answer is the one it had.
    for (const node of ['n1', 'n2', 'n3']) {
      const again = cluster.put(node, 'k', 'old', { op: 'c1.1' })
      expect(again?.type).toBe('done')
      expect(values(cluster.get(node, 'k'))).toEqual(['new'])
    }
    cluster.kill('n2')
    cluster.restart('n2')
    cluster.put('n2', 'k', 'old', { op: 'c1.1' })
    expect(values(cluster.get('n2', 'k'))).toEqual(['new'])
  })
})
