/** Every Dynamo invariant bites: one hand-made history each, in which exactly that promise is broken. */
import { describe, expect, test } from 'vitest'
import { emptyOutput, type Input, type MachineEvent, type Stream } from '../../src/machine/contract.ts'
import type { StoredRecord } from '../../src/modes/dynamo/house.ts'
import { encodeRecord } from '../../src/modes/dynamo/records.ts'
import { readOptions } from '../../src/modes/dynamo/settings.ts'
import type { Copy } from '../../src/modes/dynamo/versions.ts'
import { Graph } from '../../src/sim/dynamo-graph.ts'
import { DynamoMonitor } from '../../src/sim/dynamo-invariants.ts'

const KEY = 'k'
const NODES = ['n1', 'n2', 'n3']

/** `copyOf('c1.1 n1:1', 'c2.1 n2:1')`, having seen these events and those named in `seen`. */
function copyOf(versions: readonly string[], seen: Readonly<Record<string, number>> = {}): Copy {
  const clock: Record<string, number> = { ...seen }
  const made = versions.map((text) => {
    const [op = '', event = ''] = text.split(' ')
    const [actor = '', n = ''] = event.split(':')
    clock[actor] = Math.max(clock[actor] ?? 0, Number(n))
    return { op, dot: { actor, n: Number(n) }, clock: {}, value: `value of ${op}`, wallMs: 0 }
  })
  return { seen: { clock, dots: [] }, versions: made }
}

const tombstone = (copy: Copy): Copy => ({ ...copy, versions: copy.versions.map((version) => ({ ...version, value: null })) })
const record = (copy: Copy): StoredRecord => ({ kind: 'copy', key: KEY, copy })
const hint = (home: string, copy: Copy): StoredRecord => ({ kind: 'hint', home, key: KEY, copy, sinceMs: 0 })

/** Three nodes under the monitor; what they write is synced at once unless said otherwise. */
function cluster(settings: Readonly<Record<string, string>> = {}, spares: readonly string[] = []) {
  const graph = new Graph()
  const monitor = new DynamoMonitor({ nodes: NODES, spares, keys: [KEY] }, readOptions({ w: '1', ...settings }), graph)
  const hints = new Map<string, Readonly<Record<string, number>>>()
  monitor.attach((node) => ({ mapDigest: 'm', hints: hints.get(node) ?? {} }))
  const written = new Map<string, number>()
  let nowUs = 0
  const step = (
    node: string,
    inputs: readonly Input[],
    records: readonly StoredRecord[] = [],
    events: readonly MachineEvent[] = [],
  ): void => {
    const output = emptyOutput()
    nowUs += 1000
    for (const one of records) {
      const stream: Stream = one.kind.startsWith('hint') ? 'bulk' : 'log'
      output.store.push({ stream, bytes: encodeRecord(one) })
      written.set(`${node} ${stream}`, (written.get(`${node} ${stream}`) ?? 0) + 1)
    }
    output.events.push(...events)
    monitor.stepped({ node, input: { nowUs, wallMs: 0, inputs }, output, status: null })
  }
  const start = (node: string, log: readonly StoredRecord[] = [], bulk: readonly StoredRecord[] = [], lostDisk = false): void => {
    const input: Input = { kind: 'start', log: log.map(encodeRecord), bulk: bulk.map(encodeRecord), lostDisk, incarnation: 1 }
    written.set(`${node} log`, log.length)
    written.set(`${node} bulk`, bulk.length)
    step(node, [input])
  }
  const write = (node: string, ...records: readonly StoredRecord[]): void => step(node, [], records)
  const store = (node: string, ...records: readonly StoredRecord[]): void => {
    write(node, ...records)
    for (const stream of ['log', 'bulk'] as const) monitor.durable(node, stream, written.get(`${node} ${stream}`) ?? 0)
  }
  const answer = (op: string, over: readonly string[] = [], outcome: 'ok' | 'info' | 'fail' = 'ok', needed = 1): void => {
    const made = { op, key: KEY, value: `value of ${op}`, outcome, over }
    graph.add(made)
    monitor.answered(made, { needed, era: monitor.era })
  }
  const down = (node: string, peer: string): void => step(node, [], [], [{ type: 'peer-down', peer }])
  for (const node of NODES) start(node)
  return { monitor, graph, hints, start, step, write, store, answer, down }
}

