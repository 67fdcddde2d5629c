import { expect, test } from 'vitest'
import { Session } from '../../src/lab/session.ts'

test('counts start again with every block, the ribbon only at mark', () => {
  const session = new Session(1)
  session.beginBlock(5, 50)
  expect([session.markNs, session.messagesAtMark, session.ribbonNs]).toEqual([5, 50, 0])
  session.mark(7, 70)
  expect([session.blockNs, session.markNs, session.messagesAtMark, session.ribbonNs]).toEqual([5, 7, 70, 7])
  session.beginBlock(9, 90)
  expect([session.blockNs, session.markNs, session.messagesAtMark, session.ribbonNs]).toEqual([9, 9, 90, 7])
})

test('a fresh cluster has a fresh ribbon and no names', () => {
  const session = new Session(1)
  session.variables.set('old', ['n1'])
  session.reset(11)
  expect([session.markNs, session.ribbonNs, session.variables.size]).toEqual([11, 11, 0])
})
