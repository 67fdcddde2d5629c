import { describe, expect, test } from 'vitest'
import { Cluster } from './harness.ts'

describe('a cluster without faults', () => {
  for (const nodes of [1, 2, 3, 4, 5, 7]) {
    test(`of ${nodes} elects one leader, stores and reads`, () => {
      const world = new Cluster({ nodes })
      world.elect()
      expect(world.call('c1', 'put', 'city', 'Oslo')).toMatchObject({ outcome: 'ok' })
      expect(world.call('c1', 'add', 'n', '1.5')).toMatchObject({ outcome: 'ok', value: '1.5' })
      expect(world.call('c2', 'get', 'city')).toMatchObject({ outcome: 'ok', value: 'Oslo' })
      expect(world.converge()).toBe(true)
      expect(world.leaders()).toHaveLength(1)
      expect(world.invariants.broken).toEqual([])
      for (const id of world.ids) expect(world.peek(id, 'city')).toBe('Oslo')
    })
  }

  test('has its first leader within 150 ms and some round trips, since the first timeout on an empty disk is short', () => {
    const world = new Cluster({ nodes: 5 })
    expect(world.runUntil(() => world.leaders().length === 1, 200)).toBe(true)
  })
})
