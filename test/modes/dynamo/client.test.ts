import { describe, expect, test } from 'vitest'
import type { ClientAnswer } from '../../../src/modes/dynamo/client-protocol.ts'
import type { Causality } from '../../../src/modes/dynamo/versions.ts'
import { type Asked, type Fields, founders, HISTORY, homesOf, NODES, RING, ringOf, type Script, Scripted } from './scripted.ts'

const MAP: ClientAnswer = { type: 'map', history: HISTORY }
const TALLY = { got: 2, of: 3, standIns: [] } as const

function events(...names: readonly string[]): Causality {
  return { clock: Object.fromEntries(names.map((name) => name.split(':')).map(([actor = '', n]) => [actor, Number(n)])), dots: [] }
}

function stored(context: Causality, node = 'n1'): ClientAnswer {
  return { type: 'done', ...TALLY, node, context, versions: null }
}

function found(versions: readonly (readonly [op: string, value: string | null])[], context: Causality, node = 'n1'): ClientAnswer {
  return { type: 'done', ...TALLY, node, context, versions: versions.map(([op, value]) => ({ op, value })) }
}

/** Answers the map, and everything else as said. */
function nodes(script: Script): Script {
  return (node, request) => (request.type === 'map' ? MAP : script(node, request))
}

/** Of requests that mean the same, all that they say but for their number. */
function said({ id: _id, atUs: _atUs, to: _to, ...rest }: Asked): unknown {
  return rest
}

