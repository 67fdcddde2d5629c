import { expect, test } from 'vitest'
import { Session } from '../../src/lab/session.ts'

function elect(session: Session): void {
  session.hear({ time: 0, type: 'node', event: { type: 'became-leader' } })
}

test('counts start again with every block, the ribbon only at mark', () => {
  const session = new Session(1)
  session.beginBlock(5, 50)
  expect([session.mark.ns, session.mark.messages, session.ribbonNs]).toEqual([5, 50, 0])
  session.setMark(7, 70)
  expect([session.blockNs, session.mark.ns, session.mark.messages, session.ribbonNs]).toEqual([5, 7, 70, 7])
  session.beginBlock(9, 90)
  expect([session.blockNs, session.mark.ns, session.mark.messages, session.ribbonNs]).toEqual([9, 9, 90, 7])
})

test('a mark forgets counts and not what was used', () => {
  const session = new Session(1)
  session.mark.used.add('restart')
  session.setMark(1, 1)
  expect(session.mark.used.has('restart')).toBe(true)
  session.beginBlock(2, 2)
  expect(session.mark.used.has('restart')).toBe(false)
})

test('a check block counts from where its todo began, whatever the student marked since', () => {
  const session = new Session(1)
  elect(session)
  const todo = session.beginBlock(10, 100)
  session.mark.used.add('restart')
  elect(session)
  session.hear({ time: 0, type: 'fault' })
  session.setMark(15, 150)
  session.beginBlock(20, 200)
  session.beginCheck(todo, 30)
  session.noteUsed('recover')
  expect(session.mark.used.has('recover')).toBe(false)
  expect([session.blockNs, session.mark.ns, session.mark.messages]).toEqual([30, 10, 100])
  expect([session.elections - session.mark.elections, session.faults - session.mark.faults]).toEqual([1, 1])
  expect(session.mark.used.has('restart')).toBe(true)
})

test('a fresh cluster has a fresh clock, ribbon and transcript and no names of nodes; numbers and counts of the session go on', () => {
  const session = new Session(1)
  const todo = session.beginBlock(5, 50)
  session.variables.set('old', ['n1'])
  session.variables.set('vote', 'n1')
  session.variables.set('before', 3.5)
  session.transcript.push({ text: 'kill n1', startNs: 1, endNs: 2, answer: null })
  session.hear({ time: 0, type: 'fault' })
  const repeating = session.repeat()
  session.setMark(7, 70)
  session.forgetRun()
  expect([session.mark.ns, session.mark.messages, todo.ns, todo.messages, session.blockNs, session.ribbonNs]).toEqual([0, 0, 0, 0, 0, 0])
  expect([...session.variables]).toEqual([['before', 3.5]])
  expect([session.transcript.length, session.faults]).toEqual([0, 1])
  expect(repeating.signal.aborted).toBe(true)
})
