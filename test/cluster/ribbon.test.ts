import { expect, test } from 'vitest'
import { Ribbon } from '../../src/cluster/ribbon.ts'

const S = 1_000_000_000

function ribbon(...stretches: readonly (readonly ['healthy' | 'degraded' | 'unhealthy', number])[]): Ribbon {
  const made = new Ribbon()
  for (const [state, seconds] of stretches) made.push(state, seconds * S)
  return made
}

function text(made: Ribbon, sinceNs: number, nowNs: number): string {
  return made
    .since(sinceNs, nowNs)
    .map(({ state, fromNs, toNs }) => `${state} ${((toNs - fromNs) / S).toFixed(1)}s`)
    .join(' | ')
}

test('one line, each state with its seconds', () => {
  const made = ribbon(['healthy', 0], ['degraded', 3], ['unhealthy', 9.1])
  expect(text(made, 0, 13.3 * S)).toBe('healthy 3.0s | degraded 6.1s | unhealthy 4.2s')
})

test('a state under a second is left out, and its time belongs to the one before', () => {
  const made = ribbon(['healthy', 0], ['degraded', 3], ['healthy', 3.5], ['degraded', 6])
  expect(text(made, 0, 8 * S)).toBe('healthy 6.0s | degraded 2.0s')
})

test('the state in force is a flicker until it has lasted', () => {
  const made = ribbon(['healthy', 0], ['unhealthy', 5])
  expect(made.since(0, 5.9 * S).map(({ state }) => state)).toEqual(['healthy'])
  expect(made.since(0, 6 * S).map(({ state }) => state)).toEqual(['healthy', 'unhealthy'])
})

test('a later start has the picture anew with the state in force', () => {
  const made = ribbon(['unhealthy', 0], ['healthy', 2])
  made.push('degraded', 6 * S)
  expect(text(made, 4 * S, 8 * S)).toBe('healthy 2.0s | degraded 2.0s')
  expect(text(made, 8 * S, 8.2 * S)).toBe('')
})

test('the same state again is no change', () => {
  expect(ribbon(['healthy', 0], ['healthy', 1]).all).toEqual([{ state: 'healthy', fromNs: 0 }])
})

test('a state that shows late takes the place of what was thought since it began', () => {
  const made = ribbon(['healthy', 0], ['degraded', 6.5], ['unhealthy', 6])
  made.push('degraded', 9.2 * S)
  expect(text(made, 0, 11 * S)).toBe('healthy 6.0s | unhealthy 3.2s | degraded 1.8s')
})

test('a late insight that changes nothing leaves one stretch', () => {
  expect(ribbon(['unhealthy', 0], ['degraded', 4], ['unhealthy', 3]).all).toEqual([{ state: 'unhealthy', fromNs: 0 }])
})