describe('events and clocks', () => {
  test('an event that is made twice: a node that lost its data went on under its old name (V6)', () => {
    const { store } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    expect(() => store('n2', record(copyOf(['c2.7 n1:1'])))).toThrow(/event n1:1 of k made c1.1, and on n2 it makes c2.7/)
  })

  test('a copy that has unseen what it had seen', () => {
    const { store } = cluster()
    store('n1', record(copyOf(['c1.2 n1:2'], { n2: 4 })))
    expect(() => store('n1', record(copyOf(['c1.2 n1:2'], { n2: 3 })))).toThrow(/unseen/)
  })

  test('a clock of the paper without the event it stands for (V5)', () => {
    const { store } = cluster({ versions: 'classic' })
    expect(() => store('n1', record(copyOf(['c1.2 n1:2'])))).toThrow(/does not hold its own event n1:2/)
  })
})

describe('no acknowledged write lost', () => {
  test('a copy may not lose a version that nothing in it replaced', () => {
    const { store, answer } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    answer('c2.1', [], 'info')
    expect(() => store('n1', record(copyOf(['c2.1 n2:1'], { n1: 1 })))).toThrow(/n1 lost c1.1 of k, which nothing there replaced/)
  })

  test('what was in the context of a write may go', () => {
    const { store, answer } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    answer('c2.1', ['c1.1'], 'info')
    expect(() => store('n1', record(copyOf(['c2.1 n2:1'], { n1: 1 })))).not.toThrow()
  })

  test('as long as a client waits, its write may have done it; when it is answered, it is known', () => {
    const { store, answer } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    store('n1', record(copyOf(['c2.1 n2:1'], { n1: 1 })))
    expect(() => answer('c2.1', [])).toThrow(/n1 lost c1.1/)
  })

  test('through others counts, whatever became of them', () => {
    const { store, answer } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    store('n1', record(copyOf(['c3.1 n3:1'], { n1: 1, n2: 1 })))
    answer('c3.1', ['c2.1'])
    expect(() => answer('c2.1', ['c1.1'], 'info')).not.toThrow()
  })

  test('a holder lets its hint go before its home has it on its disk', () => {
    const { store, write, answer, down } = cluster()
    down('n1', 'n3')
    store('n2', hint('n3', copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    write('n3', record(copyOf(['c1.1 n1:1'])))
    expect(() => store('n2', { kind: 'hint-gone', home: 'n3', key: KEY })).toThrow(/c1.1 of k is on no disk any more/)
  })

  test('with the only disk that had it a write may go', () => {
    const { monitor, store, answer } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    expect(monitor.isExcused('c1.1')).toBe(false)
    monitor.wiped('n1')
    expect(monitor.isExcused('c1.1')).toBe(true)
  })

  test('while another disk has it, it may not', () => {
    const { monitor, store, answer } = cluster()
    for (const node of ['n1', 'n2']) store(node, record(copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    monitor.wiped('n1')
    expect(monitor.isExcused('c1.1')).toBe(false)
  })

  test('a crash excuses what no disk had only where writes are buffered', () => {
    for (const durability of ['buffered', 'all']) {
      const { monitor, answer } = cluster({ durability }, [])
      if (durability === 'all') {
        expect(() => answer('c1.1')).toThrow(/acknowledged for 1 nodes, but only none had it on a disk/)
        continue
      }
      answer('c1.1')
      monitor.crashed('n1')
      expect(monitor.isExcused('c1.1')).toBe(true)
    }
  })
})

describe('disks', () => {
  test('a write is acknowledged by fewer disks than it says', () => {
    const { store, write, answer } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    write('n2', record(copyOf(['c1.1 n1:1'])))
    expect(() => answer('c1.1', [], 'ok', 2)).toThrow(/acknowledged for 2 nodes, but only n1 had it on a disk/)
  })

  test('synced records may not be missing in the next life', () => {
    const { store, start } = cluster()
    store('n1', record(copyOf(['c1.1 n1:1'])))
    expect(() => start('n1')).toThrow(/n1 found 0 log records, but 1 were synced/)
  })

  test('a holder forgets its hints over its restart (F3)', () => {
    const { store, start, down, hints } = cluster()
    down('n1', 'n3')
    const kept = hint('n3', copyOf(['c1.1 n1:1']))
    store('n2', kept)
    hints.set('n2', { n3: 1 })
    expect(() => start('n2', [], [kept])).not.toThrow()
    hints.set('n2', {})
    expect(() => start('n2', [], [kept])).toThrow(/n2 has 1 hints on its disk and knows of 0/)
  })

  test('the source of a transfer deletes first (F37)', () => {
    const { store, answer } = cluster({ n: '1' }, ['n4'])
    const history = [...NODES, 'n4'].map((node) => ({ kind: 'join', node, at: node === 'n4' ? 1 : 0, by: node }))
    store('n1', { kind: 'map', history, arriving: [] })
    store('n1', record(copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    expect(() => store('n1', { kind: 'drop', key: KEY })).toThrow(/before its home n\d had c1.1|on no disk any more/)
  })

  test('a tombstone that goes is no loss', () => {
    const { monitor, store, answer } = cluster()
    store('n1', record(tombstone(copyOf(['c1.1 n1:1']))))
    answer('c1.1')
    store('n1', { kind: 'drop', key: KEY })
    expect(monitor.wasReaped('c1.1')).toBe(true)
  })
})

describe('siblings and hints', () => {
  test('siblings of which one was in the context of the other', () => {
    const { store, answer } = cluster()
    answer('c1.1', [], 'info')
    answer('c2.1', ['c1.1'], 'info')
    expect(() => store('n1', record(copyOf(['c1.1 n1:1', 'c2.1 n2:1'])))).toThrow(/n1 keeps c1.1 of k beside c2.1, whose context held it/)
  })

  test('a retried write may have left a twin beside what replaced the first', () => {
    const { store, answer } = cluster()
    answer('c1.1', [], 'info')
    answer('c2.1', ['c1.1'], 'info')
    store('n3', record(copyOf(['c1.1 n3:1'])))
    expect(() => store('n1', record(copyOf(['c1.1 n1:1', 'c2.1 n2:1'])))).not.toThrow()
  })

  test('a stand-in does not serve the hint it keeps', () => {
    const { monitor, store, answer, down } = cluster()
    down('n1', 'n3')
    store('n2', hint('n3', copyOf(['c1.1 n1:1'])))
    answer('c1.1')
    const ask = (id: string, copy: Copy | null): void => {
      monitor.leaving('n1', 'n2', { type: 'read', key: KEY, id })
      store('n2')
      monitor.leaving('n2', 'n1', { type: 'copy', copy, arriving: null, re: id })
    }
    expect(() => ask('q1', copyOf(['c1.1 n1:1']))).not.toThrow()
    expect(() => ask('q2', null)).toThrow(/n2 answered a read of k with nothing, but it keeps c1.1/)
  })

  test('a hint for a home that everybody hears', () => {
    const { store } = cluster()
    expect(() => store('n2', hint('n3', copyOf(['c1.1 n1:1'])))).toThrow(/for n3, whom nobody takes to be down/)
    expect(() => store('n3', hint('n3', copyOf(['c1.1 n1:1'])))).toThrow(/a hint of k for itself/)
  })
})
