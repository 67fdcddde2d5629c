import { expect, test } from 'vitest'
import { type Command, encodeEntry } from '../../../src/modes/raft/entry.ts'
import { RaftLog } from '../../../src/modes/raft/log.ts'

function write(serial: number, value: string): Command {
  return { kind: 'write', client: 'c1', session: 1, serial, f: 'put', key: 'x', value }
}

test('a command is the same after it was forgotten, and bytes never move, small or large, also behind a cut', () => {
  const log = new RaftLog()
  const values = Array.from({ length: 3_000 }, (_, i) => (i % 500 === 0 ? 'x'.repeat(10_000) : `v${i}`))
  const append = (index: number, term: number, value: string): void => log.append(encodeEntry(index, term, write(index, value)), index)
  for (const [i, value] of values.entries()) append(i + 1, 1, value)
  const digest = log.digestAt(2_000)
  expect(log.truncateFrom(2_001)).toBe(1_000)
  append(2_001, 2, 'after the cut')
  for (let index = 1; index <= 2_000; index++) {
    log.forgetCommand(index)
    const command = write(index, values[index - 1] ?? '')
    expect(log.commandAt(index)).toEqual(command)
    expect(log.bytesAt(index)).toEqual(encodeEntry(index, 1, command).bytes)
  }
  expect(log.commandAt(2_001)).toEqual(write(2_001, 'after the cut'))
  expect(log.digestAt(2_000)).toBe(digest)
  expect([log.last, log.lastTerm, log.termAt(2_000)]).toEqual([2_001, 2, 1])
})

test('small records share their buffers: a hundred thousand of them need few', () => {
  const log = new RaftLog()
  for (let index = 1; index <= 100_000; index++) log.append(encodeEntry(index, 1, write(index, `v${index}`)), index)
  const buffers = new Set(Array.from({ length: log.last }, (_, i) => log.bytesAt(i + 1).buffer))
  expect(buffers.size).toBeLessThan(100)
})
