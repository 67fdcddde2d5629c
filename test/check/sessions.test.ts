import { describe, expect, test } from 'vitest'
import { explain } from '../../src/check/explain.ts'
import { sessions, sessionsOf } from '../../src/check/sessions.ts'
import type { Verdict } from '../../src/check/types.ts'
import { pairOperations } from '../../src/history/operations.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { seeded } from '../../src/machine/random.ts'
import { lineageScript } from './lineage-script.ts'
import { randomLineage } from './random-lineage.ts'
import { script } from './script.ts'

const LIMITS = { timeMs: 10_000, configurations: 1_000_000 }
const A = 'c1 put A = c1.1 @ 0-10'
const B_OVER_A = 'c2 put B = c2.1 over c1.1 @ 20-30'

function judge(text: string): Verdict {
  return sessions.check(lineageScript(text), LIMITS)
}

describe('broken', () => {
  test.each<[string, string, string]>([
    [
      'read-your-writes: an append that began from a list without its own (lww)',
      'c1 append ,a -> ,a = c1.1 @ 0-10\nc2 append ,b -> ,b = c2.1 @ 5-20\nc1 append ,c -> ,b,c = c1.2 over c2.1 @ 30-40',
      'read-your-writes broken 1 of 1',
    ],
    ['read-your-writes: not there', `${A}\nc1 get -> none = @ 20-30`, 'read-your-writes broken 1 of 1'],
    ['read-your-writes: an older one there', `${A}\nc2 put B = c2.1 over c1.1 @ 20-30\nc2 get -> A = c1.1 @ 40-50`, 'read-your-writes'],
    ['read-your-writes: its delete undone', `${A}\nc1 del = c1.2 over c1.1 @ 12-15\nc1 get -> A = c1.1 @ 40-50`, 'read-your-writes'],
    [
      'monotonic reads: the newer, then the older (F33)',
      `${A}\n${B_OVER_A}\nc3 get -> B = c2.1 @ 40-50\nc3 get -> A = c1.1 @ 60-70`,
      'monotonic reads broken 1 of 1 (100 %)',
    ],
    [
      'monotonic reads: a sibling gone',
      `${A}\nc2 put B = c2.1 @ 0-10\nc3 get -> A | B = c1.1 c2.1 @ 40-50\nc3 get -> B = c2.1 @ 60-70`,
      'monotonic reads',
    ],
    ['monotonic reads: not found', `${A}\nc3 get -> A = c1.1 @ 40-50\nc3 get -> none = @ 60-70`, 'monotonic reads'],
    [
      'monotonic reads: a delete seen, and the value again',
      `${A}\nc2 del = c2.1 over c1.1 @ 20-30\nc3 get -> none = c2.1 @ 40-50\nc3 get -> A = c1.1 @ 60-70`,
      'monotonic reads',
    ],
    [
      'monotonic writes: the second without the first',
      'c1 put A = c1.1 @ 0-10\nc1 put B = c1.2 @ 12-15\nc3 get -> B = c1.2 @ 40-50',
      'monotonic writes broken 1 of 1',
    ],
    [
      'writes follow reads: an answer without its question',
      `${A}\nc2 get -> A = c1.1 @ 12-15\nc2 put B = c2.1 @ 20-30\nc3 get -> B = c2.1 @ 40-50`,
      'writes follow reads broken 1 of 1',
    ],
  ])('%s', (_, text, rate) => {
    const verdict = judge(text)
    expect(verdict, verdict.why).toMatchObject({ verdict: 'invalid', key: 'x', why: expect.stringContaining(rate) })
    expect(sessions.check(verdict.witness, LIMITS).verdict, 'the witness alone').toBe('invalid')
  })
})

