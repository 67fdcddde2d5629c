import { describe, expect, test } from 'vitest'
import { compute, isDecimal } from '../../../src/machine/decimal.ts'
import { tooLarge, utf8Length } from '../../../src/modes/limits.ts'
import type { WriteKind } from '../../../src/modes/raft/entry.ts'
import { Store } from '../../../src/modes/raft/store.ts'

function run(store: Store, serial: number, f: WriteKind, value: string | readonly [string | null, string | null] | null, session = 1) {
  return store.apply(100 + serial, { kind: 'write', client: 'c1', session, serial, f, key: 'k', value }).result
}

function opened(limit = 8): Store {
  const store = new Store(limit, false)
  store.apply(1, { kind: 'open', client: 'c1' })
  return store
}

describe('operations', () => {
  test('add counts from 0, mul of what is absent is 0, append starts empty', () => {
    expect(run(opened(), 1, 'add', '2.5')).toMatchObject({ status: 'ok', value: '2.5' })
    expect(run(opened(), 1, 'mul', '7')).toMatchObject({ status: 'ok', value: '0' })
    expect(run(opened(), 1, 'append', 'x')).toMatchObject({ status: 'ok', value: 'x' })
  })

  test('cas compares, with null for absence, and tells what was there', () => {
    const store = opened()
    expect(run(store, 1, 'cas', [null, 'a'])).toMatchObject({ status: 'ok' })
    expect(run(store, 2, 'cas', ['b', 'c'])).toMatchObject({ status: 'conflict', value: 'a' })
    expect(run(store, 3, 'cas', ['a', null])).toMatchObject({ status: 'ok' })
    expect(run(store, 4, 'cas', ['a', 'b'])).toMatchObject({ status: 'conflict', value: null })
    expect(store.read('k')).toBe(null)
  })

  test('what is no decimal is refused as a result, and changes nothing', () => {
    const store = opened()
    run(store, 1, 'put', 'Oslo')
    expect(run(store, 2, 'add', '1')).toMatchObject({ status: 'not-a-number' })
    expect(run(store, 3, 'put', '1')).toMatchObject({ status: 'ok' })
    expect(run(store, 4, 'mul', 'x')).toMatchObject({ status: 'not-a-number' })
    expect(store.read('k')).toBe('1')
  })

  test('an append that grows over 64 KiB is refused as a result', () => {
    const store = opened()
    run(store, 1, 'put', 'ä'.repeat(32_768))
    expect(run(store, 2, 'append', 'x')).toMatchObject({ status: 'too-large' })
    expect(utf8Length(store.read('k') ?? '')).toBe(65_536)
  })
})

describe('the digest of the sessions', () => {
  test('is the same after the same entries, and another after another answer or another order of use', () => {
    const digest = (...steps: readonly (readonly [number, number, string])[]): string => {
      const store = opened()
      store.apply(2, { kind: 'open', client: 'c2' })
      for (const [session, serial, value] of steps) run(store, serial, 'append', value, session)
      return store.sessionDigest
    }
    expect(digest([1, 1, 'a'], [2, 1, 'b'])).toBe(digest([1, 1, 'a'], [2, 1, 'b']))
    expect(digest([1, 1, 'a'])).not.toBe(digest([1, 1, 'b']))
    expect(digest([1, 1, 'a'], [1, 1, 'a'])).not.toBe(digest([1, 1, 'a'], [2, 1, 'a']))
    expect(digest([1, 1, ''], [2, 1, ''])).not.toBe(digest([2, 1, ''], [1, 1, '']))
  })
})

describe('decimals', () => {
  test.each([
    ['0.1', 'add', '0.2', '0.3'],
    ['1', 'mul', '0.0000005', '0.000001'],
    ['1', 'mul', '0.0000004', '0'],
    ['-1', 'mul', '0.0000005', '-0.000001'],
    ['-1', 'mul', '0', '0'],
    ['99999999999999999999', 'add', '1', '100000000000000000000'],
    ['100', 'mul', '1.05', '105'],
  ] as const)('%s %s %s is %s', (left, operator, right, result) => {
    expect(compute(left, operator, right)).toBe(result)
  })

  test.each(['', ' 1', '1e3', 'Infinity', '0x10', '1.', '.5', '1,5', '9'.repeat(401)])('%j is not one', (text) => {
    expect(isDecimal(text)).toBe(false)
  })

  test('a product that grows without end is too large, not slow', () => {
    const store = opened()
    run(store, 1, 'put', '9'.repeat(300))
    expect(run(store, 2, 'mul', '9'.repeat(300))).toMatchObject({ status: 'too-large' })
  })
})

describe('sessions (dissertation §6.3)', () => {
  test('a serial that was applied is never applied again; the last answer is repeated', () => {
    const store = opened()
    expect(run(store, 1, 'add', '5')).toMatchObject({ value: '5' })
    expect(run(store, 1, 'add', '5')).toMatchObject({ value: '5' })
    expect(run(store, 2, 'add', '5')).toMatchObject({ value: '10' })
    expect(run(store, 1, 'add', '5')).toBe(null)
    expect(store.read('k')).toBe('10')
  })

  test('with no-sessions every copy is applied', () => {
    const store = new Store(8, true)
    store.apply(1, { kind: 'open', client: 'c1' })
    run(store, 1, 'add', '5')
    expect(run(store, 1, 'add', '5')).toMatchObject({ value: '10' })
  })

  test('an unknown session is refused and nothing runs', () => {
    const store = opened()
    expect(run(store, 1, 'put', 'x', 77)).toMatchObject({ status: 'expired' })
    expect(store.read('k')).toBe(null)
  })

  test('C8: the least recently used goes first, by the order of the log, the same on every node', () => {
    const stores = [opened(2), opened(2)]
    for (const store of stores) {
      store.apply(2, { kind: 'open', client: 'c2' })
      run(store, 1, 'put', 'x', 1)
      expect(store.apply(3, { kind: 'open', client: 'c3' }).expired).toEqual({ session: 2, client: 'c2' })
      expect(run(store, 1, 'put', 'y', 2)).toMatchObject({ status: 'expired' })
      expect(run(store, 2, 'put', 'z', 1)).toMatchObject({ status: 'ok' })
      expect(store.sessionCount).toBe(2)
    }
  })
})

describe('limits', () => {
  test('count bytes of UTF-8, not characters', () => {
    expect(utf8Length('aä€😀')).toBe(1 + 2 + 3 + 4)
    expect(tooLarge('k'.repeat(256), null)).toBe(false)
    expect(tooLarge('ä'.repeat(129), null)).toBe(true)
    expect(tooLarge('k', 'v'.repeat(65_536))).toBe(false)
    expect(tooLarge('k', [null, 'v'.repeat(65_537)])).toBe(true)
  })
})
