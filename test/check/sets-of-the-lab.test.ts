/** Sets and counters as the lab's own store is used for them: lists as text, siblings together, what a client took out is no loss. */
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/check/explain.ts'
import { models } from '../../src/check/models.ts'
import type { Verdict } from '../../src/check/types.ts'
import { lineageScript } from './lineage-script.ts'
import { script } from './script.ts'

const LIMITS = { timeMs: 10_000, configurations: 1_000_000 }

function judge(model: string, text: string, read = lineageScript): Verdict {
  const checker = models.get(model)
  if (checker === undefined) throw new Error(`no model ${model}`)
  return checker.check(read(text), LIMITS)
}

const TWO = 'c1:cart append ,a -> ,a = c1.1 @ 0-10\nc2:cart append ,b -> ,b = c2.1 @ 0-10'

describe('set', () => {
  test.each<[string, Verdict['verdict'], string, string]>([
    [
      'siblings together are one set (F16)',
      'valid',
      `${TWO}\nc3:cart get -> ,a | ,b = c1.1 c2.1 @ 40-50`,
      'every acknowledged element, 2 in all',
    ],
    ['the last writer won (F14)', 'invalid', `${TWO}\nc3:cart get -> ,b = c2.1 @ 40-50`, '1 of 2 acknowledged elements lost, 50 %'],
    [
      'taken out by one who knew of it',
      'valid',
      `${TWO}\nc4:cart put ,b = c4.1 over c1.1 c2.1 @ 20-30\nc3:cart get -> ,b = c4.1 @ 40-50`,
      'every acknowledged',
    ],
    [
      'replaced by one who did not',
      'invalid',
      `${TWO}\nc4:cart put ,b = c4.1 over c2.1 @ 20-30\nc3:cart get -> ,b = c4.1 @ 40-50`,
      'misses a',
    ],
    [
      'taken out, and back (F2)',
      'valid',
      `${TWO}\nc4:cart put ,b = c4.1 over c1.1 c2.1 @ 20-30\nc3:cart get -> ,a,b = c4.1 @ 40-50`,
      '2 in all',
    ],
    [
      'made one by its client',
      'valid',
      `${TWO}\nc4:cart put ,a,b = c4.1 over c1.1 c2.1 @ 20-30\nc3:cart get -> ,a,b = c4.1 @ 40-50`,
      '2 in all',
    ],
    [
      'an unknown append that came through',
      'valid',
      `${TWO}\nc4:cart append ,d = c4.1 @ 0-\nc3:cart get -> ,a | ,b | ,d = c1.1 c2.1 c4.1 @ 40-50`,
      '1 of unknown outcome',
    ],
    ['one that nobody added', 'invalid', `${TWO}\nc3:cart get -> ,a,b,z = c1.1 @ 40-50`, 'shows z, which nobody added'],
    ['never read', 'unknown', TWO, 'never read'],
    ['elements that nothing parts', 'unknown', 'c1:cart append a -> a = c1.1 @ 0-10\nc3:cart get -> a = c1.1 @ 40-50', 'no comma'],
  ])('%s: %s', (_, verdict, text, why) => {
    const found = judge('set', text)
    expect(found, found.why).toMatchObject({ verdict, why: expect.stringContaining(why) })
    if (verdict === 'invalid') expect(models.get('set')?.check(found.witness, LIMITS).verdict).toBe('invalid')
  })

  test('without lineage, whoever wrote later may have taken it out', () => {
    const text = 'c1 append ,a -> ,a @ 0-10\nc2 put ,b @ 20-30\nc3 get -> ,b @ 40-50'
    expect(judge('set', text, script).verdict).toBe('valid')
    expect(judge('set', 'c2 put ,b @ 0-5\nc1 append ,a -> ,b,a @ 6-10\nc3 get -> ,b @ 40-50', script).verdict).toBe('invalid')
  })
})

