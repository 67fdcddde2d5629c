import { describe, expect, it } from 'vitest'
import { type Answered, contextOf, DynamoCluster, values } from './harness.ts'

const LEFT = ['n1', 'n2']
const RIGHT = ['n3', 'n4', 'n5']
const SECOND = 1_000_000

function settled(cluster: DynamoCluster): void {
  cluster.eventually('everybody hears everybody', () => cluster.live().every((id) => cluster.status(id).down.length === 0))
}

/** Gossip finds out in its time who does not answer. */
function cutOff(cluster: DynamoCluster): void {
  cluster.partition(LEFT, RIGHT)
  cluster.eventually('both sides know that the other is away', () =>
    cluster.ids.every((id) => cluster.status(id).down.length === (LEFT.includes(id) ? RIGHT : LEFT).length),
  )
}

describe('a majority and a minority, one answer is enough', () => {
  it('every request is answered on both sides within a second, the first after the cut included', () => {
    const cluster = new DynamoCluster({ settings: { r: '1', w: '1' } })
    const keys = Array.from({ length: 24 }, (_, i) => `k${i}`)
    for (const key of keys) cluster.put('n1', key, 'before')
    for (const side of [LEFT, RIGHT]) {
      // A new cut each time, so that each of these is the first request after one.
      for (const key of keys.slice(0, 8)) {
        cluster.partition(LEFT, RIGHT)
        for (const node of side) {
          const put = cluster.put(node, key, `${key} by ${node}`)
          expect(put?.type, `put ${key} through ${node}`).toBe('done')
          expect(put?.tookUs, `put ${key} through ${node}`).toBeLessThan(SECOND)
          const get = cluster.get(node, key)
          expect(get?.type, `get ${key} through ${node}`).toBe('done')
          expect(get?.tookUs).toBeLessThan(SECOND)
        }
        cluster.heal()
        settled(cluster)
      }
    }
    // And those of the whole time of the cut.
    cluster.partition(LEFT, RIGHT)
    for (const key of keys) {
      for (const node of cluster.ids) {
        const get = cluster.get(node, key)
        expect(get?.type).toBe('done')
        expect(get?.tookUs).toBeLessThan(SECOND)
      }
    }
  })
})