describe('whom a client asks', () => {
  test('it learns the map first, then asks the first home of the key', () => {
    const client = new Scripted(nodes((node) => found([], events(), node)))
    expect(client.call('get', 'cart')).toMatchObject({ outcome: 'ok', value: null, node: homesOf('cart')[0], note: '2 of 3', attempts: 1 })
    expect(client.asked.map(({ type }) => type)).toEqual(['map', 'get'])
    expect(client.requests[0]).toMatchObject({ to: homesOf('cart')[0], map: RING.digest })
  })

  test('§6.4: it polls the map every ten seconds, from somebody or other', () => {
    const client = new Scripted(nodes((node) => found([], events(), node)))
    client.call('get', 'cart')
    client.run(35_000_000)
    expect(client.maps).toHaveLength(4)
    expect(client.maps.map(({ atUs }) => Math.round(atUs / 10_000_000))).toEqual([0, 1, 2, 3])
  })

  test('a client that is told to give up says what it asked for: its write may still happen, and a checker must know its name', () => {
    const client = new Scripted(nodes((_node, request) => (request.type === 'put' ? null : found([], events()))))
    client.invoke('put', 'cart', 'eggs')
    client.run(200_000)
    expect(client.results).toEqual([])
    client.control({ type: 'give-up' })
    expect(client.results).toMatchObject([{ outcome: 'info', lineage: { made: 'c1.1' } }])
    client.control({ type: 'give-up' })
    expect(client.results).toHaveLength(1)
  })

  test('a client far from all nodes goes without a map at first, and learns it from then on', () => {
    const client = new Scripted(nodes((node) => ({ ...found([], events(), node), map: RING.digest })))
    client.delayUs = 400_000
    client.call('get', 'cart')
    client.run(3_000_000)
    expect(client.status).toMatchObject({ map: RING.digest })
    client.call('get', 'cart')
    expect(client.requests.at(-1)).toMatchObject({ to: homesOf('cart')[0], map: RING.digest })
  })

  test('a client that nothing was asked of asks nothing', () => {
    const client = new Scripted(nodes(() => null))
    client.run(60_000_000)
    expect(client.asked).toEqual([])
  })

  test('F45: an answer that tells of another map makes it ask for that at once, and go by it', () => {
    const before = founders(['n1', 'n2', 'n3'])
    const now = [...before, { kind: 'join', node: 'n4', at: 1, by: 'n1' } as const, { kind: 'join', node: 'n5', at: 2, by: 'n1' } as const]
    const [old, ring] = [ringOf(before), ringOf(now)]
    let history = before
    const client = new Scripted((node, request) =>
      request.type === 'map' ? { type: 'map', history: history } : { ...found([], events(), node), map: ringOf(history).digest },
    )
    const moved = Array.from({ length: 200 }, (_, i) => `key ${i}`).find((key) => ring.preference(ring.partitionOf(key))[0] === 'n5') ?? ''
    client.call('get', moved)
    expect(client.requests.at(-1)).toMatchObject({ to: old.preference(old.partitionOf(moved))[0], map: old.digest })
    expect(client.maps).toHaveLength(1)
    history = now
    client.call('get', moved)
    client.run(2_000)
    client.call('get', moved)
    expect(client.maps).toHaveLength(2)
    expect(client.requests.at(-1)).toMatchObject({ to: 'n5', map: ring.digest })
  })

  test('a node whose map stays behind is not asked for it again and again', () => {
    const client = new Scripted((node, request) => (request.type === 'map' ? MAP : { ...found([], events(), node), map: 'another' }))
    for (let i = 0; i < 10; i++) client.call('get', 'cart')
    expect(client.maps.length).toBeLessThanOrEqual(3)
  })

  test('without a map it asks anybody: nodes forward', () => {
    const client = new Scripted((node, { type }) => (type === 'map' ? null : found([], events(), node)))
    expect(client.call('get', 'cart').outcome).toBe('ok')
    expect(client.requests[0]?.map).toBeNull()
  })

  test('coordination=server: only the balancer is asked, and the map is nobody’s business', () => {
    const client = new Scripted(() => stored(events('n1:1')), { settings: { coordination: 'server' } })
    expect(client.call('put', 'cart', 'milk').outcome).toBe('ok')
    client.run(30_000_000)
    expect(client.asked.map(({ to }) => to)).toEqual(['b0'])
  })

  test('a patience that is set while it runs counts for the next request; what does not parse changes nothing', () => {
    const client = new Scripted(nodes(() => null))
    client.control({ type: 'set', name: 'detector-timeout', value: '1s' })
    client.control({ type: 'set', name: 'forward-timeout', value: 'soon' })
    client.invoke('get', 'cart')
    client.runUntil(() => client.requests.length > 0)
    client.run(1_000_000)
    expect(client.requests).toHaveLength(1)
    client.run(500_000)
    expect(client.requests.length).toBeGreaterThan(1)
  })

  test('via pins the node, whoever keeps the key and whatever it answers', () => {
    const key = 'cart'
    const stranger = homesOf(key)[4] ?? ''
    const client = new Scripted(nodes((node) => (node === stranger ? null : found([], events(), node))))
    expect(client.call('get', key, null, { via: stranger }).outcome).toBe('info')
    expect(client.asked.length).toBeGreaterThan(2)
    expect(new Set(client.asked.map(({ to }) => to))).toEqual(new Set([stranger]))
  })

  test('in a partition it asks its own side only, also what was asked on the other side already', () => {
    const [first, second, third] = homesOf('cart')
    const client = new Scripted(nodes((node) => (node === first ? null : found([], events(), node))))
    client.control({ type: 'reach', nodes: [first, second, third].filter((node) => node !== undefined) })
    const id = client.invoke('get', 'cart')
    client.runUntil(() => client.requests.length > 0)
    client.control({ type: 'reach', nodes: [third ?? ''] })
    const began = client.nowUs
    expect(client.await(id)).toMatchObject({ outcome: 'ok', node: third })
    expect(client.nowUs - began).toBeLessThanOrEqual(2_000)
    expect(client.requests.map(({ to }) => to)).toEqual([first, third])
    client.control({ type: 'reach', nodes: null })
    client.run(2_000_000)
    expect(client.call('get', 'cart').node).toBe(second)
  })

  test('with nobody in reach it fails, for nothing was asked', () => {
    const client = new Scripted(nodes(() => stored(events('n1:1'))))
    client.control({ type: 'reach', nodes: [] })
    expect(client.call('put', 'cart', 'milk')).toMatchObject({ outcome: 'fail', code: 'timeout', why: 'no node in reach', attempts: 0 })
    expect(client.asked).toEqual([])
  })
})

