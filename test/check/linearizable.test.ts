import { describe, expect, test } from 'vitest'
import { explain } from '../../src/check/explain.ts'
import { linearizable } from '../../src/check/linearizable.ts'
import type { Verdict } from '../../src/check/types.ts'
import { lineageScript } from './lineage-script.ts'
import { script } from './script.ts'

const LIMITS = { timeMs: 10_000, configurations: 1_000_000 }

function judge(text: string): Verdict {
  return linearizable.check(script(text), LIMITS)
}

describe('zones of unique values (Gibbons and Korach 1997)', () => {
  test.each<[string, Verdict['verdict'], string]>([
    ['forward zones that touch but do not overlap', 'valid', 'c1 put A @ 0-10\nc2 get -> A @ 20-30\nc3 put B @ 31-40\nc4 get -> B @ 50-60'],
    ['two forward zones that overlap', 'invalid', 'c1 put A @ 0-10\nc2 put B @ 11-20\nc3 get -> B @ 30-40\nc4 get -> A @ 50-60'],
    ['a backward zone inside a forward one', 'invalid', 'c1 put A @ 0-10\nc2 put B @ 20-30\nc4 get -> A @ 50-60'],
    ['a backward zone across an edge', 'valid', 'c1 put A @ 0-10\nc2 put B @ 5-30\nc4 get -> A @ 50-60'],
    ['a read concurrent with its write', 'valid', 'c1 put A @ 0-100\nc2 get -> A @ 50-60'],
    ['a read answered before its write was asked', 'invalid', 'c2 get -> A @ 0-10\nc1 put A @ 20-30'],
    ['a read of a value never written', 'invalid', 'c1 put A @ 0-10\nc2 get -> B @ 20-30'],
    ['the initial value read after a write', 'invalid', 'c1 put A @ 0-10\nc2 get -> none @ 20-30'],
    [
      'an open write read on both sides of a newer one',
      'invalid',
      'c1 put A @ 0-\nc2 get -> A @ 10-20\nc3 put B @ 30-40\nc4 get -> A @ 50-60',
    ],
    ['an open write that takes effect long after', 'valid', 'c1 put A @ 0-\nc2 put B @ 10-20\nc3 get -> B @ 30-40\nc4 get -> A @ 50-60'],
    ['ten open writes at the end', 'valid', Array.from({ length: 10 }, (_, at) => `c${at} put V${at} @ ${at}-`).join('\n')],
    ['a fresh read, then an old one', 'invalid', 'c1 put A @ 0-10\nc2 put B @ 20-60\nc3 get -> B @ 25-30\nc4 get -> A @ 35-40'],
  ])('%s: %s', (_, verdict, text) => {
    const found = judge(text)
    expect(found.verdict).toBe(verdict)
    expect(found.witness.length > 0).toBe(verdict === 'invalid')
  })
})

describe('cas', () => {
  test.each<[string, Verdict['verdict'], string]>([
    ['two successes from one value', 'invalid', 'c1 put A @ 0-10\nc2 cas A B @ 20-30\nc3 cas A C @ 20-30'],
    ['a chain out of real-time order', 'invalid', 'c1 put A @ 0-10\nc2 cas A B @ 20-30\nc3 cas B C @ 40-50\nc4 get -> B @ 60-70'],
    ['a chain that bites its tail', 'invalid', 'c2 cas A B @ 20-30\nc3 cas B A @ 20-30'],
    ['an unknown cas seen only by a later cas', 'valid', 'c1 put A @ 0-10\nc2 cas A B @ 20-\nc3 cas B C @ 40-50\nc4 get -> C @ 60-70'],
    ['an unknown cas that cannot have happened yet', 'invalid', 'c1 put A @ 0-10\nc3 cas B C @ 20-30\nc2 cas A B @ 40-'],
    ['a refused cas that met a value nobody had written yet', 'invalid', 'c1 cas A B -> !C @ 0-10\nc2 put C @ 20-30'],
    ['a refused cas that met a stale value', 'invalid', 'c1 put A @ 0-10\nc2 put B @ 20-30\nc3 cas B C -> !A @ 40-50'],
    ['a cas refused although it met what it expected', 'invalid', 'c1 put A @ 0-10\nc3 cas A C -> !A @ 40-50'],
    ['from absence', 'valid', 'c1 cas none A @ 0-10\nc2 get -> A @ 20-30'],
    ['from absence, twice', 'invalid', 'c1 cas none A @ 0-10\nc2 cas none B @ 0-10'],
  ])('%s: %s', (_, verdict, text) => {
    expect(judge(text).verdict).toBe(verdict)
  })
})