describe('kept', () => {
  test.each<[string, string]>([
    ['a client reads what it wrote', `${A}\nc1 get -> A = c1.1 @ 20-30`],
    ['or what replaced it', `${A}\n${B_OVER_A}\nc1 get -> B = c2.1 @ 40-50`],
    ['or nothing, once it was deleted and the tombstone reaped', `${A}\nc2 del = c2.1 over c1.1 @ 20-30\nc1 get -> none = @ 40-50`],
    ['or nothing, after its own delete', `${A}\nc1 del = c1.2 over c1.1 @ 20-30\nc1 get -> none = @ 40-50`],
    ['a stale read of a client that had seen nothing', `${A}\n${B_OVER_A}\nc3 get -> A = c1.1 @ 40-50\nc3 get -> B = c2.1 @ 60-70`],
    ['a write that was not acknowledged', 'c1 put A = c1.1 @ 0-\nc1 get -> none = @ 20-30\nc1 get -> none = @ 40-50'],
    ['a read under way when the write was answered', 'c1 get -> none = @ 5-30\nc1 put A = c1.1 @ 0-10\nc1 get -> A = c1.1 @ 40-50'],
    ['a blind write beside its first', 'c1 put A = c1.1 @ 0-10\nc1 put B = c1.2 @ 12-15\nc3 get -> A | B = c1.1 c1.2 @ 40-50'],
    ['a version that nobody can place', `${A}\nc2 put B @ 20-\nc1 get -> B = c2.1 @ 40-50`],
    ['what a client that never came back may have deleted', `${A}\nc2 del @ 20-\nc1 get -> none = @ 40-50`],
  ])('%s', (_, text) => {
    const verdict = judge(text)
    expect(verdict, verdict.why).toMatchObject({ verdict: 'valid', witness: [] })
  })
})

test('nobody came back: unknown', () => {
  expect(judge(`${A}\nc2 get -> A = c1.1 @ 20-30`).verdict).toBe('unknown')
})

test('a store without versions: one order of all gives every session, and nothing else is known', () => {
  expect(sessions.check(script('c1 put A @ 0-10\nc1 get -> A @ 20-30'), LIMITS)).toMatchObject({ verdict: 'valid' })
  expect(sessions.check(script('c1 put A @ 0-10\nc1 get -> none @ 20-30'), LIMITS)).toMatchObject({ verdict: 'unknown', witness: [] })
})

test('the rates stand in the verdict, and a miss is counted once', () => {
  const verdict = judge(`${A}\nc1 get -> none = @ 20-30\nc1 get -> none = @ 40-50\nc1 get -> A = c1.1 @ 60-70`)
  expect(explain(verdict)).toEqual([
    "invalid: x: c1's get, asked at 0.020s, answered none: without c1's put of A, its own, acknowledged at 0.010s; " +
      'read-your-writes broken 1 of 1 (100 %)',
    '  read-your-writes     broken 1 of 1 (100 %)',
    '  monotonic reads        broken 0 of 2 (0 %)',
    '  monotonic writes       broken 0 of 0 (0 %)',
    '  writes follow reads    broken 0 of 0 (0 %)',
    '  who  asked    from ms  to ms  answer',
    '  c1   put x A      0.0   10.0  ok',
    '  c1   get x       20.0   30.0  none',
  ])
})

