/** Scenes as a lab would have them, whole or as large as they get. */

import type { Picture } from '../../src/lab/attach/protocol.ts'
import { pictureOf } from '../../src/lab/attach/snapshot.ts'
import { emptyScene, type NodeScene, type Scene, type TempoPoint } from '../../src/stream/scene.ts'

const SECOND_NS = 1_000_000_000

export function node(id: string, more: Partial<NodeScene> = {}): NodeScene {
  const facts = ['term', 'last', 'commit', 'applied', 'lag'].map((name) => ({ name, value: '7' }))
  return {
    id,
    state: 'live',
    role: 'follower',
    weight: 'plain',
    facts,
    strip: { from: 1, runs: [[1, 7]], last: 7, commit: 7 },
    rssMb: 64,
    cpuPercent: 5,
    disk: null,
    clock: null,
    overwritten: null,
    ...more,
  }
}

export function tempo(atNs: number, more: Partial<TempoPoint> = {}): TempoPoint {
  const point = { atNs, ms: 500, ok: 50, fail: 0, info: 0, p50Ms: 4, p99Ms: 9, passed: 400, dropped: 0 }
  return { ...point, sent: { append: 100, heartbeat: 20 }, ...more }
}

/** Raft, ten seconds old: n1 leads, n3 is dead. */
export const scene: Scene = {
  ...emptyScene('raft', []),
  nowNs: 10 * SECOND_NS,
  seed: 7,
  tolerates: 2,
  nodes: [
    node('n1', { role: 'leader', weight: 'lead' }),
    node('n2'),
    node('n3', { state: 'dead', role: null, rssMb: null, cpuPercent: null }),
  ],
  leader: 'n1',
  term: 3,
  observed: { state: 'degraded', why: 'leader does not hear n3', sinceNs: 6 * SECOND_NS },
  predicted: { state: 'degraded', uncertain: false, spare: 0, why: 'n3 dead' },
  faults: ['n3 dead'],
  ribbon: [
    { state: 'healthy', fromNs: SECOND_NS },
    { state: 'degraded', fromNs: 6 * SECOND_NS },
  ],
  marks: [{ atNs: 5 * SECOND_NS, kind: 'fault', text: 'kill n3' }],
  tempo: Array.from({ length: 10 }, (_, at) => tempo((5.5 + at / 2) * SECOND_NS)),
  events: [
    { time: 4 * SECOND_NS, type: 'note', text: 'of no interest' },
    { time: 6 * SECOND_NS, type: 'health', text: 'degraded', which: 'observed', state: 'degraded', why: 'leader does not hear n3' },
    { time: 6 * SECOND_NS, type: 'health', text: 'degraded', which: 'predicted', state: 'degraded', why: 'n3 dead' },
  ],
  invariants: [{ name: 'one leader a term', holds: true, why: '3 terms' }],
  faultCount: 1,
}

export function picture(more: Partial<Scene> = {}): Picture {
  return pictureOf({ ...scene, ...more }, 0)
}

/** Everything as long as it gets, over half an hour. */
export function fullScene(nodes: number): Scene {
  const long = 'x'.repeat(400)
  const list = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
  return {
    ...scene,
    nowNs: 1_800 * SECOND_NS,
    nodes: list(nodes, (at) => node(`n${at + 1}`, { facts: list(6, (fact) => ({ name: `fact-${fact}`, value: `${at} in 123 out` })) })),
    faults: list(200, (at) => `${at} ${long}`),
    ribbon: list(10_000, (at) => ({ state: at % 2 === 0 ? 'healthy' : 'degraded', fromNs: at * 179_999_999 })),
    marks: list(2_000, (at) => ({ atNs: at * 899_999_999, kind: at % 2 === 0 ? 'fault' : 'undone', text: `${at} ${long}` })),
    tempo: list(600, (at) =>
      tempo((1_500 + at / 2) * SECOND_NS, { p50Ms: 12.345678, p99Ms: 123.456789, passed: 123_456, dropped: 12_345 }),
    ),
    events: list(2_000, (at) => ({ time: at * 899_999_999, type: 'health', text: long, which: 'observed', state: 'healthy', why: long })),
    invariants: list(40, (at) => ({ name: `rule ${at}`, holds: false, why: long })),
  }
}
