import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answers, runBuilt } from './run-built.ts'

test('five real processes keep a write through the death of their leader', async () => {
  const ran = await runBuilt([], 'put city Oslo\nget city\nkill leader\nput city Bergen timeout=5s\nget city\ncheck\n')
  expect(ran.err).toBe('')
  expect(ran.code).toBe(0)
  const [put, get, kill, again, read] = answers(ran.out)
  expect([put, get, again, read]).toEqual(['ok', 'Oslo', 'ok', 'Bergen'])
  expect(kill).toMatch(/^ok killed n\d \(leader, term \d+\); undo: restart n\d$/)
  expect(ran.out).toContain('linearizable: valid')
})

test('a run leaves its events and its history, and nothing else outside the run folder', async () => {
  const ran = await runBuilt([], 'put city Oslo\n')
  expect(readdirSync(ran.dir)).toEqual(['.splitbrain'])
  const folder = join(ran.dir, '.splitbrain', 'latest')
  const history = readFileSync(join(folder, 'history.jsonl'), 'utf8')
  expect(
    history
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type),
  ).toEqual(['invoke', 'ok'])
  expect(readFileSync(join(folder, 'events.jsonl'), 'utf8')).toContain('became-leader')
})

test('a wrong line is named with its nearest right word, the rest runs, and the exit code is 2', async () => {
  const ran = await runBuilt([], 'pus city Oslo\nput city Oslo\nkill n9\n')
  expect(ran.code).toBe(2)
  expect(ran.err).toContain('Did you mean put?')
  expect(ran.err).toContain('n9')
  expect(answers(ran.out)).toContain('ok')
  expect(ran.err).not.toContain('    at ')
})

test('a node left out of a partition is proposed | rest, a bad duration and a long key are named with their column', async () => {
  const input = ['partition n1 | n2', 'link n1 | n2 delay=5parsecs', `put ${'k'.repeat(300)} v`, 'ring', 'set electio=3'].join('\n')
  const ran = await runBuilt(['--nodes', '3'], input)
  expect(ran.code).toBe(2)
  expect(ran.err.trim().split('\n')).toEqual([
    'line 1: column 18: n3 is in no group. Did you mean partition n1 | n2 | rest?',
    'line 2: column 20: delay= takes a duration like 250ms or 3s, not "5parsecs"',
    'line 3: column 5: the key has 300 bytes; 256 are the most',
    'line 4: column 1: ring belongs to dynamo',
    'line 5: column 5: unknown setting electio. Did you mean election?',
  ])
})

test('an expectation that does not hold ends the pipe with 1', async () => {
  const ran = await runBuilt([], 'expect leaders = 7 within 100ms\n')
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('fail expected: leaders = 7 within 100ms, but leaders = ')
})

test('what cannot apply now is refused and says why', async () => {
  const ran = await runBuilt(['--nodes', '3'], 'put city Oslo\nkill n1\nkill n1\nwake n2\nsleep all\n')
  const lines = answers(ran.out)
  expect(lines).toContain('refused: n1 is dead; restart it first')
  expect(lines).toContain('refused: n2 is live')
  expect(lines.some((line) => line.includes('skipped n1 (dead)'))).toBe(true)
})

test('release tells how many datagrams had waited, and a failed comparison what the name stood for', async () => {
  const input = 'put city Oslo\nlet old = leader\nhold leader -> rest\nwait 300ms\nrelease\nexpect leaders = $old within 50ms\n'
  const { out } = await runBuilt([], input)
  expect(out).toMatch(/^ok delivered [1-9]\d* held datagrams$/m)
  expect(out).toMatch(/but leaders = \d+ \(\$old = n\d\)/)
})
