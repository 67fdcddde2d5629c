/** DESIGN §8–§10: a run must not pass by what nobody looked at. */
import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flipBit } from '../../src/cluster/disk-faults.ts'
import { Witness } from '../../src/lab/witness.ts'
import { seeded } from '../../src/machine/random.ts'
import { exitOfSuite } from '../../src/report/outcome.ts'
import type { CheckResult, RunEvent, SuiteResult } from '../../src/report/result.ts'
import { freshFolder, openSmall } from './real-lab.ts'
import { block, labText, run } from './runner.ts'

const PUT = '> put city Oslo timeout=10s'

/** One lab, and what is done behind its back when its first block is over. */
async function behindItsBack(text: string, deed: (runFolder: string, event: RunEvent) => void): Promise<SuiteResult> {
  const baseDir = freshFolder()
  let done = false
  const ran = await run({ 'a.md': text }, { baseDir }, undefined, (event) => {
    if (event.type !== 'case-end' || done) return
    done = true
    deed(join(baseDir, '.splitbrain', 'latest'), event)
  })
  return ran.suite()
}

/** Damage that no command of the lab did. */
function rot(runFolder: string): void {
  flipBit('n1', join(runFolder, 'data', 'n1'), seeded('rot'))
}

/** What the kernel does when memory is short, or a defect of the runtime. */
function crash(runFolder: string): void {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
  const mine = stdout.split('\n').filter((line) => line.includes(realpathSync(runFolder)) && line.includes('"id":"n3"'))
  expect(mine).toHaveLength(1)
  process.kill(Number.parseInt(mine[0] ?? '', 10), 'SIGKILL')
}

const termination = ({ checks }: SuiteResult): CheckResult | undefined => checks.find(({ name }) => name === 'termination')

test('a store that does not come back after its last fault fails, though everything it acknowledged was right', async () => {
  const suite = await behindItsBack(labText(block('Write', [PUT]) + block('Crash', ['> kill n1'])), rot)
  expect(suite.cases.map(({ status }) => status)).toEqual(['passed', 'passed'])
  expect(termination(suite)).toMatchObject({ verdict: 'invalid', passed: false, why: expect.stringContaining('log is damaged') })
  expect(suite.incidents).toMatchObject([{ kind: 'death', text: expect.stringMatching(/^n1 halted: log is damaged/), explained: null }])
  expect(exitOfSuite(suite)).toBe(1)
})

test('termination: a healthy end is valid, and what the lab itself destroyed is called so', async () => {
  const ran = await run(
    {
      'calm.md': labText(block('Write', [PUT])),
      'flip.md': labText(block('Flip', [PUT, '> expect uncommitted(all) = 0 within 5s', '> disk n1 flip', '> kill n1']), 'nodes: 3'),
    },
    { jobs: 2 },
  )
  expect(termination(ran.suite('calm.md'))).toMatchObject({ verdict: 'valid', passed: true })
  const flipped = ran.suite('flip.md')
  expect(termination(flipped)).toMatchObject({
    verdict: 'invalid',
    passed: true,
    why: expect.stringMatching(/log is damaged.*; the lab itself damaged n1$/),
  })
  expect(flipped.incidents).toMatchObject([{ kind: 'death', explained: 'disk flip' }])
  expect(exitOfSuite(flipped)).toBe(0)
})

test('a node that dies by itself fails a lab whose every block and check passes, and every report says so', async () => {
  const text = labText(
    block('Write', [PUT]) + block('Go on', ['> expect failed = 1 within 20s', '> put city Bergen timeout=10s']),
    'nodes: 3',
  )
  const suite = await behindItsBack(text, crash)
  expect(suite.cases.map(({ why, status }) => why ?? status)).toEqual(['passed', 'passed'])
  expect(suite.checks.map(({ passed }) => passed)).toEqual([true, true, true])
  expect(suite.incidents).toMatchObject([{ kind: 'death', text: expect.stringMatching(/^n3 crashed: signal SIGKILL/), explained: null }])
  expect(exitOfSuite(suite)).toBe(1)
})

test('a finding fails a lab, unless the lab runs a known-bad variant', async () => {
  for (const [bug, explained] of [
    ['none', null],
    ['local-reads', 'the known-bad variant local-reads'],
  ] as const) {
    const lab = await openSmall({ nodes: 1, settings: { bug } })
    const witness = new Witness({ mode: 'raft', nodes: 1, seed: null, settings: {}, given: [], parts: [] }, () => 5)
    witness.attend(lab)
    lab.run.events.emit('finding', 'FINDING unhealthy')
    await lab.close()
    expect(witness.incidents).toEqual([{ time: 5, kind: 'finding', text: 'FINDING unhealthy', explained }])
  }
})
