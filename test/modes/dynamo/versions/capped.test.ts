import { expect, it } from 'vitest'
import { mayBeCut, nextNumber } from '../../../../src/modes/dynamo/versions/capped.ts'

/** Seed 1307 of the simulator: a stand-in forgot its event 12 with its hint, found a full clock of smaller numbers, and minted 12 again. */
it.each([
  ['a full clock of greater entries may have made room for them', { n2: 13 }, 1, true],
  ['one of smaller entries never held it', { n2: 11 }, 1, false],
  ['nor did one with room', { n2: 13 }, 2, false],
])('an event that the clock lacks: %s', (_, clock, cap, cut) => {
  const seen = { clock, dots: [] }
  expect(mayBeCut(seen, { actor: 'n1', n: 12 }, cap)).toBe(cut)
  // Whoever may count on under the old name gets a number that the name never had.
  if (cut) expect(nextNumber(seen, 'n1', cap)).toBeGreaterThan(12)
})
