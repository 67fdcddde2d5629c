/** What of a scene is sent, and that it always fits. */
import { describe, expect, it } from 'vitest'
import { MOST_SNAPSHOT_BYTES, parseLabLine } from '../../src/lab/attach/protocol.ts'
import { pictureOf, snapshotLine } from '../../src/lab/attach/snapshot.ts'
import { fullScene, node, picture, scene, tempo } from './scenes.ts'

const about = { seq: 4, folder: '/runs/a', nowNs: 0 }

describe('a snapshot', () => {
  it('is one line that reads back as it was', () => {
    const line = snapshotLine(scene, about)
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(parseLabLine(line)).toEqual({ type: 'snapshot', seq: 4, folder: '/runs/a', picture: picture() })
  })

  it('stays under 64 kB with 25 nodes after half an hour, and shows all of them', () => {
    const line = snapshotLine(fullScene(25), about)
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MOST_SNAPSHOT_BYTES)
    expect(JSON.parse(line).picture.nodes).toHaveLength(25)
  })

  it('of a hundred nodes gives up old points before it grows', () => {
    const line = snapshotLine(fullScene(100), about)
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MOST_SNAPSHOT_BYTES)
    const tempoTimes = JSON.parse(line).picture.tempo.map((point: { atNs: number }) => point.atNs)
    expect(tempoTimes.at(-1)).toBe(fullScene(100).tempo.at(-1)?.atNs)
  })

  it('never leaves a node out, however much there is to say of each: the cluster would look smaller than it is', () => {
    const wordy = Array.from({ length: 8 }, (_, at) => ({ name: `${at}`.repeat(60), value: '€'.repeat(60) }))
    const trouble = { disk: '€'.repeat(80), clock: '€'.repeat(80), facts: wordy }
    for (const more of [{}, trouble]) {
      const { nodes } = fullScene(100)
      const line = snapshotLine({ ...fullScene(100), nodes: nodes.map((one) => ({ ...one, ...more })) }, about)
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MOST_SNAPSHOT_BYTES)
      expect(JSON.parse(line).picture.nodes.map(({ id }: { id: string }) => id)).toEqual(nodes.map(({ id }) => id))
    }
    expect(JSON.parse(snapshotLine(fullScene(100), about)).picture.nodes[99].facts).toHaveLength(6)
  })

  it('counts bytes, not characters', () => {
    const faults = Array.from({ length: 200 }, () => '€'.repeat(400))
    expect(Buffer.byteLength(snapshotLine({ ...fullScene(25), faults }, about))).toBeLessThanOrEqual(MOST_SNAPSHOT_BYTES)
  })

  it('says how many faults it left out', () => {
    const { faults, moreFaults } = picture({ faults: Array.from({ length: 30 }, (_, at) => `fault ${at}`) })
    expect(faults.length + moreFaults).toBe(30)
    expect(moreFaults).toBeGreaterThan(0)
  })

  it('keeps an outage that comes first only because what was before it is cut', () => {
    const states = ['healthy', 'unhealthy'] as const
    const ribbon = Array.from({ length: 501 }, (_, at) => ({ state: states[at % 2] ?? 'healthy', fromNs: at * 1e8 }))
    expect(ribbon.at(-400)?.state).toBe('unhealthy')
    expect(picture({ ribbon, marks: [], nowNs: 51e9 }).ribbon).toEqual(ribbon.slice(-400))
  })

  it('has the clock of the lab where no event has come for a while', () => {
    expect(pictureOf(scene, 12e9).nowNs).toBe(12e9)
    expect(pictureOf(scene, 1e9).nowNs).toBe(scene.nowNs)
  })
})

describe('the fault log', () => {
  it('holds faults as commands and observed health, in the order of time', () => {
    expect(picture().log).toEqual([
      { atNs: 5e9, kind: 'fault', text: 'kill n3' },
      { atNs: 6e9, kind: 'degraded', text: 'leader does not hear n3' },
    ])
  })

  it('places a change of health where it began, not where it was noticed', () => {
    const late = { time: 9e9, fromNs: 4e9, type: 'health', text: 'late', which: 'observed', state: 'unhealthy', why: 'no leader' }
    expect(picture({ events: [late] }).log.map(({ kind }) => kind)).toEqual(['unhealthy', 'fault'])
  })

  it('holds findings', () => {
    expect(picture({ events: [{ time: 7e9, type: 'finding', text: 'worse than the faults allow' }] }).log.at(-1)).toEqual({
      atNs: 7e9,
      kind: 'finding',
      text: 'worse than the faults allow',
    })
  })
})

describe('message rates', () => {
  it('are a second, over the newest seconds only, the most frequent first', () => {
    expect(picture().rates).toEqual([
      ['append', 200],
      ['heartbeat', 40],
    ])
    const old = tempo(1e9, { sent: { vote: 1_000 } })
    expect(picture({ tempo: [old, tempo(10e9)] }).rates.map(([type]) => type)).toEqual(['append', 'heartbeat'])
  })

  it('survive a type that is called like a property of every object', () => {
    const sent = JSON.parse('{"__proto__": 5, "constructor": 3}')
    expect(picture({ tempo: [tempo(10e9, { sent })] }).rates).toEqual([
      ['__proto__', 10],
      ['constructor', 6],
    ])
  })
})

describe('a picture', () => {
  it('leaves the log strips out, and rules that hold', () => {
    expect(Object.keys(picture().nodes[0] ?? {})).not.toContain('strip')
    expect(picture()).toMatchObject({ broken: [], rules: 1 })
  })

  it('keeps a node that the mode says nothing of', () => {
    expect(picture({ nodes: [node('b0', { facts: [], role: null })] }).nodes[0]).toMatchObject({ id: 'b0', facts: [] })
  })
})