describe('set-full', () => {
  test('how long it took until an element stayed', () => {
    const verdict = judge('set-full', `${TWO}\nc3:cart get -> ,a = c1.1 @ 110-120\nc3:cart get -> ,a | ,b = c1.1 c2.1 @ 140-150`)
    expect(explain(verdict)).toEqual([
      'valid: 2 of 2 elements were seen to stay, none was lost; 1 was missed by a read after they were known',
      '  stays after, quantile 0       0.0 ms',
      '  stays after, quantile 0.5   100.0 ms',
      '  stays after, quantile 0.95  100.0 ms',
      '  stays after, quantile 0.99  100.0 ms',
      '  stays after, quantile 1     100.0 ms',
      '  missed longest: b           100.0 ms',
    ])
  })

  test('there, then for good not', () => {
    const verdict = judge('set-full', `${TWO}\nc3:cart get -> ,a | ,b = c1.1 c2.1 @ 40-50\nc3:cart get -> ,b = c2.1 @ 60-70`)
    expect(verdict).toMatchObject({ verdict: 'invalid', why: 'cart: a was there and then for good not; 1 of 2 elements lost, 50 %' })
  })

  test('an append that was applied twice, and one that was asked for twice', () => {
    const once = 'c1 append ,a -> ,a @ 0-10\nc2 append ,b -> ,a,b @ 20-30'
    expect(judge('set-full', `${once}\nc3 get -> ,a,b,a @ 40-50`, script).verdict).toBe('invalid')
    expect(judge('set-full', `${TWO}\nc3:cart get -> ,a,b,a = c1.1 @ 40-50`).verdict, 'a union of siblings may hold it twice').toBe('valid')
    expect(judge('set-full', `${TWO}\nc1:cart append ,a -> ,a,b,a = c1.2 @ 20-30\nc3:cart get -> ,a,b,a = c1.2 @ 40-50`).verdict).toBe(
      'valid',
    )
  })
})

describe('counter', () => {
  const BOTH = 'c1:votes put 1 = c1.1 @ 0-10\nc2:votes put 1 = c2.1 @ 0-10'
  test.each<[string, Verdict['verdict'], string]>([
    ['get, add one, put: one vote lost', 'invalid', `${BOTH}\nc3:votes get -> 1 = c2.1 @ 40-50`],
    ['siblings do not add up either', 'invalid', `${BOTH}\nc3:votes get -> 1 | 1 = c1.1 c2.1 @ 40-50`],
    [
      'made one by taking the higher',
      'invalid',
      `${BOTH}\nc3:votes resolve 1 = c3.1 over c1.1 c2.1 @ 20-30\nc3:votes get -> 1 = c3.1 @ 40-50`,
    ],
    [
      'one after the other',
      'valid',
      'c1:votes put 1 = c1.1 @ 0-10\nc2:votes put 2 = c2.1 over c1.1 @ 20-30\nc3:votes get -> 2 = c2.1 @ 40-50',
    ],
    [
      'a key that is no number is no counter',
      'valid',
      'c1:votes put 1 = c1.1 @ 0-10\nc1:city put Oslo = c1.2 @ 12-15\nc3:votes get -> 1 = c1.1 @ 40-50',
    ],
    ['never read', 'unknown', BOTH],
  ])('%s: %s', (_, verdict, text) => {
    const found = judge('counter', text)
    expect(found.verdict, found.why).toBe(verdict)
  })

  test.each<[string, Verdict['verdict'], string]>([
    ['add where the store knows it', 'valid', 'c1 add 1 -> 1 @ 0-10\nc2 add 1 -> 2 @ 0-10\nc3 get -> 2 @ 40-50'],
    ['an add that was lost', 'invalid', 'c1 add 1 -> 1 @ 0-10\nc2 add 1 -> 1 @ 0-10\nc3 get -> 1 @ 40-50'],
  ])('%s: %s', (_, verdict, text) => {
    expect(judge('counter', text, script).verdict).toBe(verdict)
  })
})
