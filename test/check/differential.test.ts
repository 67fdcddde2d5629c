import { expect, test } from 'vitest'
import { compareJudges } from './judges.ts'

test('zones, search and exhaustive search agree on 10,000 random histories, and each zone witness is a violation alone', () => {
  const { valid, invalid, byZones } = compareJudges(10_000, 'unit')
  expect(valid + invalid).toBe(10_000)
  // Both verdicts and both paths must really have been met.
  expect(invalid).toBeGreaterThan(800)
  expect(byZones).toBeGreaterThan(2_000)
})
