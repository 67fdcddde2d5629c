import { expect, test } from 'vitest'
import { compareJudges } from '../check/judges.ts'

const COUNT = Number(process.env.SPLITBRAIN_FUZZ ?? 1_000_000)
const SEED = process.env.SPLITBRAIN_SEED ?? 'slow'

test(`zones, search and exhaustive search agree on ${COUNT} random histories`, { timeout: 3_600_000 }, () => {
  const { valid, invalid } = compareJudges(COUNT, SEED)
  expect(valid + invalid).toBe(COUNT)
  expect(invalid).toBeGreaterThan(0)
})
