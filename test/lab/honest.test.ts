/** DESIGN §8–§10: a run must not pass by what nobody looked at. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flipBit } from '../../src/cluster/disk-faults.ts'
import { seeded } from '../../src/machine/random.ts'
import { exitOfSuite } from '../../src/report/outcome.ts'
import type { CheckResult, RunEvent, SuiteResult } from '../../src/report/result.ts'
import { freshFolder } from './real-lab.ts'
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

const termination = ({ checks }: SuiteResult): CheckResult | undefined => checks.find(({ name }) => name === 'termination')

test('a store that does not come back after its last fault fails, though everything it acknowledged was right', async () => {
  const suite = await behindItsBack(labText(block('Write', [PUT]) + block('Crash', ['> kill n1'])), rot)
  expect(suite.cases.map(({ status }) => status)).toEqual(['passed', 'passed'])
  expect(termination(suite)).toMatchObject({ verdict: 'invalid', passed: false, why: expect.stringContaining('log is damaged') })
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
  expect(exitOfSuite(flipped)).toBe(0)
})