/** The definitions, for clients that do one thing after the other, written down plainly. */
function plainly(history: readonly HistoryEvent[]): Record<string, number> {
  const done = history.filter(({ type, lineage }) => type !== 'invoke' && lineage !== undefined)
  const over = new Map(done.flatMap(({ lineage }) => (lineage?.made === undefined ? [] : [[lineage.made, lineage.over ?? []] as const])))
  const reaches = (from: string, to: string): boolean => (over.get(from) ?? []).some((one) => one === to || reaches(one, to))
  const deletes = done.filter(({ f }) => f === 'del').map((event) => ({ name: event.lineage?.made ?? '', event }))
  const missing = (read: HistoryEvent, name: string): boolean => {
    const seen = read.lineage?.seen ?? []
    if (seen.some((one) => one === name || reaches(one, name))) return false
    if (deletes.some((one) => one.name === name)) return seen.some((one) => reaches(name, one))
    return !deletes.some((one) => one.event.time < read.time && reaches(one.name, name))
  }
  const counts = { 'read-your-writes': 0, 'monotonic reads': 0, 'monotonic writes': 0, 'writes follow reads': 0 }
  for (const client of new Set(done.map((event) => event.client))) {
    let own: string[] = []
    let last: string | null = null
    let previous: readonly string[] = []
    for (const event of done.filter((one) => one.client === client)) {
      if (event.f === 'get') {
        const gone = own.filter((name) => missing(event, name))
        if (gone.length > 0) counts['read-your-writes'] += 1
        own = own.filter((name) => event.lineage?.seen?.includes(name))
        if (previous.some((name) => missing(event, name))) counts['monotonic reads'] += 1
        previous = event.lineage?.seen ?? []
        continue
      }
      const made = event.lineage?.made ?? ''
      const broken = (names: readonly string[]) =>
        done.some(
          (read) => read.f === 'get' && read.lineage?.seen?.includes(made) && names.some((name) => name !== made && missing(read, name)),
        )
      if (last !== null && broken([last])) counts['monotonic writes'] += 1
      if (broken(previous)) counts['writes follow reads'] += 1
      if (event.type !== 'ok') continue
      own = [...own.filter((name) => !event.lineage?.over?.includes(name)), made]
      last = made
    }
  }
  return counts
}

describe('random histories', () => {
  test('the walks say what the definitions say', () => {
    const random = seeded('sessions')
    const met = new Map<string, number>()
    for (let round = 0; round < 400; round++) {
      const spoilt = { forgets: random.pick([0, 0.3]), keeps: random.pick([0, 0.3]), deletes: random.pick([0, 0.3]) }
      const drawn = randomLineage(random, { operations: 18, clients: 3, unknown: 0.1, blind: 0.4, ...spoilt })
      // A write without a word of its lineage makes what it may have done unknown: that has cases of its own.
      const told = new Set(drawn.filter(({ type }) => type !== 'invoke').map(({ process }) => process))
      const history = drawn.filter(({ process }) => told.has(process))
      const found = sessionsOf(pairOperations(history)).counts
      for (const [guarantee, broken] of Object.entries(plainly(history))) {
        expect([guarantee, found.get(guarantee as 'monotonic reads')?.broken], JSON.stringify(history)).toEqual([guarantee, broken])
        met.set(guarantee, (met.get(guarantee) ?? 0) + broken)
      }
      const verdict = sessions.check(history, LIMITS)
      if (verdict.verdict === 'invalid') expect(sessions.check(verdict.witness, LIMITS).verdict, JSON.stringify(history)).toBe('invalid')
    }
    for (const [guarantee, broken] of met) expect(broken, guarantee).toBeGreaterThan(25)
  })

  test('an honest store breaks nothing', () => {
    const random = seeded('honest sessions')
    for (let round = 0; round < 300; round++) {
      const history = randomLineage(random, { operations: 40, clients: 4, unknown: 0.1, blind: 0.3, forgets: 0, keeps: 0, deletes: 0.2 })
      const { verdict, why } = sessions.check(history, LIMITS)
      expect(verdict, `${why}\n${JSON.stringify(history)}`).toBe('valid')
    }
  })
})

test('ten times the history costs about ten times the walk', () => {
  const [small = 0, large = 0] = [1_000, 10_000].map((operations) => {
    const random = seeded('cost')
    const events = randomLineage(random, { operations, clients: 6, unknown: 0, blind: 0.01, forgets: 0, keeps: 0, deletes: 0.05 })
    let looks = 0
    const look = (target: readonly string[], field: string | symbol): unknown => {
      looks += 1
      return Reflect.get(target, field)
    }
    const watched = events.map((event) => {
      const over = event.lineage?.over
      return over === undefined
        ? event
        : { ...event, lineage: { ...event.lineage, over: new Proxy<readonly string[]>(over, { get: look }) } }
    })
    expect(sessions.check(watched, LIMITS).verdict).toBe('valid')
    return looks
  })
  expect(small).toBeGreaterThan(1_000)
  expect(large / small).toBeLessThan(14)
})
