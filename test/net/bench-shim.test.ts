import { expect, it } from 'vitest'
import { benchShim } from '../../bench/shim.ts'

it('the relay bench carries traffic over both relays and relates them', async () => {
  const bench = await benchShim({ rounds: 2, ms: 150 })
  expect(bench.againstBareRounds).toHaveLength(2)
  expect(bench.busyP99Rounds).toHaveLength(2)
  for (const figure of Object.values(bench).flat()) expect(figure).toBeGreaterThan(0)
})
