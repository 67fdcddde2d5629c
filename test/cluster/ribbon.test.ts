import { expect, test } from 'vitest'
import { Ribbon } from '../../src/cluster/ribbon.ts'

const S = 1_000_000_000

function ribbon(...stretches: readonly (readonly ['healthy' | 'degraded' | 'unhealthy', number])[]): Ribbon {
  const made = new Ribbon()
  for (const [state, seconds] of stretches) made.push(state, seconds * S)
  return made
}

test('one line, each state with its seconds', () => {
  const made = ribbon(['healthy', 0], ['degraded', 3], ['unhealthy', 9.1])
  expect(made.text(13.3 * S)).toBe('healthy 3.0s | degraded 6.1s | unhealthy 4.2s')
})

test('a state under a second is left out, and its time belongs to the one before', () => {
  const made = ribbon(['healthy', 0], ['degraded', 3], ['healthy', 3.5], ['degraded', 6])
  expect(made.text(8 * S)).toBe('healthy 6.0s | degraded 2.0s')
})

test('the state in force is a flicker until it has lasted', () => {
  const made = ribbon(['healthy', 0], ['unhealthy', 5])
  expect(made.since(5.9 * S).map(({ state }) => state)).toEqual(['healthy'])
  expect(made.since(6 * S).map(({ state }) => state)).toEqual(['healthy', 'unhealthy'])
})

test('mark starts the picture anew with the state in force', () => {
  const made = ribbon(['unhealthy', 0], ['healthy', 2])
  made.mark(4 * S)
  made.push('degraded', 6 * S)
  expect(made.text(8 * S)).toBe('healthy 2.0s | degraded 2.0s')
  made.mark(8 * S)
  expect(made.text(8.2 * S)).toBe('')
})

test('the same state again is no change', () => {
  expect(ribbon(['healthy', 0], ['healthy', 1]).all).toEqual([{ state: 'healthy', fromNs: 0 }])
})