describe('the general search', () => {
  test.each<[string, Verdict['verdict'], string]>([
    [
      'a stale read explained by an open write of the same value',
      'valid',
      'c1 put A @ 0-10\nc2 put A @ 11-\nc3 put B @ 20-30\nc4 get -> A @ 40-50',
    ],
    ['the same without the open write', 'invalid', 'c1 put A @ 0-10\nc2 put A @ 11-12\nc3 put B @ 20-30\nc4 get -> A @ 40-50'],
    ['deleted, and there again', 'invalid', 'c1 put A @ 0-10\nc2 del @ 20-30\nc3 get -> none @ 32-34\nc4 get -> A @ 40-50'],
    ['an open delete', 'valid', 'c1 put A @ 0-10\nc2 del @ 20-\nc3 get -> A @ 32-34\nc4 get -> none @ 40-50'],
    [
      'add and mul in the order that fits, R3: 1000 + 100, times 1.1',
      'valid',
      'c1 put 1000 @ 0-1\nc1 add 100 -> 1100 @ 2-9\nc2 mul 1.1 -> 1210 @ 2-9\nc3 get -> 1210 @ 10-11',
    ],
    ['two orders at once', 'invalid', 'c1 put 1000 @ 0-1\nc1 add 100 -> 1100 @ 2-9\nc2 mul 1.1 -> 1210 @ 2-9\nc3 get -> 1200 @ 10-11'],
    ['an add applied twice', 'invalid', 'c1 add 5 -> 5 @ 0-1\nc2 get -> 10 @ 2-3'],
    ['an open add applied once', 'valid', 'c1 add 5 -> 5 @ 0-1\nc2 add 5 @ 0-\nc2 get -> 10 @ 2-3'],
    ['an add lost under another', 'invalid', 'c1 add 5 -> 5 @ 0-9\nc2 add 5 -> 5 @ 0-9'],
    ['another spelling of the same number', 'valid', 'c1 put 1.50 @ 0-1\nc1 add 1 -> 2.50 @ 2-3\nc1 get -> 2.50 @ 4-5'],
    ['six places, half up', 'valid', 'c1 put 0.000001 @ 0-1\nc1 mul 0.5 -> 0.000001 @ 2-3'],
    [
      'an open delete of what is not there, which hides a pending put (met once in 30,000)',
      'valid',
      'c1 put 1 @ 0-11\nc2 del @ 1-\nc3 add 3 -> 3 @ 5-6\nc4 get -> 3 @ 13-18',
    ],
    ['append from absence', 'valid', 'c1 append a -> a @ 0-1\nc2 append b -> ab @ 2-3\nc2 get -> ab @ 4-5'],
    ['append that lost one', 'invalid', 'c1 append a -> a @ 0-1\nc2 append b -> b @ 2-3'],
    ['an append that comes after the answer that shows it', 'invalid', 'c2 get -> a @ 0-1\nc1 append a -> a @ 2-3'],
  ])('%s: %s', (_, verdict, text) => {
    expect(judge(text).verdict).toBe(verdict)
  })

  test('a long run of unknown adds is found when nothing shorter fits', () => {
    const adds = Array.from({ length: 6 }, (_, at) => `c${at} add ${2 ** at} @ ${at}-`).join('\n')
    expect(judge(`${adds}\nc9 get -> 63 @ 20-30\nc9 get -> 63 @ 40-50`).verdict).toBe('valid')
    expect(judge(`${adds}\nc9 get -> 64 @ 20-30\nc9 get -> 63 @ 40-50`).verdict).toBe('invalid')
  })
})

