import { describe, expect, test } from 'vitest'
import { explain } from '../../src/check/explain.ts'
import { nothingLost } from '../../src/check/nothing-lost.ts'
import type { Verdict } from '../../src/check/types.ts'
import { versions } from '../../src/check/versions.ts'
import { lineageScript } from './lineage-script.ts'

const LIMITS = { timeMs: 10_000, configurations: 1_000_000 }

function losses(text: string): Verdict {
  return nothingLost.check(lineageScript(text), LIMITS)
}

function all(text: string): Verdict {
  return versions.check(lineageScript(text), LIMITS)
}

test("a version of a client's later life is no phantom while a write of that client was never named", () => {
  const text = 'c1 put A = c1.2.1 @ 0-10\nc1 put B @ 20-\nc3 get -> B = c1.2.2 @ 40-50'
  expect(losses(text)).toMatchObject({ verdict: 'unknown' })
  expect(losses(text.replace('c1.2.2', 'c2.2.2'))).toMatchObject({ verdict: 'invalid' })
})

describe('a lost version is named, with the read that misses it', () => {
  test.each<[string, string, string]>([
    [
      'a later write without its context (lww)',
      'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 @ 20-30\nc3 get -> B = c2.1 @ 40-50',
      "c1's put of A",
    ],
    ['nothing there at all', 'c1 put A = c1.1 @ 0-10\nc3 get -> none = @ 40-50', "c1's put of A"],
    [
      'replaced only by one that is lost itself',
      'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-30\nc4 put C = c4.1 @ 20-30\nc3 get -> C = c4.1 @ 40-50',
      "c1's put of A",
    ],
    [
      'replaced only by an unknown one that left no trace',
      'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-\nc3 get -> none = @ 40-50',
      "c1's put of A",
    ],
    ['one of two siblings (F21)', 'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 @ 0-10\nc3 get -> A = c1.1 @ 40-50', "c2's put of B"],
    ['seen in between, gone at last', 'c1 put A = c1.1 @ 0-10\nc3 get -> A = c1.1 @ 20-30\nc3 get -> none = @ 40-50', "c1's put of A"],
    [
      'a delete: the value is back (F29)',
      'c1 put A = c1.1 @ 0-10\nc2 del = c2.1 over c1.1 @ 20-30\nc3 get -> A = c1.1 @ 40-50',
      "c2's del",
    ],
    [
      'a delete of what had replaced the value',
      'c1 put A = c1.1 @ 0-10\nc1 put B = c1.2 over c1.1 @ 12-15\nc2 del = c2.1 over c1.2 @ 20-30\nc3 get -> A = c1.1 @ 40-50',
      "c2's del",
    ],
    ['a phantom', 'c1 put A = c1.1 @ 0-10\nc3 get -> A | Z = c1.1 c9.1 @ 40-50', 'no client made c9.1'],
    ['a refused write', 'c1 put A = c1.1 @ 0-10\nc2 put Z = c2.1 ! @ 12-15\nc3 get -> A | Z = c1.1 c2.1 @ 40-50', 'had been refused'],
    [
      'a write read before it was asked',
      'c3 get -> A = c1.1 @ 0-10\nc1 put A = c1.1 @ 20-30\nc3 get -> A = c1.1 @ 40-50',
      'not been asked',
    ],
    ['another value', 'c1 put A = c1.1 @ 0-10\nc3 get -> B = c1.1 @ 40-50', 'names c1'],
  ])('%s', (_, text, named) => {
    const verdict = losses(text)
    expect(verdict, verdict.why).toMatchObject({ verdict: 'invalid', key: 'x' })
    expect(verdict.why).toContain(named)
    expect(nothingLost.check(verdict.witness, LIMITS).verdict, 'the witness alone').toBe('invalid')
    expect(all(text).verdict).toBe('invalid')
  })
})

