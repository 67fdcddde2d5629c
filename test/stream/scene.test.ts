/** The picture as a function of the events: what each does to it, what it leaves as it was, and that nothing in it grows without end. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Ribbon } from '../../src/cluster/ribbon.ts'
import type { LabEvent } from '../../src/history/types.ts'
import type { LogStrip } from '../../src/modes/face.ts'
import { eventIn } from '../../src/stream/event-shape.ts'
import type { NodeFace } from '../../src/stream/events.ts'
import { emptyScene, reduceScene, type Scene } from '../../src/stream/scene.ts'

const SECOND = 1e9

function face(id: string, more: Partial<NodeFace> = {}): NodeFace {
  return {
    id,
    state: 'live',
    role: null,
    weight: 'none',
    facts: [],
    strip: null,
    rssMb: 40,
    cpuPercent: 1,
    disk: null,
    clock: null,
    ...more,
  }
}

function event(time: number, type: string, fields: Readonly<Record<string, unknown>> = {}): LabEvent {
  return { time, type, ...fields }
}

function sceneOf(...events: readonly LabEvent[]): Scene {
  return events.reduce(reduceScene, emptyScene('raft', ['n1', 'n2', 'n3']))
}

const faces = (time: number, ids: readonly string[], ...changed: readonly NodeFace[]): LabEvent =>
  event(time, 'faces', { ids, faces: changed })

describe('nodes', () => {
  test('stand in the order of the ids; those that left go, those that came start, the others keep their identity', () => {
    const before = sceneOf(faces(1, ['n1', 'n2', 'n3'], face('n1'), face('n2'), face('n3')))
    const after = reduceScene(before, faces(2, ['n1', 'n3', 'n4', 'b0'], face('n3', { state: 'dead' })))
    expect(after.nodes.map(({ id, state }) => `${id} ${state}`)).toEqual(['n1 live', 'n3 dead', 'n4 starting', 'b0 starting'])
    expect(after.nodes[0]).toBe(before.nodes[0])
    expect(after.tempo).toBe(before.tempo)
    expect(after.events).toBe(before.events)
  })

  const strip = (from: number, runs: LogStrip['runs'], commit = 0): LogStrip => {
    const last = from - 1 + runs.reduce((sum, [, count]) => sum + count, 0)
    return { from, runs, last, commit }
  }
  const stripped = (time: number, now: LogStrip | null): LabEvent => faces(time, ['n1'], face('n1', { strip: now }))

  test.each([
    [
      'another term in its place',
      strip(1, [[1, 5]]),
      strip(1, [
        [1, 3],
        [2, 2],
      ]),
      { from: 4, to: 5 },
    ],
    ['cut and not yet replaced', strip(1, [[1, 5]]), strip(1, [[1, 3]]), { from: 4, to: 5 }],
    [
      'replaced by fewer',
      strip(1, [
        [1, 3],
        [2, 4],
      ]),
      strip(1, [
        [1, 3],
        [3, 1],
      ]),
      { from: 4, to: 7 },
    ],
    [
      'in a window that moved on',
      strip(1, [[1, 64]]),
      strip(60, [
        [1, 2],
        [2, 62],
      ]),
      { from: 62, to: 64 },
    ],
    [
      'appended only',
      strip(1, [[1, 5]]),
      strip(1, [
        [1, 5],
        [2, 9],
      ]),
      null,
    ],
    ['moved on beyond all that was seen', strip(1, [[1, 64]]), strip(900, [[3, 64]]), null],
    ['a node that says nothing', strip(1, [[1, 5]]), null, null],
  ] as const)('entries that were overwritten are marked: %s', (_, before, now, gone) => {
    const [node] = sceneOf(stripped(1, before), stripped(2, now)).nodes
    expect(node?.overwritten).toEqual(gone === null ? null : { atNs: 2, ...gone })
  })

  test('the mark is there for two seconds, whatever else the node says, and then goes by itself', () => {
    const marked = sceneOf(
      stripped(0, strip(1, [[1, 5]])),
      stripped(
        SECOND,
        strip(1, [
          [1, 3],
          [2, 2],
        ]),
      ),
      stripped(
        2 * SECOND,
        strip(1, [
          [1, 3],
          [2, 3],
        ]),
      ),
    )
    expect(marked.nodes[0]?.overwritten).toEqual({ atNs: SECOND, from: 4, to: 5 })
    expect(reduceScene(marked, event(3 * SECOND, 'note')).nodes).toBe(marked.nodes)
    expect(reduceScene(marked, event(3 * SECOND + 1, 'note')).nodes[0]?.overwritten).toBeNull()
  })
})

describe('health', () => {
  test('the ribbon is the one that the watch keeps, however far back a state turned out to begin', () => {
    const changes = fc.array(fc.tuple(fc.constantFrom('healthy', 'degraded', 'unhealthy'), fc.nat(3_000), fc.nat(5_000)), { maxLength: 40 })
    fc.assert(
      fc.property(changes, (pushed) => {
        const ribbon = new Ribbon()
        ribbon.push('unhealthy', 5)
        let scene = sceneOf(
          event(6, 'started', {
            mode: 'raft',
            nodes: 3,
            seed: 1,
            bug: 'none',
            tolerates: 1,
            observed: { state: 'unhealthy', why: '', since: 5 },
          }),
        )
        let time = 10
        for (const [state, later, back] of pushed) {
          time += later
          const fromNs = Math.max(0, time - back)
          // The watch tells a change only when the state is another than it last observed.
          if (scene.observed?.state === state) continue
          ribbon.push(state, fromNs)
          scene = reduceScene(scene, event(time, 'health', { which: 'observed', state, why: 'because', fromNs, text: state }))
        }
        expect(scene.ribbon).toEqual(ribbon.all)
      }),
      { numRuns: 200 },
    )
  })

  test('a reason that changes while the state stays is shown as it is now', () => {
    const health = event(1, 'health', { which: 'observed', state: 'degraded', why: 'leader does not hear n3' })
    const predicted = { state: 'degraded', uncertain: false, spare: 0, why: '2 of 5 down' }
    const now = event(2, 'cluster', { leader: 'n2', term: 3, facts: null, predicted, why: 'leader does not hear n3 n4', faults: [] })
    expect(sceneOf(health, now).observed).toEqual({
      state: 'degraded',
      why: 'leader does not hear n3 n4',
      sinceNs: sceneOf(health).observed?.sinceNs,
    })
  })

  test('what is predicted comes whole with the cluster, and its state at once with the line for people', () => {
    const predicted = { state: 'healthy', uncertain: false, spare: 1, why: 'all up' } as const
    const scene = sceneOf(event(1, 'cluster', { leader: 'n2', term: 3, facts: null, predicted, faults: ['n1 dead'] }))
    expect(scene).toMatchObject({ leader: 'n2', term: 3, predicted, faults: ['n1 dead'] })
    const told = reduceScene(scene, event(2, 'health', { which: 'predicted', state: 'degraded', why: '1 of 3 down', fromNs: 2 }))
    expect(told.predicted).toEqual({ ...predicted, state: 'degraded', why: '1 of 3 down' })
    expect(told.ribbon).toBe(scene.ribbon)
  })
})

describe('what people did', () => {
  test('an answer finds its command among equal ones by the time it was given', () => {
    const command = (time: number): LabEvent => event(time, 'command', { text: 'get city', author: 'person' })
    const answer = (sinceNs: number, value: string): LabEvent =>
      event(9, 'answer', { command: 'get city', author: 'person', answer: { value }, sinceNs })
    const { commands } = sceneOf(command(1), command(2), command(3), answer(3, 'c'), answer(1, 'a'), answer(77, 'lost'))
    expect(commands.map((one) => one.answer)).toEqual([{ value: 'a' }, null, { value: 'c' }])
  })

  test('faults and their undoing are marks in the words of the command; faults are counted, and what has a line is an event', () => {
    const scene = sceneOf(
      event(1, 'fault', { command: 'kill n3' }),
      event(2, 'fault', { command: 'cut n1 | n2', text: 'chaos: cut n1 | n2' }),
      event(3, 'undone', { command: 'restart n3' }),
      event(4, 'undone', { text: 'n2 woke' }),
    )
    expect(scene.marks.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'fault kill n3',
      'fault cut n1 | n2',
      'undone restart n3',
      'undone n2 woke',
    ])
    expect(scene.faultCount).toBe(2)
    expect(scene.events.map(({ text }) => text)).toEqual(['chaos: cut n1 | n2', 'n2 woke'])
  })

  test('the block that runs is the one that has begun and not ended', () => {
    const block = (status: string, line: number): LabEvent => event(line, 'block', { file: 'a.md', line, heading: `at ${line}`, status })
    expect(sceneOf(block('begun', 3)).block).toEqual({ file: 'a.md', line: 3, heading: 'at 3' })
    expect(sceneOf(block('begun', 3), block('begun', 8), block('passed', 3)).block?.line).toBe(8)
    expect(sceneOf(block('begun', 3), block('failed', 3)).block).toBeNull()
  })
})

describe('the rest', () => {
  test('each sample takes its place, and nothing else moves', () => {
    const scene = sceneOf()
    const ring = { nodes: ['n1'], owners: [0, 0] }
    const samples: readonly [LabEvent, Partial<Scene>][] = [
      [
        event(1, 'links', { bent: [{ from: 'n1', to: 'n2', cut: true, words: 'cut' }] }),
        { bent: [{ from: 'n1', to: 'n2', cut: true, words: 'cut' }] },
      ],
      [
        event(1, 'traffic', { ms: 1_000, links: [['n1', 'n2', 3, 1]] }),
        { traffic: { type: 'traffic', ms: 1_000, links: [['n1', 'n2', 3, 1]] } },
      ],
      [event(1, 'invariants', { rows: [{ name: 'a', holds: true, why: 'b' }] }), { invariants: [{ name: 'a', holds: true, why: 'b' }] }],
      [event(1, 'ring', { ring, keys: [] }), { ring, keys: [] }],
      [
        event(1, 'started', { mode: 'dynamo', nodes: 3, seed: 7, bug: 'none', tolerates: null, banner: { claim: 'x', tries: [] } }),
        { mode: 'dynamo', seed: 7, bug: 'none', banner: { claim: 'x', tries: [] } },
      ],
      [event(1, 'something of tomorrow', { rows: 3 }), {}],
    ]
    for (const [sample, change] of samples) expect(reduceScene(scene, sample)).toEqual({ ...scene, nowNs: 1, ...change })
  })

  test('a replay begins with nothing and has its nodes from the first event; time never goes back', () => {
    const scene = reduceScene(emptyScene('', []), event(50, 'started', { mode: 'raft', nodes: 2, seed: 1, bug: 'none', tolerates: 0 }))
    expect(scene.nodes.map(({ id, state }) => `${id} ${state}`)).toEqual(['n1 starting', 'n2 starting'])
    expect(reduceScene(scene, event(20, 'note', { text: 'late' })).nowNs).toBe(50)
  })

  test('a run may last for days: every list keeps its newest', () => {
    let scene = sceneOf()
    for (let i = 0; i < 2_500; i++) {
      const time = i * 250e6
      scene = reduceScene(scene, event(time, 'command', { text: `c${i}`, author: 'person' }))
      scene = reduceScene(scene, event(time, 'fault', { command: `f${i}` }))
      scene = reduceScene(
        scene,
        event(time, 'tempo', { ms: 500, ok: i, fail: 0, info: 0, p50Ms: 1, p99Ms: 2, passed: 0, dropped: 0, sent: {} }),
      )
      scene = reduceScene(scene, event(time, 'messages', { records: [[time / 1_000, 'n1', 'n2', 'append', 'passed', 1]], left: 0 }))
    }
    expect([scene.events, scene.marks, scene.tempo, scene.commands].map(({ length }) => length)).toEqual([2_000, 2_000, 600, 500])
    expect([scene.events.at(-1)?.text, scene.marks.at(-1)?.text, scene.tempo.at(-1)?.ok, scene.commands.at(-1)?.text]).toEqual([
      'c2499',
      'f2499',
      2_499,
      'c2499',
    ])
    const [oldest, newest] = [scene.messages[0]?.[0]?.[0], scene.messages.at(-1)?.[0]?.[0]]
    expect(newest).toBe(2_499 * 250_000)
    expect(oldest).toBe(2_499 * 250_000 - 30e6)
  })
})

describe('messages', () => {
  const said = (time: number, left: number, ...atUs: readonly number[]): LabEvent =>
    event(time, 'messages', { records: atUs.map((us) => [us, 'n1', 'n2', 'append', 'passed', 1]), left })

  test('how many more there were stays beside each batch, and goes with it', () => {
    const both = sceneOf(said(1, 5, 10), said(2, 7, 20, 21))
    expect([both.messages.map(({ length }) => length), both.unseen]).toEqual([
      [1, 2],
      [5, 7],
    ])
    const later = reduceScene(both, said(3, 0, 30e6 + 15))
    expect([later.messages.map(({ length }) => length), later.unseen]).toEqual([
      [2, 1],
      [7, 0],
    ])
  })

  test('a sample that names none adds to the one before', () => {
    const scene = sceneOf(said(1, 5, 10), said(2, 3))
    expect([scene.messages.length, scene.unseen]).toEqual([1, [8]])
  })

  test('a count of what was left out that is no number is not believed', () => {
    const traffic = (left: unknown) => eventIn({ time: 1, type: 'traffic', ms: 1_000, links: [], left })
    const messages = (left: unknown) => eventIn({ time: 1, type: 'messages', records: [], left })
    expect([traffic('5'), messages('5'), messages(undefined)]).toEqual([null, null, null])
    expect([traffic(undefined), traffic(5), messages(0)]).not.toContain(null)
  })
})
