import { expect, test } from 'vitest'
import { percentile } from '../../src/history/percentile.ts'

test('the nearest rank, never past either end, and nothing of nothing', () => {
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  expect([0, 0.1, 0.5, 0.51, 0.99, 1].map((share) => percentile(ten, share))).toEqual([1, 1, 5, 6, 10, 10])
  expect([percentile([7], 0.5), percentile([], 0.5)]).toEqual([7, null])
})
