import { describe, expect, it } from 'vitest'
import { refuse } from '../../../src/modes/dynamo/settings.ts'

describe('settings that do not go together', () => {
  it.each([
    [{}, 3, null],
    [{}, 2, 'n=3 keeps each key on 3 nodes, and 2 are too few'],
    [{ r: '4' }, 5, 'r=4 is more than n=3: no read could be answered'],
    [{ w: '4' }, 5, 'w=4 is more than n=3: no write could be acknowledged'],
    [{ partitions: '16384' }, 5, null],
    [{ partitions: '16385' }, 5, 'partitions=16385 is more than 16384'],
    // Strategy 1 has no equal parts, strategy 3 no random tokens.
    [{ partitions: '16385', strategy: '1' }, 5, null],
    [{ tokens: '99999' }, 5, null],
    [{ tokens: '4000', strategy: '2' }, 5, 'tokens=4000 on 5 nodes: that is more than 16384 in all'],
  ])('%j on %i nodes', (settings, nodes, why) => {
    expect(refuse(settings, nodes)).toBe(why)
  })
})
