import { describe, expect, test } from 'vitest'
import type { OperationResult } from '../../src/machine/contract.ts'
import { type Asked, Oracle } from '../../src/sim/atomic-oracle.ts'

const ok = (value: string | null = null): OperationResult => ({ id: 0, outcome: 'ok', value, attempts: 1 })
const info: OperationResult = { id: 0, outcome: 'info', attempts: 1 }
const fail: OperationResult = { id: 0, outcome: 'fail', attempts: 1 }

/** A tape of operations; `ask` begins one and returns how to end it. */
function tape() {
  const oracle = new Oracle()
  const ask = (f: string, key: string, value: Asked['value'] = null) => {
    const asked: Asked = { f, key, value, order: oracle.moment() }
    oracle.invoked(asked)
    return (result: OperationResult) => oracle.ended(asked, result)
  }
  return { oracle, ask }
}

describe('registers', () => {
  test('a read that misses an overwrite acknowledged before it began is stale', () => {
    const { ask } = tape()
    ask('put', 'r1', 'a')(ok())
    ask('put', 'r1', 'b')(ok())
    expect(() => ask('get', 'r1')(ok('a'))).toThrow(/b was acknowledged before/)
  })

  test('a read of none after an acknowledged put is a loss', () => {
    const { ask } = tape()
    ask('put', 'r1', 'a')(ok())
    expect(() => ask('get', 'r1')(ok(null))).toThrow(/showed none/)
  })

  test('a read may show either of two writes that overlap it', () => {
    const { ask } = tape()
    ask('put', 'r1', 'a')(ok())
    const get = ask('get', 'r1')
    const put = ask('put', 'r1', 'b')
    put(ok())
    expect(() => get(ok('a'))).not.toThrow()
  })

  test('a write of unknown outcome may show up at any later time', () => {
    const { ask } = tape()
    ask('put', 'r1', 'a')(info)
    ask('put', 'r1', 'b')(ok())
    expect(() => ask('get', 'r1')(ok('a'))).not.toThrow()
    ask('del', 'r1')(info)
    expect(() => ask('get', 'r1')(ok(null))).not.toThrow()
  })

  test('a value that nobody wrote, or whose write was refused, is a phantom', () => {
    const { ask } = tape()
    expect(() => ask('get', 'r1')(ok('ghost'))).toThrow(/nobody wrote/)
    ask('put', 'r1', 'a')(fail)
    expect(() => ask('get', 'r1')(ok('a'))).toThrow(/nobody wrote/)
  })

  test('what a refused cas met is evidence too', () => {
    const { ask } = tape()
    ask('put', 'r1', 'a')(ok())
    ask('put', 'r1', 'b')(ok())
    expect(() => ask('cas', 'r1', ['x', 'y'])({ ...fail, was: 'a' })).toThrow(/showed a/)
  })
})

describe('lists', () => {
  test('a token twice is one append that took effect two times', () => {
    const { ask } = tape()
    ask('append', 's1', 'a;')(info)
    expect(() => ask('get', 's1')(ok('a;a;'))).toThrow(/twice/)
  })

  test('an acknowledged append may not be missing later', () => {
    const { ask } = tape()
    ask('append', 's1', 'a;')(ok('a;'))
    expect(() => ask('get', 's1')(ok(''))).toThrow(/does not show it/)
  })

  test('what was shown may not change order', () => {
    const { ask } = tape()
    ask('append', 's1', 'a;')(info)
    ask('append', 's1', 'b;')(info)
    ask('get', 's1')(ok('a;b;'))
    expect(() => ask('get', 's1')(ok('b;a;'))).toThrow(/earlier answer/)
  })
})

describe('counters', () => {
  test('never above what was asked, never below what was acknowledged', () => {
    const { ask } = tape()
    ask('add', 'n1', '1')(ok('1'))
    ask('add', 'n1', '1')(info)
    expect(() => ask('get', 'n1')(ok('2'))).not.toThrow()
    expect(() => ask('get', 'n1')(ok('3'))).toThrow(/only 2 adds/)
    expect(() => ask('get', 'n1')(ok('0'))).toThrow(/1 acknowledged/)
  })

  test('two adds may not be given the same number', () => {
    const { ask } = tape()
    const first = ask('add', 'n1', '1')
    const second = ask('add', 'n1', '1')
    first(ok('1'))
    expect(() => second(ok('1'))).toThrow(/same number/)
  })
})
