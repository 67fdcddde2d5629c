/** Checks that measure: who was answered, and how fresh the answers were. */
import { describe, expect, test } from 'vitest'
import { availability, availabilityOf, available, seconds } from '../../src/check/availability.ts'
import { freshness, probesOf, staleness } from '../../src/check/staleness.ts'
import { pairOperations } from '../../src/history/operations.ts'
import type { FaultEvent } from '../../src/history/types.ts'
import { lineageScript } from './lineage-script.ts'
import { script } from './script.ts'

const LIMITS = { timeMs: 10_000, configurations: 1_000_000 }
const CUT: FaultEvent = { type: 'fault', time: 1_000e6, text: 'partition n1 n2 | n3 n4 n5' }

const SIDES = [
  'c1 put A = c1.1 @ 0-10',
  'c1 put B = c1.2 over c1.1 @ 1100-1400',
  'c1 get -> B = c1.2 @ 1500-1510',
  'c2 get -> none = @ 1100-1110',
  'c2 put C = c2.1 @ 1200-',
  'c2 put D = c2.2 ! @ 1300-1310',
].join('\n')

describe('availability', () => {
  test('by client and by what was broken, not-found apart, and the time to the first answer', () => {
    const verdict = availability.check(lineageScript(SIDES), LIMITS, [CUT])
    expect(verdict).toMatchObject({ verdict: 'valid', why: '4 of 6 (67 %) answered, 1 of them not-found, 1 refused, 1 never answered' })
    expect(verdict.rows).toEqual([
      ['since', 'who', 'asked', 'ok', 'not-found', 'refused', 'unknown', 'first ok after'],
      ['0.000s at first', 'c1', '1', '100 %', '0', '0', '0', '10 ms'],
      ['1.000s partition n1 n2 | n3 n4 n5', 'c1', '2', '100 %', '0', '0', '0', '400 ms'],
      ['1.000s partition n1 n2 | n3 n4 n5', 'c2', '3', '33 %', '1', '1', '1', '110 ms'],
    ])
  })

  test('clients that no fault tells apart are one, if they are many', () => {
    const many = Array.from({ length: 5 }, (_, at) => `l${at} put A${at} = l${at}.1 @ ${at}-10`)
    const rows = availability.check(lineageScript(many.join('\n')), LIMITS, [{ ...CUT, text: 'cut l2 | n1' }]).rows
    expect(rows?.map((row) => row[1])).toEqual(['who', '4 l clients', 'l2'])
  })

  test('by side and second', () => {
    const operations = pairOperations(lineageScript(SIDES))
    const cells = availabilityOf(operations, seconds(operations), ({ invoke }) => (invoke.client === 'c2' ? 'minority' : 'majority'))
    expect(cells.map(({ group, sinceNs, asked, ok }) => [sinceNs / 1e9, group, asked, ok])).toEqual([
      [0, 'majority', 1, 1],
      [1, 'majority', 2, 2],
      [1, 'minority', 3, 1],
    ])
  })

  test.each<[string, 'valid' | 'invalid' | 'unknown', string]>([
    ['all answered within a second', 'valid', 'c1 put A @ 0-10\nc2 get -> none @ 0-900'],
    ['a refused cas was answered', 'valid', 'c1 cas A B -> !none @ 0-10'],
    ['one too late', 'invalid', 'c1 put A @ 0-1001\nc2 get -> none @ 0-900'],
    ['one never', 'invalid', 'c1 put A @ 0-10\nc2 get @ 5-'],
  ])('available: %s: %s', (_, verdict, text) => {
    const found = available.check(script(text), LIMITS)
    expect(found.verdict).toBe(verdict)
    if (verdict === 'invalid') expect(available.check(found.witness, LIMITS).verdict).toBe('invalid')
  })

  test('a refusal is no answer, and an empty history no proof', () => {
    expect(available.check(lineageScript('c2 put D = c2.2 ! @ 300-310'), LIMITS).verdict).toBe('invalid')
    expect(available.check([], LIMITS).verdict).toBe('unknown')
    expect(availability.check([], LIMITS).verdict).toBe('unknown')
  })
})

describe('staleness', () => {
  const THREE = ['c1 put A = c1.1 @ 0-10', 'c1 put B = c1.2 over c1.1 @ 20-30', 'c1 put C = c1.3 over c1.2 @ 40-50'].join('\n')

  test('fresh or how many versions behind, by the time since the acknowledgement', () => {
    const reads = 'c2 get -> A = c1.1 @ 51-52\nc3 get -> B = c1.2 @ 57-58\nc4 get -> C = c1.3 @ 58-59\nc5 get -> C = c1.3 @ 75-76'
    const probes = probesOf(pairOperations(lineageScript(`${THREE}\n${reads}`)))
    expect(probes.map(({ tMs, fresh, missed }) => [tMs, fresh, missed])).toEqual([
      [1, false, 2],
      [7, false, 1],
      [8, true, 0],
      [25, true, 0],
    ])
    expect(freshness(probes).map(({ fromMs, reads: count, fresh }) => [fromMs, count, fresh])).toEqual([
      [1, 1, 0],
      [5, 2, 1],
      [20, 1, 1],
    ])
    const verdict = staleness.check(lineageScript(`${THREE}\n${reads}`), LIMITS)
    expect(verdict.why).toBe('2 of 4 reads were stale (50 %); the last 7.0 ms after the write, and at most 2 versions behind')
    expect(verdict.rows?.[1]).toEqual(['1 ms', '1', '0.000', '0.000 to 0.793', '2.00'])
  })

  test('what is newer than the newest acknowledged write is fresh, and so is what replaced it', () => {
    const text = `${THREE}\nc9 put D = c9.1 @ 55-90\nc2 get -> D = c9.1 @ 60-61\nc8 put E = c8.1 over c1.3 @ 55-\nc3 get -> E = c8.1 @ 62-63`
    expect(probesOf(pairOperations(lineageScript(text))).map(({ fresh }) => fresh)).toEqual([true, true])
  })

  test('nothing to measure', () => {
    expect(staleness.check(lineageScript('c2 get -> none = @ 0-1'), LIMITS).verdict).toBe('unknown')
    expect(staleness.check(script('c1 put A @ 0-1'), LIMITS).verdict).toBe('unknown')
  })
})
