import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkHistoryFile } from '../../src/check/check-file.ts'
import { type CorpusCase, casesOf, FIXTURES, publishedCorpora } from './corpora.ts'

const LIMITS = { timeMs: 20_000, configurations: 1_000_000 }

async function judge(cases: readonly CorpusCase[], model: string): Promise<void> {
  const wrong: string[] = []
  for (const { name, path, expected } of cases) {
    const { verdict, why, witness } = await checkHistoryFile(path, model, LIMITS)
    if (verdict !== expected) wrong.push(`${name}: ${verdict} (${why}), expected ${expected}`)
    if (verdict === 'invalid' && witness.length === 0) wrong.push(`${name}: invalid without a witness`)
  }
  expect(cases.length).toBeGreaterThan(0)
  expect(wrong).toEqual([])
}

describe('generated histories, verdicts by exhaustive search', () => {
  test.each([
    ['gen-register-unique', 'register'],
    ['gen-register-dup', 'register'],
    ['gen-cas-unique', 'cas-register-strict'],
    ['gen-cas-dup', 'cas-register-strict'],
    ['gen-kv-unique', 'kv'],
  ])('%s', async (set, model) => {
    await judge(casesOf(join(FIXTURES, set)), model)
  })

  test('gen-models: what is only sequentially consistent is not linearizable', async () => {
    const folder = join(FIXTURES, 'gen-models')
    const table: Record<string, { readonly linearizable?: boolean }> = JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8'))
    await judge(
      casesOf(folder, (name) => table[name]?.linearizable),
      'kv',
    )
  })
})

const published = publishedCorpora()
describe.skipIf(published === null)('published histories (skipped: none beside the project, set SPLITBRAIN_CORPORA)', () => {
  test.each([
    ['porcupine-etcd', 'cas-register-strict'],
    ['porcupine-etcd', 'cas-register'],
    ['porcupine-kv', 'kv-strings'],
    ['knossos-cas-register', 'cas-register'],
    ['knossos-mutex', 'mutex'],
    ['jepsen-set', 'set'],
    ['jepsen-set-full', 'set-full'],
    ['jepsen-total-queue', 'queue'],
    ['jepsen-bank', 'bank'],
  ])('%s as %s', async (set, model) => {
    await judge(casesOf(join(published ?? '', set)), model)
  })

  test('jepsen-counter as counter; one of them was never read, which there is valid and here unknown', async () => {
    const cases = casesOf(join(published ?? '', 'jepsen-counter'))
    await judge(
      cases.map((each) => (each.name === 'counter' ? { ...each, expected: 'unknown' } : each)),
      'counter',
    )
  })
})
