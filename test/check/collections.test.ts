import { expect, test } from 'vitest'
import { models } from '../../src/check/models.ts'
import type { Verdict } from '../../src/check/types.ts'
import type { HistoryEvent } from '../../src/history/types.ts'

type Row = readonly [process: number, type: HistoryEvent['type'], f: string, value: unknown]

function judge(model: string, rows: readonly Row[]): Verdict | undefined {
  const history = rows.map(([process, type, f, value], at) => ({ process, type, f, key: null, value, time: at * 1e6 }))
  return models.get(model)?.check(history, { timeMs: 1_000, configurations: 1_000 })
}

/** One after the other: asked, and answered ok. */
function inTurn(...operations: readonly (readonly [f: string, asked: unknown, answered: unknown])[]): Row[] {
  return operations.flatMap(([f, asked, answered]): Row[] => [
    [0, 'invoke', f, asked],
    [0, 'ok', f, answered],
  ])
}

const open = (f: string, value: unknown): Row => [9, 'invoke', f, value]

test.each<[string, string, Verdict['verdict'], readonly Row[]]>([
  ['set', 'all there', 'valid', inTurn(['add', 1, 1], ['add', 2, 2], ['read', null, [2, 1]])],
  ['set', 'one lost', 'invalid', inTurn(['add', 1, 1], ['add', 2, 2], ['read', null, [2]])],
  ['set', 'one from nowhere', 'invalid', inTurn(['add', 1, 1], ['read', null, [1, 7]])],
  ['set', 'an unknown add came through', 'valid', [open('add', 7), ...inTurn(['add', 1, 1], ['read', null, [1, 7]])]],
  ['set', 'never read', 'unknown', inTurn(['add', 1, 1])],
  ['set-full', 'late, but there to stay', 'valid', inTurn(['add', 1, 1], ['read', null, []], ['read', null, [1]])],
  ['set-full', 'there, then gone', 'invalid', inTurn(['add', 1, 1], ['read', null, [1]], ['read', null, []])],
  ['set-full', 'twice', 'invalid', inTurn(['add', 1, 1], ['read', null, [1, 1]])],
  ['set-full', 'gone and back', 'valid', inTurn(['add', 1, 1], ['read', null, [1]], ['read', null, []], ['read', null, [1]])],
  ['set-full', 'never read', 'unknown', inTurn(['add', 1, 1])],
  ['counter', 'within bounds', 'valid', [open('add', 5), ...inTurn(['add', 1, 1], ['read', null, 6])]],
  ['counter', 'too low', 'invalid', inTurn(['add', 1, 1], ['add', 1, 1], ['read', null, 1])],
  ['counter', 'too high', 'invalid', inTurn(['add', 1, 1], ['read', null, 2])],
  ['counter', 'decreased', 'unknown', inTurn(['add', -1, -1], ['read', null, 5])],
  ['queue', 'in and out', 'valid', inTurn(['enqueue', 'a', 'a'], ['enqueue', 'a', 'a'], ['dequeue', null, 'a'], ['dequeue', null, 'a'])],
  ['queue', 'lost', 'invalid', inTurn(['enqueue', 'a', 'a'], ['enqueue', 'b', 'b'], ['dequeue', null, 'a'])],
  ['queue', 'twice', 'invalid', inTurn(['enqueue', 'a', 'a'], ['dequeue', null, 'a'], ['dequeue', null, 'a'])],
  ['queue', 'from nowhere', 'invalid', inTurn(['dequeue', null, 'a'])],
  ['bank', 'moved', 'valid', inTurn(['read', null, { a: 5, b: 5 }], ['read', null, { a: 2, b: 8 }])],
  ['bank', 'made', 'invalid', inTurn(['read', null, { a: 5, b: 5 }], ['read', null, { a: 5, b: 8 }])],
  ['bank', 'in debt', 'invalid', inTurn(['read', null, { a: 5, b: 5 }], ['read', null, { a: -2, b: 12 }])],
  ['mutex', 'taken in turn', 'valid', inTurn(['acquire', null, null], ['release', null, null], ['acquire', null, null])],
  ['mutex', 'held by two', 'invalid', inTurn(['acquire', null, null], ['acquire', null, null])],
  ['register', 'null is what was there at first', 'valid', inTurn(['read', null, null], ['write', 1, 1], ['read', null, 1])],
  ['kv-strings', 'an append that answers nothing', 'valid', inTurn(['append', 'a', 'a'], ['append', 'b', 'b'], ['get', null, 'ab'])],
])('%s, %s: %s', (model, _, verdict, rows) => {
  const found = judge(model, rows)
  expect(found?.verdict).toBe(verdict)
  expect((found?.witness.length ?? 0) > 0).toBe(verdict === 'invalid')
})
