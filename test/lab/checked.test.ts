import { expect, test } from 'vitest'
import type { Verdict } from '../../src/check/types.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { judgedUntilNow, sessionChecks } from '../../src/lab/checked.ts'
import { columnsOf } from '../history/columns.ts'

const fine: Verdict = { verdict: 'valid', why: '1 operation fits', witness: [], operations: 1, open: 0 }
const wrong: Verdict = { ...fine, verdict: 'invalid', why: 'x was lost' }

function event(time: number, process: number, type: HistoryEvent['type'], more: Partial<HistoryEvent> = {}): HistoryEvent {
  return { process, type, f: 'put', key: 'a', value: '1', time: time * 1e9, client: 'c0', ...more }
}

const before = [event(1, 0, 'invoke'), event(2, 0, 'ok')]
const read = { f: 'get', client: 'c90' }
const checked = new Map([
  ['linearizable', { verdict: fine, atNs: 42e9 }],
  ['nothing-lost', { verdict: wrong, atNs: 42e9 }],
])
const since = (...history: readonly HistoryEvent[]) => judgedUntilNow(checked, columnsOf(history)).map((one) => one.since)

test('operations asked or answered after a check were not checked; reads of a later check and answers that never came are none', () => {
  expect(since(...before)).toEqual([0, 0])
  expect(since(...before, event(43, 0, 'invoke'), event(44, 1, 'invoke'), event(45, 0, 'info'))).toEqual([2, 2])
  expect(since(event(41, 0, 'invoke'), event(43, 0, 'ok'))).toEqual([1, 1])
  expect(since(event(41, 0, 'invoke'), event(43, 0, 'info'))).toEqual([0, 0])
  expect(since(...before, event(43, 9, 'invoke', read), event(44, 9, 'ok', read))).toEqual([0, 0])
})

test('a session that goes on after its check has not passed it; a violation stands whatever followed', () => {
  expect(sessionChecks(checked, columnsOf(before))).toEqual([
    { ...fine, name: 'linearizable', passed: true },
    { ...wrong, name: 'nothing-lost', passed: false },
  ])
  const [late, lost] = sessionChecks(checked, columnsOf([...before, event(43, 0, 'invoke')]))
  expect(late).toMatchObject({
    verdict: 'unknown',
    passed: false,
    why: 'at 42 s it was valid; 1 operation since then was not checked: 1 operation fits',
  })
  expect(lost).toMatchObject({ verdict: 'invalid', why: 'x was lost' })
})
