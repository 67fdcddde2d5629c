import { describe, expect, it } from 'vitest'
import { five, inDynamo, parsed, refused } from './words.ts'

const node = (id: string): object => ({ kind: 'node', id })
const set = (...items: object[]): object => expect.objectContaining({ items })
const leader = { kind: 'leader' }
const rest = { kind: 'rest' }

describe('what a line means', () => {
  it.each([
    ['put city Oslo', { name: 'put', key: 'city', value: 'Oslo', options: {} }],
    ['put city "none" as=c2 timeout=1s', { value: 'none', options: { as: 'c2', timeoutMs: 1000 } }],
    ['get x via=leader', { name: 'get', options: { via: set(leader) } }],
    ['get x via=$old', { options: { via: set({ kind: 'variable', name: 'old' }) } }],
    ['del x', { name: 'del', key: 'x' }],
    ['cas seat none Ada', { name: 'cas', key: 'seat', old: null, new: 'Ada' }],
    ['cas seat "none" none', { old: 'none', new: null }],
    ['add x -02.50', { name: 'add', amount: '-2.5' }],
    ['mul x 1.05', { name: 'mul', amount: '1.05' }],
    ['append log a', { name: 'append', value: 'a' }],
    ['kill n1 2,3', { name: 'kill', nodes: set(node('n1'), node('n2'), node('n3')) }],
    ['kill n1, n2', { nodes: set(node('n1'), node('n2')) }],
    ['restart followers(2)', { name: 'restart', nodes: set({ kind: 'followers', count: 2 }) }],
    ['kill random', { nodes: set({ kind: 'random', count: 1 }) }],
    ['sleep leader for=6s', { name: 'sleep', nodes: set(leader), forMs: 6000 }],
    ['sleep n1', { forMs: null }],
    ['powercut n1 n2 torn', { name: 'powercut', nodes: set(node('n1'), node('n2')), torn: true }],
    ['powercut all', { torn: false }],
    ['wipe n2 as=amnesiac', { name: 'wipe', amnesiac: true }],
    ['partition n1 c1 | rest', { shape: { kind: 'groups', groups: [set(node('n1'), { kind: 'client', id: 'c1' }), set(rest)] } }],
    ['partition n1 | n2 | n3 4 5', { shape: { groups: [set(node('n1')), set(node('n2')), set(node('n3'), node('n4'), node('n5'))] } }],
    ['partition bridge', { shape: { kind: 'named', topology: 'bridge' } }],
    ['isolate leader', { name: 'isolate', nodes: set(leader) }],
    ['cut leader -> rest', { name: 'cut', link: { from: set(leader), to: set(rest), oneWay: true } }],
    ['cut 1|2', { link: { from: set(node('n1')), to: set(node('n2')), oneWay: false } }],
    ['hold n1 -> n2', { name: 'hold', link: { oneWay: true } }],
    ['link clear', { name: 'link', change: { kind: 'clear' } }],
    [
      'link n1 | rest delay=50ms jitter=10ms shape=exp loss=5% dup=1% reorder=2% corrupt=1% rate=1mbit',
      {
        change: {
          bend: { delayMs: 50, jitterMs: 10, shape: 'exp', loss: 0.05, duplicate: 0.01, reorder: 0.02, corrupt: 0.01, rate: 125_000 },
        },
      },
    ],
    ['clock n1 n2 -60s', { name: 'clock', nodes: set(node('n1'), node('n2')), change: { kind: 'skew', ms: -60_000 } }],
    ['clock all drift=-1%', { change: { kind: 'drift', fraction: -0.01 } }],
    ['clock n1 ok', { change: { kind: 'ok' } }],
    ['disk n1 slow=200ms', { name: 'disk', change: { kind: 'slow', ms: 200 } }],
    ['disk n1 n2 flip', { nodes: set(node('n1'), node('n2')), change: { kind: 'flip' } }],
    [
      'chaos start',
      {
        change: {
          kind: 'start',
          faults: ['kill', 'sleep', 'cut', 'one-way', 'loss', 'delay'],
          everyMs: 2000,
          holdMs: 3000,
          keep: 'majority',
        },
      },
    ],
    [
      'chaos start faults=cut,kill every=1s hold=500ms keep=none',
      { change: { faults: ['kill', 'cut'], everyMs: 1000, holdMs: 500, keep: 'none' } },
    ],
    ['chaos stop', { change: { kind: 'stop' } }],
    [
      'load start',
      { change: { kind: 'start', clients: 3, keys: 10, ratePerSecond: 200, mix: { put: 40, get: 50, cas: 10 }, timeoutMs: 3000 } },
    ],
    ['load start clients=1 rate=max mix=add:1', { change: { clients: 1, ratePerSecond: 0, mix: { add: 1 } } }],
    ['reset nodes=9 preset=fast', { name: 'reset', nodes: 9, mode: null, settings: [{ name: 'preset', value: 'fast' }] }],
    ['reset mode=dynamo w=1', { nodes: null, mode: 'dynamo', settings: [{ name: 'w', value: '1' }] }],
    ['wait 1.5s', { name: 'wait', ms: 1500 }],
    ['at 3s kill follower', { name: 'at', ms: 3000, command: { name: 'kill', text: 'kill follower' } }],
    ['at 3s every 2s kill follower', { name: 'at', command: { name: 'every', command: { name: 'kill' } } }],
    ['after 3s put x 1 timeout=1s', { name: 'after', command: { name: 'put', options: { timeoutMs: 1000 } } }],
    ['every 2s put x 1 as=c1 times=5', { name: 'every', times: 5, command: { name: 'put', options: { as: 'c1' }, text: 'put x 1 as=c1' } }],
    ['every 2s heal', { times: null }],
    ['every stop', { name: 'every-stop' }],
    ['await all', { name: 'await', client: null }],
    ['await c2', { client: 'c2' }],
    ['peek city', { name: 'peek', nodes: null }],
    ['peek city n2', { nodes: set(node('n2')) }],
    ['check', { name: 'check', checker: null }],
    ['check linearizable', { checker: 'linearizable' }],
    ['let old = leader', { name: 'let', variable: 'old', value: { kind: 'set', set: set(leader) } }],
    ['let pair=n1 n2', { value: { kind: 'set', set: set(node('n1'), node('n2')) } }],
    ['let c = commit(leader)', { value: { kind: 'fact', fact: { kind: 'mode', name: 'commit', nodes: set(leader) } } }],
    ['let e = last(n1)', { value: { kind: 'fact', fact: { name: 'last' } } }],
    ['let e = last', { value: { kind: 'set', set: set({ kind: 'last' }) } }],
    [
      'set heartbeat=50ms election=150-300',
      {
        name: 'set',
        settings: [
          { name: 'heartbeat', value: '50ms' },
          { name: 'election', value: '150-300ms' },
        ],
      },
    ],
    ['help', { name: 'help', topic: null }],
    ['help clock and disk', { topic: 'clock and disk' }],
    ['save mine.md force', { name: 'save', file: 'mine.md', force: true }],
    ['run "my labs/a b.md"', { name: 'run', file: 'my labs/a b.md' }],
    ['quit', { name: 'quit' }],
    ['', { name: 'nothing' }],
    ['  # a note', { name: 'nothing' }],
  ])('%s', (line, meaning) => {
    expect(parsed(line)).toMatchObject(meaning)
  })

  it('keeps what was typed, without comment and &', () => {
    expect(parsed('  put  city Oslo & # soon')).toMatchObject({ text: 'put  city Oslo', background: true })
  })

  it('in dynamo a key names nodes', () => {
    expect(parsed('kill home(my key, 2)'.replace('my key', '"my key"'), inDynamo)).toMatchObject({
      nodes: set({ kind: 'home', key: 'my key', place: 2 }),
    })
    expect(parsed('kill homes(city)', inDynamo)).toMatchObject({ nodes: set({ kind: 'homes', key: 'city' }) })
    expect(refused('kill home(city, 1)', five)).toBe('column 6: home belongs to dynamo')
  })

  it('without a list of nodes and names, any node and name is taken', () => {
    expect(parsed('kill n99 $any', { mode: five.mode })).toMatchObject({ nodes: set(node('n99'), { kind: 'variable', name: 'any' }) })
  })

  it('takes a key of 256 bytes and a value of 64 kB, and no more', () => {
    expect(parsed(`put ${'ø'.repeat(128)} ${'v'.repeat(65_536)}`)).toMatchObject({ name: 'put' })
    expect(refused(`put ${'ø'.repeat(129)} v`)).toBe('column 5: the key has 258 bytes; 256 are the most')
    expect(refused(`put k ${'v'.repeat(65_537)}`)).toBe('column 7: the value has 65537 bytes; 64 kB (65536) are the most')
    expect(refused(`put k ${'v'.repeat(500_000)}`)).toBe('column 1: the line has 500006 characters; 450000 are the most')
  })
})
