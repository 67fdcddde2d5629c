/** Verdicts as expectations: `invalid` needs a witness, `unknown` fails both forms, and nothing proves nothing. */
import { afterEach, expect, test } from 'vitest'
import { Lab } from '../../src/lab/lab.ts'
import { runOptions } from '../../src/lab/open.ts'
import { freshFolder, must, openSmall, say } from './real-lab.ts'

const open: Lab[] = []
afterEach(() => Promise.all(open.splice(0).map((lab) => lab.close())))

async function one(): Promise<Lab> {
  const lab = await openSmall({ nodes: 1 })
  open.push(lab)
  return lab
}

/** An operation that nobody performed, as a store would have it that lies. */
function lie(lab: Lab, f: string, value: string | null, read: string | null): void {
  const { recorder } = lab.run.history
  const operation = recorder.begin('c9', { f, key: 'city', value, timeoutMs: 1_000 })
  operation.end({ id: 0, outcome: 'ok', value: read, attempts: 1 })
}

test('an empty history, and one in which nothing was acknowledged, is unknown: it passes neither form', async () => {
  const lab = await one()
  for (const form of ['linearizable', 'not linearizable', 'nothing-lost', 'not nothing-lost'])
    expect(await say(lab, `expect ${form}`)).toMatch(/^unknown expected: .* no operation was acknowledged/)
  expect(await say(lab, 'check')).toMatch(/^unknown.*: nothing-lost: unknown/)
  expect(await lab.check('linearizable')).toMatchObject({ verdict: 'unknown', witness: [] })
})

test('a history that was full before the end is never valid; a lie before that stays one', async () => {
  const lab = await Lab.open({ ...runOptions({ nodes: 1, settings: { preset: 'fast' }, baseDir: freshFolder() }), historyEvents: 4 })
  open.push(lab)
  await must(lab, 'put city Oslo timeout=10s', 'get city')
  expect(await lab.check('linearizable')).toMatchObject({ verdict: 'valid', operations: 2 })
  await must(lab, 'get city')
  for (const form of ['linearizable', 'not linearizable'])
    expect(await say(lab, `expect ${form}`)).toMatch(/^unknown expected: .*the history was full before the run ended/)
  expect(await lab.check('nothing-lost')).toMatchObject({ verdict: 'unknown' })

  const lying = await Lab.open({ ...runOptions({ nodes: 1, settings: { preset: 'fast' }, baseDir: freshFolder() }), historyEvents: 4 })
  open.push(lying)
  lie(lying, 'put', 'Oslo', null)
  lie(lying, 'get', null, 'Bergen')
  await must(lying, 'get other timeout=10s')
  expect(await lying.check('linearizable')).toMatchObject({ verdict: 'invalid' })
})

test('a lie is found, with its witness; then `not` holds and the plain form fails', async () => {
  const lab = await one()
  lie(lab, 'put', 'Oslo', null)
  lie(lab, 'get', null, 'Bergen')
  expect(await say(lab, 'expect not linearizable')).toBe('ok')
  expect(await say(lab, 'expect linearizable')).toMatch(/^fail expected: linearizable, but linearizable is invalid: /)
  const verdict = await lab.check('linearizable')
  expect(verdict.verdict).toBe('invalid')
  expect(verdict.witness.map((event) => event.value)).toContain('Bergen')
  expect(await say(lab, 'check linearizable')).toMatch(/^fail.*: linearizable: invalid/)
})

test('a write that is gone is looked for and found missing, though nobody had read it', async () => {
  const lab = await one()
  await say(lab, 'put other x timeout=10s')
  lie(lab, 'put', 'Oslo', null)
  expect(await say(lab, 'expect not nothing-lost')).toBe('ok')
  expect(await say(lab, 'expect nothing-lost')).toMatch(/^fail expected: nothing-lost, but nothing-lost is invalid/)
})

test('a checker that does not exist is bad usage, also from the API', async () => {
  const lab = await one()
  await expect(lab.check('sorted')).rejects.toMatchObject({ code: 'usage' })
  await expect(lab.do('check sorted')).rejects.toMatchObject({ code: 'usage' })
})
