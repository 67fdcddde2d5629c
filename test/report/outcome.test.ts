import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exitOfError, exitOfRun, exitOfSuite, strongestExit } from '../../src/report/outcome.ts'
import { block, check, failedBlock, run, suite } from './example.ts'

describe('of several codes the first in the order 130, 2, 3, 1, 4, 124', () => {
  const order = [130, 2, 3, 1, 4, 124, 0]

  it('each beats all that come after it, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...order), { minLength: 1, maxLength: 8 }), (codes) => {
        expect(strongestExit(codes)).toBe(order.find((code) => codes.includes(code)))
      }),
    )
  })

  it('nothing at all passes, and a code nobody knows is not lost', () => {
    expect(strongestExit([])).toBe(0)
    expect(strongestExit([0, 77])).toBe(77)
    expect(strongestExit([77, 124])).toBe(124)
  })
})

describe('what a suite comes to', () => {
  it.each([
    ['all passed', {}, 0],
    ['a block failed, the rest skipped', { cases: [block(), failedBlock, block({ status: 'skipped' })] }, 1],
    ['a block could not say', { cases: [block({ status: 'unknown' })] }, 4],
    ['no nodes could be spawned', { cases: [block({ status: 'environment' }), failedBlock] }, 3],
    ['a check is invalid', { checks: [check({ verdict: 'invalid', passed: false })] }, 1],
    ['an invalid check that the lab asked for', { checks: [check({ verdict: 'invalid', passed: true })] }, 0],
    ['an unknown check is never a pass, whatever it claims', { checks: [check({ verdict: 'unknown', passed: true })] }, 4],
    ['a node died by itself', { incidents: [{ time: 1, kind: 'death' as const, text: 'n1 crashed', explained: null }] }, 1],
    [
      'a node halted on what the lab did',
      { incidents: [{ time: 1, kind: 'death' as const, text: 'n1 halted', explained: 'disk flip' }] },
      0,
    ],
    ['health worse than predicted', { incidents: [{ time: 1, kind: 'finding' as const, text: 'FINDING', explained: null }] }, 1],
    ['the time limit', { cut: 'time-limit' as const }, 124],
    ['failed before the time limit', { cases: [failedBlock], cut: 'time-limit' as const }, 1],
    ['interrupted while failing', { cases: [failedBlock], cut: 'interrupted' as const }, 130],
  ])('%s', (_, more, code) => {
    expect(exitOfSuite(suite(more))).toBe(code)
  })

  it('a run is the strongest of its suites', () => {
    expect(exitOfRun(run(suite(), suite({ cut: 'time-limit' }), suite({ checks: [check({ verdict: 'unknown' })] })))).toBe(4)
  })
})

describe('an error that reached the top', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code })
  it.each([
    [coded('usage'), 2],
    [coded('bad-history'), 2],
    [coded('invariant'), 1],
    [coded('EADDRINUSE'), 3],
    [new Error('x'), 3],
    ['a string', 3],
  ])('%j exits with %i', (error, code) => {
    expect(exitOfError(error)).toBe(code)
  })
})
