import { describe, expect, it } from 'vitest'
import type { ShownOperation } from '../../../src/report/recording/types.ts'
import { chooseWindows, type Moment, momentsOf } from '../../../src/report/recording/windows.ts'
import { emptyStory } from './story.ts'

const s = 1e9
const moment = (fromS: number, toS: number, reason: string, weight: number): Moment => ({
  fromNs: fromS * s,
  toNs: toS * s,
  reason,
  weight,
})
const shown = ({ windows }: ReturnType<typeof chooseWindows>) =>
  windows.map(({ fromNs, toNs, reasons }) => [fromNs / s, toNs / s, ...reasons])

describe('which moments get a window', () => {
  it('those that overlap share one, in order of time', () => {
    const all = [moment(5, 6, 'kill n2', 20), moment(1, 2, 'kill n1', 20), moment(1.5, 2.5, 'n2 leader', 30)]
    expect(shown(chooseWindows(all, 10 * s, 5, 9))).toEqual([
      [1, 2.5, 'kill n1', 'n2 leader'],
      [5, 6, 'kill n2'],
    ])
  })

  it('a window stays short: what would make it too long gets its own', () => {
    const all = [0, 1, 2, 3].map((at) => moment(at, at + 1.2, `f${at}`, 20))
    expect(shown(chooseWindows(all, 10 * s, 5, 9)).every(([from, to]) => Number(to) - Number(from) <= 2.5)).toBe(true)
  })

  it('the weightiest are chosen where there is no room for all, and the others are counted', () => {
    const all = [moment(1, 2, 'undone', 10), moment(3, 4, 'died', 60), moment(5, 6, 'kill', 20)]
    const chosen = chooseWindows(all, 10 * s, 2, 9)
    expect(shown(chosen)).toEqual([
      [3, 4, 'died'],
      [5, 6, 'kill'],
    ])
    expect(chosen.left).toBe(1)
  })

  it('a violation has more room than all else', () => {
    const all = [1, 3, 5].map((at) => moment(at, at + 0.1, `w${at}`, 100))
    const chosen = chooseWindows([...all, moment(8, 9, 'died', 60)], 10 * s, 2, 9)
    expect(chosen.windows.map(({ violation }) => violation)).toEqual([true, true, true])
    expect(chosen.left).toBe(1)
  })

  it('violations have bounded room too, and what of them found none is counted', () => {
    const all = Array.from({ length: 400 }, (_, i) => moment(i * 3, i * 3 + 0.1, `w${i}`, 100))
    const { windows, left, violationsLeft } = chooseWindows([...all, moment(1, 2, 'kill n1', 20)], 2000 * s, 3, 7)
    expect([windows.length, left, violationsLeft]).toEqual([7, 394, 393])
  })

  it('a window never leaves the run', () => {
    expect(shown(chooseWindows([moment(-0.2, 11, 'x', 20)], 10 * s, 1, 9))).toEqual([[0, 10, 'x']])
  })
})

describe('what counts as a moment', () => {
  const operation: ShownOperation = {
    client: 'c1',
    process: 1,
    beginNs: 2 * s,
    endNs: 40 * s,
    outcome: 'ok',
    asked: 'get x',
    answered: 'old',
    key: 'x',
    node: null,
  }

  it('faults, deaths, falls to unhealthy, candidates and leaders; not that a cluster begins unhealthy', () => {
    const stretch = { state: 'live' as const, role: null }
    const story = {
      ...emptyStory,
      marks: [{ atNs: 3 * s, kind: 'fault' as const, text: 'kill n1' }],
      told: [
        { atNs: 4 * s, type: 'exit', text: 'n1 died', node: 'n1' },
        { atNs: 4 * s, type: 'note', text: 'nothing', node: null },
      ],
      observed: [
        { fromNs: 0, state: 'unhealthy' as const, why: '' },
        { fromNs: s, state: 'healthy' as const, why: '' },
        { fromNs: 5 * s, state: 'unhealthy' as const, why: '' },
      ],
      lanes: [
        {
          id: 'n2',
          stretches: [
            { ...stretch, fromNs: 0, weight: 'plain' as const },
            { ...stretch, fromNs: 6 * s, weight: 'seek' as const, role: 'candidate' },
            { ...stretch, fromNs: 7 * s, weight: 'lead' as const, role: 'leader' },
            { ...stretch, fromNs: 8 * s, weight: 'lead' as const, role: 'leader!' },
          ],
        },
      ],
    }
    expect(momentsOf(story, []).map(({ reason }) => reason)).toEqual(['n1 died', 'unhealthy', 'n2 leader', 'n2 candidate', 'kill n1'])
  })

  it('an operation that waited long is looked at where it began and where it ended', () => {
    const moments = momentsOf(emptyStory, [{ name: 'linearizable', witness: [operation] }])
    expect(moments.map(({ fromNs, toNs }) => [fromNs / s, toNs / s])).toEqual([
      [1.94, 2.71],
      [39.79, 40.06],
    ])
  })
})