describe('nothing is lost where', () => {
  test.each<[string, string]>([
    ['all siblings are there', 'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 @ 0-10\nc3 get -> A | B = c1.1 c2.1 @ 40-50'],
    [
      'one resolved them, and it was replaced in turn',
      'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 @ 0-10\nc3 put C = c3.1 over c1.1 c2.1 @ 20-30\nc3 put D = c3.2 over c3.1 @ 31-32\nc3 get -> D = c3.2 @ 40-50',
    ],
    [
      'one of unknown outcome replaced it and is there',
      'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-\nc3 get -> B = c2.1 @ 40-50',
    ],
    ['it was deleted, and the tombstone reaped', 'c1 put A = c1.1 @ 0-10\nc2 del = c2.1 over c1.1 @ 20-30\nc3 get -> none = @ 40-50'],
    ['it was perhaps deleted, and the tombstone reaped', 'c1 put A = c1.1 @ 0-10\nc2 del = c2.1 over c1.1 @ 20-\nc3 get -> none = @ 40-50'],
    ['a delete left what it had not seen', 'c1 put A = c1.1 @ 0-10\nc2 del = c2.1 @ 20-30\nc3 get -> A = c1.1 c2.1 @ 40-50'],
    ['a write of unknown outcome is not there', 'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 @ 20-\nc3 get -> A = c1.1 @ 40-50'],
    ['a client that never came back wrote it', 'c1 put A = c1.1 @ 0-10\nc2 put B @ 20-\nc3 get -> A | B = c1.1 c2.1 @ 40-50'],
    ['a load client that never came back wrote it', 'c1 put A = c1.1 @ 0-10\nl2 put B @ 20-\nc3 get -> A | B = c1.1 l2.3.7 @ 40-50'],
    ['a read in between was stale', 'c1 put A = c1.1 @ 0-10\nc3 get -> none = @ 20-30\nc3 get -> A = c1.1 @ 40-50'],
  ])('%s', (_, text) => {
    expect(losses(text)).toMatchObject({ verdict: 'valid', witness: [] })
    expect(all(text)).toMatchObject({ verdict: 'valid' })
  })

  test('a sibling stands beside the version that replaced it: told, and only `versions` says no (F23)', () => {
    const text = 'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-30\nc3 get -> A | B = c1.1 c2.1 @ 40-50'
    expect(losses(text)).toMatchObject({ verdict: 'valid', why: 'none of 2 acknowledged puts lost; 1 false sibling, on 1 key' })
    const verdict = all(text)
    expect(verdict).toMatchObject({
      verdict: 'invalid',
      why: expect.stringContaining("c2's put of B had replaced what c1's put of A wrote"),
    })
    expect(versions.check(verdict.witness, LIMITS).verdict).toBe('invalid')
  })

  test('a false sibling that a later read no longer shows is still one', () => {
    const text =
      'c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 over c1.1 @ 20-30\nc3 get -> A | B = c1.1 c2.1 @ 40-50\nc3 get -> B = c2.1 @ 60-70'
    expect(all(text).verdict).toBe('invalid')
  })

  test('a deleted value beside its tombstone is back, though no write was lost', () => {
    const text = 'c1 put A = c1.1 @ 0-10\nc2 del = c2.1 over c1.1 @ 20-30\nc3 get -> A = c1.1 c2.1 @ 40-50'
    expect(losses(text)).toMatchObject({ verdict: 'valid', why: expect.stringContaining('1 deleted sibling') })
    expect(all(text)).toMatchObject({ verdict: 'invalid', why: expect.stringContaining("c2's del had deleted") })
  })
})

describe('unknown is never a pass', () => {
  test.each<[string, string, string]>([
    [
      'a key that nobody read since',
      'c1 put A = c1.1 @ 0-10\nc3 get -> A = c1.1 @ 5-8',
      'x was never read after the last acknowledged write',
    ],
    ['no acknowledged write', 'c1 put A = c1.1 @ 0-\nc3 get -> none = @ 20-30', 'no write was acknowledged'],
    ['who may have replaced it never told', 'c1 put A = c1.1 @ 0-10\nc2 put B @ 20-\nc3 get -> B = c2.1 @ 40-50', "c2's put of B may have"],
    ['who may have deleted it never told', 'c1 put A = c1.1 @ 0-10\nc2 del @ 20-\nc3 get -> none = @ 40-50', "c2's del may have"],
  ])('%s', (_, text, why) => {
    expect(losses(text)).toMatchObject({ verdict: 'unknown', why: expect.stringContaining(why), witness: [] })
  })

  test('a history that tells nothing of versions', () => {
    const [invoke, ok] = lineageScript('c1 put A = c1.1 @ 0-10').map(({ lineage: _, ...event }) => event)
    expect(versions.check(invoke === undefined || ok === undefined ? [] : [invoke, ok], LIMITS).verdict).toBe('unknown')
  })
})

test('two writes of one name are no history', () => {
  expect(() => losses('c1 put A = c1.1 @ 0-10\nc1 put B = c1.1 @ 20-30')).toThrow('a write is named c1.1')
})

test('the rate of loss is told: what the last writer won', () => {
  const appends = Array.from({ length: 7 }, (_, at) => `c${at} append ,${at} -> ,${at} = c${at}.1 @ 0-10`)
  const verdict = losses([...appends, 'c9 get -> ,6 = c6.1 @ 40-50'].join('\n'))
  expect(verdict.why).toContain('6 of 7 acknowledged appends lost, 86 %')
})

test('a loss as a terminal shows it', () => {
  const verdict = losses('c1 put A = c1.1 @ 0-10\nc2 put B = c2.1 @ 20-30\nc3 get -> B = c2.1 @ 40-50')
  expect(explain(verdict)).toEqual([
    "invalid: x: c1's put of A was acknowledged at 0.010s, but c3's get, asked at 0.040s and last of all, answered B, and nothing " +
      'there had replaced it; 1 of 2 acknowledged puts lost, 50 %',
    '  who  asked    from ms  to ms  answer',
    '  c1   put x A      0.0   10.0  ok',
    '  c2   put x B     20.0   30.0  ok',
    '  c3   get x       40.0   50.0  B',
  ])
})
