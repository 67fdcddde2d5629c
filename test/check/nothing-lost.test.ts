import { describe, expect, test } from 'vitest'
import { nothingLost } from '../../src/check/nothing-lost.ts'
import type { Verdict } from '../../src/check/types.ts'
import { script } from './script.ts'

const LIMITS = { timeMs: 10_000, configurations: 1_000_000 }

function judge(text: string): Verdict {
  return nothingLost.check(script(text), LIMITS)
}

describe('a lost write is named, with the read that misses it', () => {
  test.each<[string, string, string]>([
    ['put', 'c1 put A @ 0-10\nc2 put B @ 20-30\nc3 get -> A @ 40-50', "c2's put of B"],
    ['put, and nothing there', 'c1 put A @ 0-10\nc3 get -> none @ 40-50', "c1's put of A"],
    ['cas', 'c1 put A @ 0-10\nc2 cas A B @ 20-30\nc3 get -> A @ 40-50', "c2's cas from A to B"],
    ['delete: the value came back', 'c1 put A @ 0-10\nc2 del @ 20-30\nc3 get -> A @ 40-50', "c2's del"],
    [
      'append in the middle',
      'c1 append a -> a @ 0-10\nc2 append b -> ab @ 20-30\nc2 append c -> ac @ 40-45\nc3 get -> ac @ 50-60',
      "c2's append of b",
    ],
    ['add', 'c1 add 5 -> 5 @ 0-10\nc2 add 5 -> 5 @ 0-10\nc3 get -> 5 @ 40-50', '2 acknowledged adds make 10'],
    [
      'add under an unknown one',
      'c1 add 5 -> 5 @ 0-10\nc2 add 5 -> 10 @ 20-30\nc4 add 2 @ 0-\nc3 get -> 7 @ 40-50',
      '2 acknowledged adds make 10',
    ],
    ['subtraction', 'c1 add -5 -> -5 @ 0-10\nc2 add -5 -> -5 @ 0-10\nc3 get -> -5 @ 40-50', '2 acknowledged adds make -10'],
    ['seen in between, gone at last', 'c1 put A @ 0-10\nc2 put B @ 20-30\nc3 get -> B @ 32-33\nc3 get -> A @ 40-50', "c2's put of B"],
  ])('%s', (_, text, named) => {
    const verdict = judge(text)
    expect(verdict).toMatchObject({ verdict: 'invalid', key: 'x' })
    expect(verdict.why).toContain(named)
    expect(verdict.witness.at(-1)?.f).toBe('get')
  })
})

describe('nothing is lost where', () => {
  test.each<[string, string]>([
    ['the write is there', 'c1 put A @ 0-10\nc3 get -> A @ 40-50'],
    ['a later write replaced it', 'c1 put A @ 0-10\nc2 put B @ 20-30\nc3 get -> B @ 40-50'],
    ['a concurrent write may have replaced it', 'c1 put A @ 0-30\nc2 put B @ 20-40\nc3 get -> A @ 50-60'],
    ['an unknown write may have come late', 'c1 put A @ 0-\nc2 put B @ 20-30\nc3 get -> A @ 50-60'],
    ['an unknown delete may have come late', 'c1 del @ 0-\nc2 put B @ 20-30\nc3 get -> none @ 50-60'],
    ['a read in between was stale', 'c1 put A @ 0-10\nc2 put B @ 20-30\nc3 get -> A @ 32-33\nc3 get -> B @ 40-50'],
    ['an add was applied twice', 'c1 add 5 -> 5 @ 0-10\nc3 get -> 10 @ 40-50'],
    ['an append was overwritten', 'c1 append a -> a @ 0-10\nc2 put B @ 20-30\nc3 get -> B @ 40-50'],
    ['adds of both signs leave it open', 'c1 add 5 -> 5 @ 0-10\nc2 add -5 @ 0-\nc3 get -> 0 @ 40-50'],
  ])('%s', (_, text) => {
    expect(judge(text)).toMatchObject({ verdict: 'valid', witness: [] })
  })
})

describe('unknown is never a pass', () => {
  test('a key that was not read after its last acknowledged write', () => {
    const verdict = judge('c1 put A @ 0-10\nc3 get -> A @ 20-30\nc1 put B @ 40-50\nc1:y put C @ 0-10')
    expect(verdict).toMatchObject({ verdict: 'unknown', why: 'x, y were never read after the last acknowledged write' })
  })

  test('no acknowledged write at all', () => {
    expect(judge('c1 put A @ 0-\nc2 get -> none @ 10-20').verdict).toBe('unknown')
  })
})
