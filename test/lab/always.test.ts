/** Armed rules: broken, forgiven within their time, judged at the end, kept over a reset. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Lab } from '../../src/lab/lab.ts'
import type { LabEvent } from '../../src/lab/types.ts'
import { until } from '../cluster/until.ts'
import { must, openSmall, say } from './real-lab.ts'

const open: Lab[] = []
afterEach(() => Promise.all(open.splice(0).map((lab) => lab.close())))

async function ready(nodes = 3): Promise<{ lab: Lab; broken: LabEvent[] }> {
  const lab = await openSmall({ nodes })
  open.push(lab)
  const broken: LabEvent[] = []
  lab.on('event', (event) => {
    if (event.type === 'always') broken.push(event)
  })
  await must(lab, 'expect healthy within 20s')
  return { lab, broken }
}

test('a rule that breaks says so at once, with what was so instead; the others hold', async () => {
  const { lab, broken } = await ready()
  expect(await say(lab, 'always failed = 0')).toBe('ok armed until the end')
  await must(lab, 'always leaders <= 1', 'always failed = 0 within 60s', 'put x 1 timeout=10s', 'always linearizable', 'kill follower')
  await until('the rule is broken', () => broken.length > 0)
  expect(broken).toMatchObject([{ text: 'BROKEN always failed = 0: failed = 1', failed: true }])
  await must(lab, 'restart last')
  const judged = await lab.always.finish({ patient: true })
  expect(judged.map(({ text, verdict }) => [text, verdict])).toEqual([
    ['failed = 0', 'invalid'],
    ['leaders <= 1', 'valid'],
    ['failed = 0 within 60s', 'valid'],
    ['linearizable', 'valid'],
  ])
  expect(await lab.always.finish({ patient: true })).toEqual([])
})

test('a rule with a time breaks when its time is over, also when that is after the end', async () => {
  const { lab, broken } = await ready()
  await must(lab, 'always failed = 0 within 300ms', 'kill follower')
  const judged = await lab.always.finish({ patient: true })
  expect(judged).toMatchObject([{ verdict: 'invalid', why: 'failed = 1' }])
  expect(broken).toHaveLength(1)
})

test('a verdict is judged at the end and is unknown of nothing; closing the lab judges too', async () => {
  const { lab, broken } = await ready(1)
  await must(lab, 'always linearizable')
  expect(broken).toEqual([])
  await lab.close()
  expect(broken).toMatchObject([{ text: expect.stringContaining('BROKEN always linearizable: linearizable is unknown'), failed: true }])
})

test('a rule about nodes is resolved when it is armed and survives a reset', async () => {
  const { lab, broken } = await ready()
  await must(lab, 'always commit(n1) >= 0', 'always failed = 0', 'reset nodes=1', 'expect healthy within 20s')
  expect(broken).toEqual([])
  await must(lab, 'kill n1')
  await until('the rule is broken', () => broken.length > 0)
  expect(broken[0]?.text).toContain('failed = 1')
  expect(await say(lab, 'always role(dead) = leader')).toBe('ok armed until the end')
  expect(await say(lab, 'always role(asleep) = leader')).toBe('refused: no node is asleep')
})

test('a session keeps what became of its rules, each run what broke in it', async () => {
  const { lab, broken } = await ready()
  const first = lab.folder
  await must(lab, 'always failed = 0', 'always leaders <= 1', 'kill follower')
  await until('the rule is broken', () => broken.length > 0)
  await must(lab, 'reset nodes=1', 'expect healthy within 20s')
  const second = lab.folder
  await lab.close()
  expect(kept(first)).toEqual([['always failed = 0', 'invalid', false]])
  expect(kept(second)).toEqual([['always leaders <= 1', 'valid', true]])
})

function kept(folder: string): readonly unknown[] {
  const { checks } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as { checks: Record<string, unknown>[] }
  return checks.map(({ name, verdict, passed }) => [name, verdict, passed])
}