describe('retries', () => {
  test('no answer: the next node is asked the same, under the same name and with the same context', () => {
    const [first, second] = homesOf('cart')
    const client = new Scripted(nodes((node) => (node === first ? null : stored(events('n1:1'), node))))
    expect(client.call('put', 'cart', 'milk')).toMatchObject({ outcome: 'ok', node: second, attempts: 2 })
    const [one, two] = client.requests
    expect([one?.to, two?.to]).toEqual([first, second])
    expect(one && said(one)).toEqual(two && said(two))
    expect(one).toMatchObject({ op: 'c1.1' })
  })

  test('who was silent is asked last for a while, and then again', () => {
    const [first, second] = homesOf('cart')
    const client = new Scripted(nodes((node) => (node === first ? null : found([], events(), node))))
    client.call('get', 'cart')
    client.call('get', 'cart')
    expect(client.requests.map(({ to }) => to)).toEqual([first, second, second])
    client.script = nodes((node) => found([], events(), node))
    client.run(1_500_000)
    expect(client.call('get', 'cart').node).toBe(first)
  })

  test('an answer that comes after the next node was asked counts', () => {
    const client = new Scripted(nodes((node) => (node === homesOf('cart')[0] ? stored(events('n1:1'), node) : null)))
    const id = client.invoke('put', 'cart', 'milk')
    client.run(400)
    client.delayUs = 900_000
    expect(client.await(id)).toMatchObject({ outcome: 'ok', node: homesOf('cart')[0] })
    expect(client.requests.length).toBeGreaterThan(1)
  })

  test('a put that nobody answered may have happened', () => {
    const client = new Scripted(nodes(() => null))
    const result = client.call('put', 'cart', 'milk')
    expect(result).toMatchObject({ outcome: 'info', code: 'timeout', lineage: { made: 'c1.1', over: [] } })
    expect(result.attempts).toBe(client.requests.length)
    expect(client.nowUs).toBeGreaterThanOrEqual(3_000_000)
  })

  test('refused by all: it did not happen, and the last word of a node says why', () => {
    const client = new Scripted(nodes(() => ({ type: 'refused', code: 'overloaded', why: 'too much to do', maybe: false })))
    const result = client.call('put', 'cart', 'milk')
    expect(result).toMatchObject({ outcome: 'fail', code: 'overloaded', why: 'too much to do' })
    expect(result.lineage).toBeUndefined()
    expect(result.attempts).toBeGreaterThan(NODES.length)
    expect(result.attempts).toBeLessThan(120)
  })

  test('a refusal by one that had passed it on to a silent node leaves it open', () => {
    const client = new Scripted(nodes(() => ({ type: 'refused', code: 'not-here', why: 'nobody answers', maybe: true })))
    expect(client.call('put', 'cart', 'milk')).toMatchObject({ outcome: 'info', code: 'not-here', lineage: { made: 'c1.1' } })
  })

  test('one silence and then refusals leave it open', () => {
    const client = new Scripted(
      nodes((node) => (node === homesOf('cart')[0] ? null : { type: 'refused', code: 'siblings', why: 'over 100', maybe: false })),
    )
    expect(client.call('put', 'cart', 'milk')).toMatchObject({ outcome: 'info', code: 'siblings' })
  })

  test('a refusal that every node would repeat ends it at once', () => {
    const client = new Scripted(nodes(() => ({ type: 'refused', code: 'siblings', why: '101 siblings, 100 are allowed', maybe: false })))
    expect(client.call('put', 'cart', 'milk')).toMatchObject({ outcome: 'fail', code: 'siblings', attempts: 1 })
  })
})

