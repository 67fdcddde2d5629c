import { describe, expect, it } from 'vitest'
import { type SummaryInput, summaryLines, tally } from '../../src/ui/prompt-summary.ts'
import { healthyScene } from './fake-lab.ts'

const setup = { mode: 'raft', nodes: 5, seed: '13', settings: [] }
const input: SummaryInput = {
  tally: { ...tally(0), ok: 2 },
  scene: healthyScene,
  nowMs: 42_000,
  folder: null,
  setup,
  judged: [],
  again: '',
}
const valid = { verdict: 'valid', atNs: 42.2e9, since: 0 } as const

describe('the summary after a session', () => {
  it('presents no verdict as that of the run when something was asked after it', () => {
    const judged = [
      { ...valid, name: 'nothing-lost', since: 2 },
      { ...valid, name: 'linearizable', since: 2 },
    ]
    expect(summaryLines({ ...input, judged })[1]).toBe(
      'checked at 42 s: nothing-lost valid, linearizable valid; 2 operations since then were not checked',
    )
    expect(summaryLines({ ...input, judged: [{ ...valid, name: 'linearizable' }] })[1]).toBe('checked: linearizable valid')
    expect(summaryLines(input)[1]).toMatch(/^not checked/)
  })

  it('says of a violation that a lesson is about that it was expected, and repeats the lesson rather than its cluster', () => {
    const judged = [{ ...valid, name: 'linearizable', verdict: 'invalid', expected: true } as const]
    const again = 'splitbrain play labs/election/two-leaders.md --seed 13'
    expect(summaryLines({ ...input, judged, again }).slice(1)).toEqual([
      'checked: linearizable invalid, as the lesson expects',
      `the same again: ${again}`,
    ])
    expect(summaryLines(input)[2]).toBe('the same again: splitbrain --mode raft --nodes 5 --seed 13')
  })
})