describe('words', () => {
  test('a stale read is told in one sentence with the operations that show it', () => {
    const verdict = judge('c1:city put Oslo @ 0-10\nc2:city put Bergen @ 20-30\nc9:city get -> Bergen @ 31-35\nc3:city get -> Oslo @ 50-60')
    expect(verdict.key).toBe('city')
    expect(verdict.why).toBe(
      "city: c3's get began at 0.050s and answered Oslo, but Oslo came before Bergen (c1's put of Oslo ended at 0.010s, " +
        "c9's get began at 0.031s), and Bergen was there by 0.030s, when c2's put of Bergen ended",
    )
    expect(explain(verdict)).toEqual([
      `invalid: ${verdict.why}`,
      '  who  asked            from ms  to ms  answer',
      '  c1   put city Oslo        0.0   10.0  ok',
      '  c2   put city Bergen     20.0   30.0  ok',
      '  c9   get city            31.0   35.0  Bergen',
      '  c3   get city            50.0   60.0  Oslo',
    ])
  })

  test('the search says what the value could have been where an answer does not fit', () => {
    const verdict = judge('c1:n add 5 -> 5 @ 0-1\nc2:n get -> 10 @ 2-3')
    expect(verdict.why).toBe(
      "n: c2's get answered 10, but whatever the order before it, the value it met between 0.002s and 0.003s could only be 5",
    )
    expect(verdict.witness.map(({ f }) => f)).toEqual(['add', 'add', 'get', 'get'])
  })

  test('one bad key among good ones is named, and the operations are counted over all', () => {
    const verdict = judge('c1:a put A @ 0-10\nc2:b put A @ 0-10\nc3:b get -> none @ 20-30\nc1:c put Q @ 40-')
    expect(verdict).toMatchObject({ verdict: 'invalid', key: 'b', operations: 4, open: 1 })
  })

  test('an empty history is unknown: nothing was shown', () => {
    expect(linearizable.check([], LIMITS).verdict).toBe('unknown')
  })
})

describe('a store with siblings is no single copy', () => {
  const judgeLineage = (text: string) => linearizable.check(lineageScript(text), LIMITS)

  test('two values at once: the read alone shows it', () => {
    const verdict = judgeLineage(
      'c1:cart put eggs = c1.1 @ 0-10\nc2:cart put milk = c2.1 @ 0-10\nc3:cart get -> eggs | milk = c1.1 c2.1 @ 20-30',
    )
    expect(explain(verdict)).toEqual([
      "invalid: cart: c3's get answered eggs | milk at 0.030s: 2 values at once, where one copy of the key holds one",
      '  who  asked     from ms  to ms  answer',
      '  c3   get cart     20.0   30.0  eggs | milk',
    ])
    expect(linearizable.check(verdict.witness, LIMITS).verdict).toBe('invalid')
  })

  test.each<[string, Verdict['verdict'], string]>([
    ['fresh reads of one value each', 'valid', 'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-30\nc3 get -> B = c2.1 @ 40-50'],
    ['a stale read (R=1)', 'invalid', 'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-30\nc3 get -> A = c1.1 @ 40-50'],
    [
      'the newer, then the older (F33)',
      'invalid',
      'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-90\nc3 get -> B = c2.1 @ 40-50\nc3 get -> A = c1.1 @ 60-70',
    ],
    ['a value and a tombstone beside it', 'valid', 'c1 put A = c1.1 @ 0-30\nc2 del = c2.1 @ 0-30\nc3 get -> A = c1.1 c2.1 @ 40-50'],
    [
      'a resolve to a value is a write',
      'invalid',
      'c1 put A = c1.1 @ 0-10\nc2 resolve B = c2.1 over c1.1 @ 20-30\nc3 get -> A = c1.1 @ 40-50',
    ],
    [
      'a union of one value is that value',
      'valid',
      'c1 put A = c1.1 @ 0-10\nc2 resolve -> A = c2.1 over c1.1 @ 20-30\nc3 get -> A = c2.1 @ 40-50',
    ],
    ['a union that nobody wrote', 'invalid', 'c1 put A = c1.1 @ 0-10\nc2 resolve -> A,B = c2.1 over c1.1 @ 20-30'],
    ['who joins or leaves is no matter of the store', 'valid', 'c1 put A = c1.1 @ 0-10\nc0:n6 join = @ 11-12\nc3 get -> A = c1.1 @ 40-50'],
  ])('%s: %s', (_, verdict, text) => {
    const found = judgeLineage(text)
    expect(found.verdict, found.why).toBe(verdict)
    expect(found.witness.length > 0).toBe(verdict === 'invalid')
  })
})