describe('sloppy quorum', () => {
  it('F9: both sides take writes of the same key, and after the cut both are there', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.partition(LEFT, RIGHT)
    expect(cluster.put('n1', key, 'left', { from: 'c1' })).toMatchObject({ type: 'done', got: 2 })
    expect(cluster.put('n4', key, 'right', { from: 'c2' })).toMatchObject({ type: 'done', got: 2 })
    cluster.heal()
    cluster.eventually('the copies are the same', () => cluster.converged())
    expect(values(cluster.get('n5', key))).toEqual(['left', 'right'])
  })

  it('says who stood in for whom', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3', 'n4', 'n5'])
    cluster.kill('n2')
    cluster.put('n1', key, 'first', { w: 3 })
    expect(cluster.put('n1', key, 'second', { w: 3 })).toMatchObject({ type: 'done', got: 3, standIns: [['n4', 'n2']] })
    expect(cluster.status('n4').hints).toEqual({ n2: 1 })
    expect(cluster.peek('n4', key)).toMatchObject({ value: null, siblings: 0, hinted: 'first | second' })
  })

  it('a stand-in serves its hints: two stand-ins alone answer what was written to them', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.kill('n1', 'n2', 'n3')
    expect(cluster.put('n4', key, 'eggs')).toMatchObject({ type: 'done', got: 2 })
    expect(values(cluster.get('n5', key))).toEqual(['eggs'])
  })

  it('bug=hide-hints: the same read finds nothing', () => {
    const cluster = new DynamoCluster({ bug: 'hide-hints' })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.kill('n1', 'n2', 'n3')
    expect(cluster.put('n4', key, 'eggs')?.type).toBe('done')
    expect(values(cluster.get('n5', key))).toEqual([])
  })

  it('too few nodes at all: refused at once, and certainly not stored', () => {
    const cluster = new DynamoCluster()
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cutOff(cluster)
    const refused = cluster.put('n1', key, 'eggs', { w: 3 })
    expect(refused).toMatchObject({ type: 'unmet', needed: 3, missing: ['n3'], maybe: false })
    expect(refused?.tookUs).toBeLessThan(10_000)
    expect(cluster.peek('n1', key).digest).toBeNull()
  })

  it('with hints off no stand-in counts for a write', () => {
    const cluster = new DynamoCluster({ settings: { 'hinted-handoff': 'off' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.kill('n2', 'n3')
    cluster.put('n1', key, 'lost time')
    cluster.run(1_000)
    expect(cluster.put('n4', key, 'eggs')).toMatchObject({ type: 'unmet', needed: 2, missing: ['n2', 'n3'] })
    expect(cluster.put('n4', key, 'eggs', { w: 1 })).toMatchObject({ type: 'done', node: 'n1' })
  })
})

describe('strict quorum', () => {
  it('F10: the side with two homes writes, the other is refused at once and stores nothing', () => {
    const cluster = new DynamoCluster({ settings: { quorum: 'strict' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cutOff(cluster)
    expect(cluster.put('n1', key, 'left')).toMatchObject({ type: 'done', got: 2, standIns: [] })
    const before = cluster.peek('n3', key).digest
    for (const node of RIGHT) {
      const refused = cluster.put(node, key, 'right')
      expect(refused).toMatchObject({ type: 'unmet', needed: 2, got: 1, missing: ['n1', 'n2'], maybe: false })
      expect(refused?.tookUs).toBeLessThan(10_000)
      expect(cluster.get(node, key)).toMatchObject({ type: 'unmet', needed: 2, missing: ['n1', 'n2'] })
    }
    expect(cluster.peek('n3', key).digest).toBe(before)
  })

  it('F11: the ladder of slow and of fast errors', () => {
    const cluster = new DynamoCluster({ nodes: 4, settings: { quorum: 'strict', 'anti-entropy': 'off' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    const put = (w: number): Answered => cluster.put('n1', key, `w=${w}`, { w })
    const fast = (answer: Answered): boolean => answer !== null && answer.tookUs < 20_000
    // One home swallows everything: all of three is found out slowly, two of three is not.
    cluster.partition(['n3'], ['n1', 'n2', 'n4'])
    const slow = put(3)
    expect(slow).toMatchObject({ type: 'unmet', needed: 3, missing: ['n3'], maybe: true })
    expect(fast(slow)).toBe(false)
    expect(put(2)).toMatchObject({ type: 'done', got: 2 })
    // Known to be away: refused at once.
    const refused = put(3)
    expect(refused).toMatchObject({ type: 'unmet', got: 2, needed: 3, maybe: false })
    expect(fast(refused)).toBe(true)
    // The second as well: two of three is slow, then fast.
    cluster.partition(['n2'], ['n1', 'n4'])
    expect(fast(put(2))).toBe(false)
    expect(put(2)).toMatchObject({ type: 'unmet', got: 1, maybe: false })
    // Back again, one after the other.
    cluster.heal()
    cluster.partition(['n2'], ['n1', 'n3', 'n4'])
    cluster.eventually('n3 is back', () => cluster.status('n1').down.join() === 'n2')
    expect(put(2)).toMatchObject({ type: 'done', got: 2 })
    cluster.heal()
    settled(cluster)
    expect(put(3)).toMatchObject({ type: 'done', got: 3 })
  })

  it('F12: a write that missed its quorum may be there all the same, and says so', () => {
    const cluster = new DynamoCluster({ settings: { quorum: 'strict' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.kill('n3')
    expect(cluster.put('n1', key, 'eggs', { w: 3 })).toMatchObject({ type: 'unmet', got: 2, needed: 3, missing: ['n3'], maybe: true })
    expect(values(cluster.get('n2', key, { r: 2 }))).toEqual(['eggs'])
  })
})

describe('reads just after a failure', () => {
  it('F13: with R=1 a fresh stand-in answers "nothing", with R=2 never, and read repair fills it', () => {
    const cluster = new DynamoCluster({ settings: { 'anti-entropy': 'off', 'read-repair': 'off' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3', 'n4', 'n5'])
    cluster.put('n1', key, 'eggs', { w: 3 })
    cluster.kill('n1')
    const other = cluster.keyFor(['n1', 'n4', 'n5'], false)
    cluster.get('n4', other, { r: 3 })
    cluster.run(1_000)
    expect(cluster.status('n4').down).toEqual(['n1'])
    expect(values(cluster.get('n4', key, { r: 1 }))).toEqual([])
    for (let i = 0; i < 5; i++) expect(values(cluster.get('n4', key, { r: 2 }))).toEqual(['eggs'])
    expect(values(cluster.get('n4', key, { r: 1 }))).toEqual([])
    cluster.set('read-repair', 'async')
    cluster.get('n4', key, { r: 2 })
    cluster.run(50)
    expect(values(cluster.get('n4', key, { r: 1 }))).toEqual(['eggs'])
  })
})

describe('read repair', () => {
  /** A value on n1 alone: its replicas never heard of it. */
  function onlyOnOne(settings: Readonly<Record<string, string>>): { readonly cluster: DynamoCluster; readonly key: string } {
    const cluster = new DynamoCluster({ nodes: 3, settings: { quorum: 'strict', 'anti-entropy': 'off', ...settings } })
    const first = cluster.put('n1', 'k', 'one', { w: 3 })
    cluster.fate = ({ message }) => (message.type === 'replicate' ? 'drop' : 'deliver')
    expect(cluster.put('n1', 'k', 'two', { context: contextOf(first), op: 'c0.99' })).toMatchObject({ type: 'unmet', maybe: true })
    cluster.fate = () => 'deliver'
    return { cluster, key: 'k' }
  }

  it('F31: a read that needs it is answered after exactly one blocking repair', () => {
    const { cluster, key } = onlyOnOne({ 'read-repair': 'blocking' })
    cluster.partition(['n3'], ['n1', 'n2'])
    expect(values(cluster.get('n2', key))).toEqual(['two'])
    expect(cluster.counter('n2', 'blocking-repairs')).toBe(1)
    expect(cluster.peek('n2', key).value).toBe('two')
    expect(values(cluster.get('n2', key))).toEqual(['two'])
    expect(cluster.counter('n2', 'blocking-repairs')).toBe(1)
  })

  it('F32: where the repair is not acknowledged the read fails, and was tried', () => {
    const { cluster, key } = onlyOnOne({ 'read-repair': 'blocking' })
    cluster.partition(['n3'], ['n1', 'n2'])
    // Through n1: the stale one is n2, and its acknowledgements never come.
    cluster.fate = ({ message }) => (message.type === 'replicated' ? 'drop' : 'deliver')
    expect(cluster.get('n1', key)).toMatchObject({ type: 'unmet', needed: 2, got: 1, maybe: false })
    expect(cluster.counter('n1', 'read-repairs')).toBeGreaterThan(0)
  })

  it('F33: R+W>N is not monotonic without blocking repair, and is with it', () => {
    const reads = (readRepair: string): (readonly string[])[] => {
      const { cluster, key } = onlyOnOne({ 'read-repair': readRepair })
      cluster.partition(['n3'], ['n1', 'n2'])
      const first = values(cluster.get('n2', key))
      cluster.heal()
      settled(cluster)
      cluster.partition(['n1'], ['n2', 'n3'])
      return [first, values(cluster.get('n3', key))]
    }
    expect(reads('off')).toEqual([['two'], ['one']])
    expect(reads('blocking')).toEqual([['two'], ['two']])
  })

  it('async: the answer does not wait, the stale replica has it a moment later', () => {
    const { cluster, key } = onlyOnOne({ 'read-repair': 'async' })
    expect(values(cluster.get('n1', key, { r: 3 }))).toEqual(['two'])
    cluster.run(20)
    expect(['n1', 'n2', 'n3'].map((id) => cluster.peek(id, key).value)).toEqual(['two', 'two', 'two'])
    const healed = cluster.inspect('n2', { what: 'mode', about: 'healed', args: {} })
    expect(healed).toMatchObject({ healed: [{ key, cause: 'read-repair' }] })
  })

  it('F30: who lacks a tombstone that may be reaped is not repaired', () => {
    const cluster = new DynamoCluster({ nodes: 3, settings: { 'anti-entropy': 'off', grace: '100ms' } })
    cluster.put('n1', 'k', null, { w: 3 })
    cluster.wipe('n3', { amnesiac: true })
    cluster.restart('n3')
    settled(cluster)
    cluster.run(200)
    const before = cluster.ids.map((id) => cluster.counter(id, 'read-repairs'))
    for (const id of cluster.ids) expect(values(cluster.get(id, 'k', { r: 3 }))).toEqual([])
    cluster.run(100)
    expect(cluster.ids.map((id) => cluster.counter(id, 'read-repairs'))).toEqual(before)
  })
})

describe('F47: the availability matrix', () => {
  it.each([1, 2, 3].flatMap((w) => [1, 2, 3].map((r) => [w, r] as const)))(
    'strict, W=%i R=%i: met exactly while enough homes live',
    (w, r) => {
      const cluster = new DynamoCluster({ settings: { quorum: 'strict', w: String(w), r: String(r) } })
      const key = cluster.keyFor(['n1', 'n2', 'n3'])
      let latest = contextOf(cluster.put('n4', key, 'all alive'))
      let value = 'all alive'
      for (const [i, victim] of ['n3', 'n2'].entries()) {
        cluster.kill(victim)
        const up = 2 - i
        const put = cluster.put('n4', key, `${up} homes left`, { context: latest })
        expect(put?.type === 'done', `W=${w} with ${up} homes`).toBe(up >= w)
        if (put?.type === 'done') [latest, value] = [put.context, `${up} homes left`]
        const gets = cluster.live().map((id) => cluster.get(id, key))
        for (const get of gets) expect(get?.type === 'done', `R=${r} with ${up} homes`).toBe(up >= r)
        // Strong pairs read the latest from everywhere; a failed write may show as well.
        if (w + r > 3 && up >= r)
          for (const get of gets) expect(values(get).some((one) => one === value || put?.type !== 'done')).toBe(true)
      }
    },
  )

  it('sloppy, W=R=1: met while a single node lives', () => {
    const cluster = new DynamoCluster({ settings: { r: '1', w: '1' } })
    const key = cluster.keyFor(['n1', 'n2', 'n3'])
    cluster.put('n1', key, 'start')
    for (const victim of ['n1', 'n2', 'n3', 'n4']) {
      cluster.kill(victim)
      for (const node of cluster.live()) {
        expect(cluster.put(node, key, `without ${victim}`)?.type).toBe('done')
        expect(cluster.get(node, key)?.type).toBe('done')
      }
    }
  })
})
