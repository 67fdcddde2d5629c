import { expect, test } from 'vitest'
import type { EventColumns } from '../../src/history/event-columns.ts'
import type { HistoryEvent } from '../../src/history/types.ts'
import { unreadKeys } from '../../src/lab/unread-keys.ts'
import { columnsOf } from '../history/columns.ts'

function history(...lines: readonly (readonly [process: number, type: HistoryEvent['type'], f: string, key: string])[]): EventColumns {
  return columnsOf(lines.map(([process, type, f, key], time) => ({ process, type, f, key, value: null, time })))
}

test('a write that nobody read, and one whose outcome is unknown, are unread', () => {
  expect(unreadKeys(history([0, 'invoke', 'put', 'x'], [0, 'ok', 'put', 'x'], [1, 'invoke', 'add', 'y'], [1, 'info', 'add', 'y']))).toEqual(
    ['x', 'y'],
  )
})

test('a read counts only if it was asked after the last word of the write, and answered', () => {
  const written = [
    [0, 'invoke', 'put', 'x'],
    [0, 'ok', 'put', 'x'],
  ] as const
  const read = [
    [1, 'invoke', 'get', 'x'],
    [1, 'ok', 'get', 'x'],
  ] as const
  expect(unreadKeys(history(...written, ...read))).toEqual([])
  expect(unreadKeys(history(...read, ...written))).toEqual(['x'])
  expect(unreadKeys(history(read[0], ...written, read[1]))).toEqual(['x'])
  expect(unreadKeys(history(...written, read[0], [1, 'info', 'get', 'x']))).toEqual(['x'])
})
