/** The moments of a run that people step to. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LabEvent } from '../../../src/history/types.ts'
import { emptyScene, reduceScene } from '../../../src/stream/scene.ts'
import { beforeItBroke, type Landmark, landmarksOf, lastBefore, nextAfter } from '../../../src/ui/replay/landmarks.ts'
import { openRecording } from '../../../src/ui/replay/recording.ts'

function landmarks(events: readonly LabEvent[]): readonly Landmark[] {
  let scene = emptyScene('raft', [])
  let failure: Landmark | null = null
  const all: Landmark[] = []
  for (const event of events) {
    const after = reduceScene(scene, event)
    const found = landmarksOf(scene, after, event, failure)
    failure = found.find(({ kind }) => kind === 'failure') ?? failure
    all.push(...found)
    scene = after
  }
  return all
}

const cluster = (time: number, leader: string | null, term: number): LabEvent => ({
  time,
  type: 'cluster',
  leader,
  term,
  facts: null,
  predicted: { state: 'healthy', uncertain: false, spare: 1, why: '' },
  faults: [],
})
const rule = (holds: boolean | null) => ({ name: 'log matching', holds, why: 'n1 and n2 differ at 4' })

describe('landmarks', () => {
  it('of a recorded run are its leaders, faults, changes of health and failures, in the order of time', async () => {
    const recording = await openRecording(join(import.meta.dirname, 'stale-read.jsonl'))
    expect(recording.landmarks.map(({ kind, text }) => `${kind} ${text.slice(0, 30)}`)).toEqual([
      'health healthy: all 3 nodes answer',
      'leader n3 leads, term 1',
      'fault partition n3 | n1 n2',
      'undone heal',
      'failure not nothing-lost from here on:',
      'failure not linearizable from here on:',
      'leader n2 leads, term 2',
      'failure nothing-lost invalid: city: c1',
      'failure linearizable invalid: city: c9',
    ])
    const times = recording.landmarks.map(({ atNs }) => atNs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    recording.close()
  })

  it('a leader again in the same term is no news', () => {
    const events = [cluster(1, null, 1), cluster(2, 'n1', 1), cluster(3, 'n1', 1), cluster(4, null, 2), cluster(5, 'n1', 2)]
    expect(landmarks(events).map(({ atNs, text }) => [atNs, text])).toEqual([
      [2, 'n1 leads, term 1'],
      [5, 'n1 leads, term 2'],
    ])
  })

  it.each<[string, LabEvent]>([
    [
      'a failed expectation',
      { time: 5, type: 'answer', command: 'expect healthy', answer: { status: 'fail', code: 'expected', text: 'it is not' } },
    ],
    ['a node that ended by itself', { time: 5, type: 'exit', text: 'n1 crashed: no memory', node: 'n1' }],
    ['a finding', { time: 5, type: 'finding', text: 'FINDING unhealthy' }],
    ['an armed rule', { time: 5, type: 'always', text: 'BROKEN always healthy: it is not', failed: true }],
    ['a watched rule', { time: 5, type: 'invariants', rows: [rule(false)] }],
  ])('%s is a failure', (_, event) => {
    expect(landmarks([{ time: 1, type: 'invariants', rows: [rule(true)] }, event])).toMatchObject([{ atNs: 5, kind: 'failure' }])
  })

  it('what is refused or conflicts is none, nor a rule that stays broken, nor a block for what was told in it', () => {
    const events: readonly LabEvent[] = [
      { time: 1, type: 'answer', command: 'cas k 1 2', answer: { status: 'fail', code: 'conflict' } },
      { time: 2, type: 'invariants', rows: [rule(false)] },
      { time: 3, type: 'invariants', rows: [rule(false)] },
      { time: 4, type: 'block', status: 'failed', heading: 'One', file: 'a.md', line: 3, failed: true },
    ]
    expect(landmarks(events).map(({ atNs }) => atNs)).toEqual([2])
  })

  it('the moment before it broke lies before the first failure, and there is none without', () => {
    const failure = { atNs: 3e9, kind: 'failure', text: '' } as const
    expect(beforeItBroke([{ ...failure, atNs: 1e9, kind: 'fault' }, failure, { ...failure, atNs: 5e9 }])).toBe(2.9e9)
    expect(beforeItBroke([{ ...failure, atNs: 5 }])).toBe(0)
    expect(beforeItBroke([{ ...failure, kind: 'fault' }])).toBeNull()
  })

  it('the next and the last are strictly after and before', () => {
    const all = ([1, 2, 2, 3] as const).map((atNs) => ({ atNs, kind: atNs === 2 ? ('fault' as const) : ('health' as const), text: '' }))
    expect([nextAfter(all, 1)?.atNs, nextAfter(all, 2)?.atNs, nextAfter(all, 3)]).toEqual([2, 3, null])
    expect([lastBefore(all, 3)?.atNs, lastBefore(all, 1), lastBefore(all, 9, ['fault'])?.atNs]).toEqual([2, null, 2])
  })
})