describe('quorums', () => {
  const unmet = (maybe: boolean): ClientAnswer => ({
    type: 'unmet',
    node: 'n1',
    got: 1,
    of: 3,
    standIns: [],
    needed: 2,
    missing: ['n2', 'n3'],
    maybe,
  })

  test('R7: a put that met no quorum may surface, and the missing replicas are named', () => {
    const client = new Scripted(nodes(() => unmet(true)))
    const result = client.call('put', 'cart', 'milk')
    expect(result).toMatchObject({ outcome: 'info', code: 'no-quorum', lineage: { made: 'c1.1' } })
    expect(result.why).toBe('1 of 2 answered, missing n2 n3; it may still happen')
  })

  test('F10: refused before anything was written it certainly did not happen', () => {
    const client = new Scripted(nodes(() => unmet(false)))
    expect(client.call('put', 'cart', 'milk')).toMatchObject({ outcome: 'fail', code: 'no-quorum', why: '1 of 2 answered, missing n2 n3' })
  })

  test('a get changes nothing, so that one without its quorum failed', () => {
    const client = new Scripted(nodes(() => unmet(false)))
    expect(client.call('get', 'cart')).toMatchObject({ outcome: 'fail', code: 'no-quorum' })
  })

  test('what is asked for one request goes with it', () => {
    const client = new Scripted(nodes((_, { type }) => (type === 'put' ? stored(events('n1:1')) : found([], events()))))
    client.call('put', 'cart', 'milk', { options: { w: '3', quorum: 'strict' } })
    client.call('get', 'cart', null, { options: { r: '1' } })
    const [put, get] = client.requests
    expect(put).toMatchObject({ w: 3, quorum: 'strict' })
    expect(get?.r).toBe(1)
    expect(get && 'quorum' in get).toBe(false)
  })

  test('who stood in for whom is said beside the answer', () => {
    const client = new Scripted(nodes(() => ({ ...stored(events('n1:1')), standIns: [['n4', 'n2']] }) as ClientAnswer))
    expect(client.call('put', 'cart', 'milk').note).toBe('2 of 3, n4 for n2')
  })
})

