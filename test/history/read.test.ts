import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkHistoryFile } from '../../src/check/check-file.ts'
import { BadHistory } from '../../src/history/bad-history.ts'
import { RunClock } from '../../src/history/clock.ts'
import { completionEvent } from '../../src/history/entries.ts'
import { pairOperations } from '../../src/history/operations.ts'
import { loadHistory, parseHistoryLine } from '../../src/history/read.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(...lines: readonly string[]): string {
  const path = join(folder, 'h.jsonl')
  writeFileSync(path, lines.join('\n'))
  return path
}

const INVOKE = '{"process":1,"type":"invoke","f":"put","key":"k","value":"v"}'
const OK = '{"process":1,"type":"ok","f":"put","key":"k","value":"v"}'

describe('reading', () => {
  test('faults and the lines of a nemesis are kept apart; line numbers stand in for missing times', async () => {
    const nemesis = '{"process":"nemesis","type":"info","f":"kill","value":null}'
    const path = file(INVOKE, nemesis, '', '{"type":"fault","time":7,"text":"killed n3"}', OK)
    const { events, faults, lines } = await loadHistory(path)
    expect(events.map(({ type, time }) => [type, time])).toEqual([
      ['invoke', 1e6],
      ['ok', 5e6],
    ])
    expect(lines).toEqual([1, 5])
    expect(faults).toEqual([{ type: 'fault', time: 7, text: 'killed n3' }])
  })

  test('null as a value is not a missing value of a refused cas', () => {
    const line = '{"process":1,"type":"fail","f":"cas","key":"k","value":[null,"a"],"was":null}'
    expect(parseHistoryLine(line, 1)).toMatchObject({ was: null, value: [null, 'a'] })
    expect(parseHistoryLine(INVOKE, 1)).not.toHaveProperty('was')
  })

  test('siblings and lineage come back as they were written', () => {
    const event = completionEvent(
      'c1',
      { f: 'get', key: 'k', value: null, timeoutMs: 1 },
      { id: 1, outcome: 'ok', value: 'a | b', siblings: ['a', 'b'], lineage: { seen: ['c1.1', 'c2.1'] }, attempts: 1 },
      7,
    )
    expect(event).toMatchObject({ value: ['a', 'b'], lineage: { seen: ['c1.1', 'c2.1'] } })
    expect(parseHistoryLine(JSON.stringify(event), 1)).toEqual(event)
    const put = '{"process":1,"type":"info","f":"put","key":"k","value":"v","time":1,"lineage":{"made":"c1.2","over":["c1.1"]}}'
    expect(parseHistoryLine(put, 1)).toEqual(JSON.parse(put))
  })

  test.each([
    ['{"process":1,', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{"process":1.5,"type":"ok","f":"put"}', 'process must be an integer'],
    ['{"process":1,"type":"done","f":"put"}', 'type must be one of invoke, ok, fail, info'],
    ['{"process":1,"type":"ok"}', 'f must be a word'],
    ['{"process":1,"type":"ok","f":"put","key":{}}', 'key must be a word or null'],
    ['{"process":1,"type":"ok","f":"put","time":"now"}', 'time must be a number of nanoseconds'],
    ['{"process":1,"type":"ok","f":"put","lineage":"c1.1"}', 'lineage must be an object'],
    ['{"process":1,"type":"ok","f":"put","lineage":{"made":1}}', 'lineage.made must be the name of a write'],
    ['{"process":1,"type":"ok","f":"get","lineage":{"seen":["c1.1",2]}}', 'lineage.seen must be a list of names of writes'],
  ])('%s: file, line and reason in one line', async (line, why) => {
    const path = file(INVOKE, line)
    await expect(loadHistory(path)).rejects.toThrow(new BadHistory(2, why, path))
  })

  test('a file that is not there is no empty history', async () => {
    await expect(loadHistory(join(folder, 'none.jsonl'))).rejects.toBeInstanceOf(BadHistory)
  })
})

describe('pairing', () => {
  const parse = (...lines: readonly string[]) =>
    lines.map((line, at) => {
      const entry = parseHistoryLine(line, at + 1)
      if (entry === null || entry.type === 'fault') throw new Error(`no event: ${line}`)
      return entry
    })

  test('an invoke without an end is open for ever', () => {
    expect(pairOperations(parse(INVOKE))).toMatchObject([{ outcome: 'info', end: Number.POSITIVE_INFINITY, completion: null }])
  })

  test.each([
    ['an answer to nothing', [OK], 'history:1: process 1 has an answer (ok) without an invoke'],
    ['two things at once', [INVOKE, INVOKE], 'history:2: process 1 invokes put while its put is pending'],
    ['an answer to something else', [INVOKE, OK.replace('put', 'get')], 'history:2: process 1 invoked put but the answer says get'],
  ])('%s', (_, lines, message) => {
    expect(() => pairOperations(parse(...lines))).toThrow(message)
  })

  test('a check of a file names the line of the file, not of the event', async () => {
    const path = file('', INVOKE, '', INVOKE)
    await expect(checkHistoryFile(path, 'kv')).rejects.toThrow(`${path}:4: process 1 invokes put while its put is pending`)
  })

  test('a model that nobody wrote', async () => {
    await expect(checkHistoryFile(file(INVOKE, OK), 'nonsense')).rejects.toThrow('no model nonsense; there are kv,')
  })
})

test('clocks that share their start agree, whichever thread made them', () => {
  let now = 1_000n
  const clock = new RunClock(undefined, () => now)
  const other = new RunClock(clock.startNs, () => now)
  now = 6_000n
  expect([clock.nowNs(), other.nowNs()]).toEqual([5_000, 5_000])
})