describe('contexts', () => {
  /** One replica of everything, which mints events and remembers what contexts came. */
  const keeper = (): { script: Script; contexts: unknown[] } => {
    const contexts: unknown[] = []
    let n = 0
    return {
      contexts,
      script: nodes((_, request) => {
        if (request.type === 'get') return found([[`c7.${n}`, `v${n}`]], events(`n1:${n}`))
        contexts.push(request.context)
        n++
        return stored(events(`n1:${n}`))
      }),
    }
  }

  test('R4: the first put holds nothing, the next one what the first made', () => {
    const { script, contexts } = keeper()
    const client = new Scripted(script)
    expect(client.call('put', 'cart', 'milk').lineage).toEqual({ made: 'c1.1', over: [] })
    expect(client.call('put', 'cart', 'eggs').lineage).toEqual({ made: 'c1.2', over: ['c1.1'] })
    expect(client.call('put', 'other', 'x').lineage).toEqual({ made: 'c1.3', over: [] })
    expect(contexts).toEqual([null, events('n1:1'), null])
  })

  test('a get gives the session what it found', () => {
    const { script, contexts } = keeper()
    const client = new Scripted(script)
    client.call('put', 'cart', 'milk', { options: { blind: 'on' } })
    expect(client.call('get', 'cart').lineage).toEqual({ seen: ['c7.1'] })
    expect(client.call('put', 'cart', 'eggs').lineage).toEqual({ made: 'c1.2', over: ['c7.1'] })
    expect(contexts).toEqual([null, events('n1:1')])
  })

  test('a blind put takes none, whatever the session holds, and the next put replaces both', () => {
    const { script, contexts } = keeper()
    const client = new Scripted(script)
    client.call('put', 'cart', 'milk')
    expect(client.call('put', 'cart', 'eggs', { options: { blind: 'on' } }).lineage).toEqual({ made: 'c1.2', over: [] })
    client.call('put', 'cart', 'bread')
    expect(contexts).toEqual([null, null, events('n1:2')])
  })

  test('a write whose end is unknown gives the session nothing', () => {
    const client = new Scripted(nodes((_, { type }) => (type === 'get' ? found([], events()) : null)))
    client.call('put', 'cart', 'milk')
    client.call('put', 'cart', 'eggs')
    expect(client.requests.map(({ context }) => context)).toEqual(client.requests.map(() => null))
  })

  test('a context can be handed to another client, which then replaces what it names', () => {
    const { script, contexts } = keeper()
    const [one, two] = [new Scripted(script), new Scripted(script)]
    const { context = '' } = one.call('put', 'cart', 'milk')
    expect(context).not.toMatch(/[\s"#]/)
    expect(two.call('put', 'cart', 'eggs', { options: { context } }).lineage).toEqual({ made: 'c1.1', over: ['c1.1'] })
    expect(contexts.at(-1)).toEqual(events('n1:1'))
  })

  test('garbage and the context of another key are refused, and nothing is sent', () => {
    const client = new Scripted(nodes(() => stored(events('n1:1'))))
    const { context = '' } = client.call('put', 'cart', 'milk')
    const sent = client.asked.length
    for (const bad of ['', 'x', '~', `${context}x`, context.replace('n1:1', 'n1:2'), 'n1:1+~~0123456789abcdef']) {
      expect(client.call('put', 'cart', 'eggs', { options: { context: bad } })).toMatchObject({ outcome: 'fail', code: 'bad-context' })
    }
    expect(client.call('put', 'other', 'eggs', { options: { context } })).toMatchObject({ outcome: 'fail', code: 'bad-context' })
    expect(client.asked).toHaveLength(sent)
  })

  test('a delete that holds nothing reads first; a blind one does not', () => {
    const { script, contexts } = keeper()
    const client = new Scripted(script)
    client.call('put', 'cart', 'milk', { options: { blind: 'on' } })
    const other = new Scripted(script)
    expect(other.call('del', 'cart')).toMatchObject({ outcome: 'ok', lineage: { made: 'c1.1', over: ['c7.1'], seen: ['c7.1'] } })
    expect(other.requests.map(({ type }) => type)).toEqual(['get', 'put'])
    other.call('del', 'other', null, { options: { blind: 'on' } })
    expect(other.requests.at(-1)).toMatchObject({ type: 'put', value: null, context: null })
    expect(contexts).toEqual([null, events('n1:1'), null])
  })

  test('what was held and not found again stays held, unless the answer knows of it', () => {
    let answer = found([['c7.1', 'stale']], events('n2:1'))
    const client = new Scripted(nodes((_, { type }) => (type === 'get' ? answer : stored(events('n1:1')))))
    client.call('put', 'cart', 'mine')
    client.call('get', 'cart')
    expect(client.call('put', 'cart', 'x').lineage?.over).toEqual(['c1.1', 'c7.1'])
    expect(client.requests.at(-1)?.context).toEqual(events('n1:1', 'n2:1'))
    answer = found([['c7.2', 'newer']], events('n1:5', 'n2:5'))
    client.call('get', 'cart')
    expect(client.call('put', 'cart', 'y').lineage?.over).toEqual(['c7.2'])
  })

  test('a second life of a client never uses a name of the first', () => {
    const client = new Scripted(
      nodes(() => stored(events('n1:1'))),
      { life: 2 },
    )
    expect(client.call('put', 'cart', 'milk').lineage?.made).toBe('c1.2.1')
  })
})

describe('siblings', () => {
  const three: readonly (readonly [string, string | null])[] = [
    ['c2.1', 'milk,eggs'],
    ['c3.1', 'bread,eggs'],
    ['c4.1', null],
  ]
  const siblings: Script = nodes((_, { type }) => (type === 'get' ? found(three, events('n1:2', 'n4:1')) : stored(events('n1:3', 'n4:1'))))

  test('a get shows them all, sorted; deletes are counted as seen', () => {
    const result = new Scripted(siblings).call('get', 'cart')
    expect(result).toMatchObject({
      value: 'bread,eggs | milk,eggs',
      siblings: ['bread,eggs', 'milk,eggs'],
      note: '2 of 3, and a delete',
      lineage: { seen: ['c2.1', 'c3.1', 'c4.1'] },
    })
  })

  test('F2: resolve writes the union, with the context it read: adds are kept, deletes come back', () => {
    const client = new Scripted(siblings)
    const result = client.call('resolve', 'cart')
    expect(result).toMatchObject({
      outcome: 'ok',
      value: 'bread,eggs,milk',
      lineage: { made: 'c1.1', over: ['c2.1', 'c3.1', 'c4.1'], seen: ['c2.1', 'c3.1', 'c4.1'] },
    })
    expect(client.requests.at(-1)).toMatchObject({ type: 'put', value: 'bread,eggs,milk', context: events('n1:2', 'n4:1') })
  })

  test('resolve takes a value instead of the union', () => {
    expect(new Scripted(siblings).call('resolve', 'cart', 'nothing,at,all')).toMatchObject({ value: 'nothing,at,all' })
  })

  test('where there is one version, resolve writes nothing', () => {
    const client = new Scripted(nodes(() => found([['c2.1', 'milk']], events('n1:1'))))
    expect(client.call('resolve', 'cart')).toMatchObject({ outcome: 'ok', value: 'milk', lineage: { seen: ['c2.1'] } })
    expect(client.requests.map(({ type }) => type)).toEqual(['get'])
  })

  test('append reads, unites and writes what it read plus its own', () => {
    const client = new Scripted(siblings)
    expect(client.call('append', 'cart', ',tea')).toMatchObject({ outcome: 'ok', value: 'bread,eggs,milk,tea', attempts: 2 })
    const alone = new Scripted(nodes((_, { type }) => (type === 'get' ? found([['c2.1', 'b,a']], events('n1:1')) : stored(events('n1:2')))))
    expect(alone.call('append', 'cart', ',c')).toMatchObject({ value: 'b,a,c' })
  })

  test('an append whose read failed certainly wrote nothing', () => {
    const client = new Scripted(nodes(() => null))
    expect(client.call('append', 'cart', 'x')).toMatchObject({ outcome: 'fail', code: 'timeout' })
    expect(client.requests.every(({ type }) => type === 'get')).toBe(true)
  })

  test('two events of one write, and two writes of one value, are shown as one value', () => {
    const twice: Script = nodes(() =>
      found(
        [
          ['c2.1', 'milk'],
          ['c3.1', 'milk'],
        ],
        events('n1:2'),
      ),
    )
    const result = new Scripted(twice).call('get', 'cart')
    expect(result.value).toBe('milk')
    expect(result.siblings).toBeUndefined()
  })
})

describe('what cannot be', () => {
  const client = (): Scripted => new Scripted(nodes(() => stored(events('n1:1'))))

  test.each([
    ['cas', ['a', 'b'] as const, {}, 'unsupported', 'cas: '],
    ['add', '1', {}, 'unsupported', 'add: '],
    ['mul', '2', {}, 'unsupported', 'mul: '],
    ['promote', null, {}, 'unsupported', 'dynamo has no operation promote'],
    ['constructor', null, {}, 'unsupported', 'dynamo has no operation constructor'],
    ['put', 'v'.repeat(65_537), {}, 'too-large', 'keys take'],
    ['put', null, {}, 'malformed', 'not a value for put'],
    ['put', 'v', { w: '4' }, 'malformed', 'w=4: expected 1 to 3, for n=3'],
    ['put', 'v', { w: '0' }, 'malformed', 'w=0'],
    ['put', 'v', { r: '1' }, 'malformed', 'put takes no option r'],
    ['get', null, { r: 'x' }, 'malformed', 'r=x'],
    ['get', null, { quorum: 'loose' }, 'malformed', 'quorum=loose'],
    ['put', 'v', { blind: 'on', context: 'x' }, 'malformed', 'blind means'],
    ['join', null, {}, 'malformed', 'cart is no node'],
  ] as const)('%s is refused in one line, and nothing is sent (case %#)', (f, value, options, code, why) => {
    const alone = client()
    const result = alone.call(f, 'cart', value, { options })
    expect(result).toMatchObject({ outcome: 'fail', code, attempts: 0 })
    expect(result.why?.startsWith(why)).toBe(true)
    expect(result.why).not.toContain('\n')
    expect(alone.asked).toEqual([])
  })

  test('a union that is too large is refused before it is written', () => {
    const half = 'v'.repeat(40_000)
    const alone = new Scripted(
      nodes(() =>
        found(
          [
            ['c2.1', `${half}a`],
            ['c2.2', `${half}b`],
          ],
          events('n1:2'),
        ),
      ),
    )
    expect(alone.call('resolve', 'cart')).toMatchObject({ outcome: 'fail', code: 'too-large' })
  })

  test('more than a thousand waiting operations are refused', () => {
    const silent = new Scripted(nodes(() => null))
    for (let i = 0; i < 1_030; i++) silent.invoke('get', 'cart')
    expect(silent.results.map(({ code }) => code)).toEqual(['overloaded', 'overloaded', 'overloaded', 'overloaded', 'overloaded'])
  })
})

describe('members', () => {
  test('a join is said to the node that joins, a leave to the one that leaves or to another', () => {
    const client = new Scripted((node, request) => (request.type === 'map' ? MAP : { type: 'changed', node }))
    expect(client.call('join', 'n6', 'n2')).toMatchObject({ outcome: 'ok', node: 'n6' })
    client.call('leave', 'n2')
    client.call('leave', 'n2', null, { via: 'n4' })
    expect(client.asked.map(({ to, type, seed, node }) => [to, type, seed ?? node])).toEqual([
      ['n6', 'join', 'n2'],
      ['n2', 'leave', 'n2'],
      ['n4', 'leave', 'n2'],
    ])
  })

  test('a change that cannot be is refused with the reason', () => {
    const client = new Scripted(() => ({ type: 'refused', code: 'no-change', why: 'n2 is a member already', maybe: false }))
    expect(client.call('join', 'n2')).toMatchObject({ outcome: 'fail', code: 'no-change', why: 'n2 is a member already' })
  })
})

describe('junk', () => {
  const JUNK: readonly Fields[] = [
    { type: 'done' },
    { type: 'done', node: 'n1', got: 2, of: 3, standIns: [], context: { clock: { constructor: 1 }, dots: [] }, versions: null },
    { type: 'done', node: 'n1', got: -1, of: 3, standIns: [], context: { clock: {}, dots: [] }, versions: null },
    { type: 'done', node: 'n1', got: 1, of: 3, standIns: ['n4'], context: { clock: {}, dots: [] }, versions: [] },
    { type: 'unmet', node: 'n1', got: 1, of: 3 },
    { type: 'refused', code: 'because', why: 'x', maybe: false },
    { type: 'map', history: 7 },
    { type: '__proto__' },
  ]

  test('an answer that is none is as good as silence: another node is asked', () => {
    for (const junk of JUNK) {
      const first = homesOf('cart')[0]
      const client = new Scripted(nodes((node) => (node === first ? junk : stored(events('n1:1'), node))))
      expect(client.call('put', 'cart', 'milk')).toMatchObject({ outcome: 'ok', attempts: 2 })
    }
  })

  test('only junk leaves a put open', () => {
    const client = new Scripted(nodes(() => ({ type: 'done' })))
    expect(client.call('put', 'cart', 'milk').outcome).toBe('info')
  })

  test('messages that answer nothing are dropped', () => {
    const client = new Scripted(nodes(() => stored(events('n1:1'))))
    for (const message of [null, 7, 'text', [], {}, { type: 1 }, { type: 'done', re: 'c1.1.x.1' }, { type: 'put', re: 7 }]) {
      expect(client.tell('n1', message)).toMatchObject({ send: [], results: [] })
    }
    expect(client.call('put', 'cart', 'milk').outcome).toBe('ok')
  })

  test('keys that are names of what every object has are keys', () => {
    const client = new Scripted(nodes((_, { type }) => (type === 'get' ? found([], events()) : stored(events('n1:1')))))
    expect(client.call('put', '__proto__', 'x').lineage).toEqual({ made: 'c1.1', over: [] })
    expect(client.call('put', 'constructor', 'x').lineage).toEqual({ made: 'c1.2', over: [] })
    expect(client.call('put', '__proto__', 'y').lineage).toEqual({ made: 'c1.3', over: ['c1.1'] })
  })
})
