import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeIds } from '../../../../src/machine/ids.ts'
import { buildRing, type RingOptions } from '../../../../src/modes/dynamo/ring/build.ts'
import { positionOf } from '../../../../src/modes/dynamo/ring/position.ts'
import type { Change } from '../../../../src/modes/dynamo/ring/ring.ts'

const OPTIONS: RingOptions = { strategy: 3, partitions: 64, tokens: 16, n: 3, racks: new Map() }
const STRATEGIES = [1, 2, 3] as const

function founders(count: number): readonly Change[] {
  return nodeIds(count).map((node) => ({ kind: 'join', node, at: 0, by: node }))
}

function ring(history: readonly Change[], options: Partial<RingOptions> = {}, distinct = true) {
  return buildRing(history, { ...OPTIONS, ...options }, { distinct })
}

function all(partitions: number): readonly number[] {
  return Array.from({ length: partitions }, (_, i) => i)
}

const node = fc.integer({ min: 1, max: 9 }).map((i) => `n${i}`)
const change = fc.record({
  kind: fc.constantFrom('join' as const, 'leave' as const),
  node,
  at: fc.integer({ min: 0, max: 6 }),
  by: node,
})
const history = fc.array(change, { minLength: 1, maxLength: 14 })
const strategy = fc.constantFrom(...STRATEGIES)

describe('positions', () => {
  it('are MD5 (§4.1), the first 48 bits', () => {
    expect(positionOf('')).toBe(0xd41d8cd98f00)
    expect(positionOf('abc')).toBe(0x900150983cd2)
    expect(positionOf('Åse')).toBe(positionOf('\u00c5se'))
  })
})

describe('one history, one ring', () => {
  it('in whatever order and how often the changes came', () => {
    fc.assert(
      fc.property(
        history.chain((h) => fc.tuple(fc.constant(h), fc.shuffledSubarray([...h, ...h], { minLength: 2 * h.length }))),
        strategy,
        ([sorted, shuffled], strategy) => {
          const [a, b] = [ring(sorted, { strategy }), ring(shuffled, { strategy })]
          expect(b.digest).toBe(a.digest)
          expect(b.members).toEqual(a.members)
          expect(all(b.partitions).map((p) => b.preference(p))).toEqual(all(a.partitions).map((p) => a.preference(p)))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('other histories have other digests, even where the members are the same', () => {
    const [one, more] = [founders(3), [...founders(3), { kind: 'join', node: 'n2', at: 4, by: 'n1' } as const]]
    expect(ring(more).members).toEqual(ring(one).members)
    expect(ring(more).digest).not.toBe(ring(one).digest)
  })

  it('the last change of a node decides; at one time a leave comes after a join', () => {
    const history: Change[] = [
      ...founders(3),
      { kind: 'leave', node: 'n2', at: 2, by: 'n1' },
      { kind: 'join', node: 'n2', at: 5, by: 'n3' },
      { kind: 'leave', node: 'n3', at: 4, by: 'n1' },
      { kind: 'join', node: 'n3', at: 4, by: 'n2' },
    ]
    expect(ring(history).members).toEqual(['n1', 'n2'])
  })
})

describe('preference lists (§4.3)', () => {
  it('name every member once, and N different homes first', () => {
    fc.assert(
      fc.property(history, strategy, fc.constantFrom(1, 3, 5), fc.constantFrom(5, 64), (changes, strategy, n, partitions) => {
        const built = ring(changes, { strategy, n, partitions })
        for (const partition of all(built.partitions)) {
          const list = built.preference(partition)
          expect(new Set(list).size).toBe(list.length)
          expect([...list].sort()).toEqual([...built.members].sort())
          expect(built.homes(partition)).toEqual(list.slice(0, n))
        }
      }),
      { numRuns: 100 },
    )
  })

  it.each(STRATEGIES)('with fewer nodes than N the list is short, and with none it is empty (strategy %i)', (strategy) => {
    const two = ring(founders(2), { strategy })
    expect([...two.homes(two.partitionOf('city'))].sort()).toEqual(['n1', 'n2'])
    const none = ring([], { strategy })
    expect(none.homes(none.partitionOf('city'))).toEqual([])
  })

  it('a key in (A, B] is kept by B, C and D (Figure 2)', () => {
    const built = ring(founders(5), { strategy: 1, tokens: 1 })
    const around = nodeIds(5).sort((a, b) => positionOf(`${a}/1`) - positionOf(`${b}/1`))
    for (let i = 0; i < 200; i++) {
      const key = `key${i}`
      const after = around.findIndex((id) => positionOf(`${id}/1`) >= positionOf(key))
      const first = after === -1 ? 0 : after
      expect(built.homes(built.partitionOf(key))).toEqual([0, 1, 2].map((k) => around[(first + k) % 5]))
    }
  })

  it('differ in rack as long as there are racks, and a node without a rack is one of its own', () => {
    const racks = new Map(nodeIds(6).map((id, i) => [id, `rack${Math.floor(i / 2)}`]))
    for (const strategy of STRATEGIES) {
      const built = ring(founders(7), { strategy, racks })
      for (const partition of all(built.partitions)) {
        const homes = built.homes(partition)
        expect(new Set(homes.map((id) => racks.get(id) ?? id)).size).toBe(3)
      }
    }
  })

  it('two racks and N = 3: both have a copy', () => {
    const racks = new Map(nodeIds(6).map((id, i) => [id, i < 3 ? 'left' : 'right']))
    const built = ring(founders(6), { racks })
    for (const partition of all(64)) expect(new Set(built.homes(partition).map((id) => racks.get(id))).size).toBe(2)
  })

  it('bug same-node-replicas lists a node more than once', () => {
    const share = (nodes: number): number => {
      const built = ring(founders(nodes), {}, false)
      return all(64).filter((p) => new Set(built.homes(p)).size < 3).length / 64
    }
    // P4: 51 % at five nodes, 27 % at ten.
    expect(share(5)).toBeGreaterThan(0.3)
    expect(share(10)).toBeGreaterThan(0.1)
    expect(ring(founders(5), {}, false).homes(0)).toHaveLength(3)
  })
})

describe('strategy 3 (§6.2)', () => {
  const owners = (built: ReturnType<typeof ring>): readonly (string | null)[] => all(built.partitions).map((p) => built.ownerOf(p))

  it('every member owns Q/S partitions, give or take one, whatever happened', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(8, 64, 100), (changes, partitions) => {
        const built = ring(changes, { partitions, n: 1 })
        const owned = built.members.map((id) => owners(built).filter((owner) => owner === id).length)
        if (owned.length > 0) expect(Math.max(...owned) - Math.min(...owned)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('a join moves Q/(S+1) partitions, all of them to the one who joined', () => {
    const before = ring(founders(5))
    const after = ring([...founders(5), { kind: 'join', node: 'n6', at: 1, by: 'n2' }])
    const moved = all(64).filter((p) => owners(before)[p] !== owners(after)[p])
    expect(moved).toHaveLength(10)
    expect(new Set(moved.map((p) => owners(after)[p]))).toEqual(new Set(['n6']))
  })

  it('a leave gives away the partitions of the one who left and no other', () => {
    const before = ring(founders(5))
    const after = ring([...founders(5), { kind: 'leave', node: 'n4', at: 1, by: 'n4' }])
    const moved = all(64).filter((p) => owners(before)[p] !== owners(after)[p])
    expect(moved).toEqual(all(64).filter((p) => owners(before)[p] === 'n4'))
  })
})

describe('names of partitions', () => {
  it('stay what they are when others come, and name the same keys', () => {
    for (const strategy of STRATEGIES) {
      const before = ring(founders(4), { strategy, tokens: 4 })
      const after = ring([...founders(4), { kind: 'join', node: 'n5', at: 1, by: 'n1' }], { strategy, tokens: 4 })
      const names = new Set(all(before.partitions).map((p) => before.nameOf(p)))
      expect(names.size).toBe(before.partitions)
      const keys = Array.from({ length: 500 }, (_, i) => `key${i}`)
      for (const name of all(after.partitions).map((p) => after.nameOf(p))) {
        if (!names.has(name)) continue
        const in1 = keys.filter((key) => before.nameOf(before.partitionOf(key)) === name)
        expect(keys.filter((key) => after.nameOf(after.partitionOf(key)) === name)).toEqual(in1)
      }
    }
  })
})

describe('lookups', () => {
  it('remember keys without growing, `__proto__` among them, and go on giving the same answer', () => {
    const [warm, cold] = [ring(founders(5)), ring(founders(5))]
    for (let i = 0; i < 20_000; i++) warm.partitionOf(`key${i}`)
    for (const key of ['key1', 'key19999', '__proto__', 'constructor', '']) {
      expect(warm.partitionOf(key)).toBe(cold.partitionOf(key))
      expect(warm.partitionOf(key)).toBe(cold.partitionOf(key))
    }
  })

  it('every key is in exactly one partition, and the widths make the whole ring', () => {
    for (const strategy of STRATEGIES) {
      const built = ring(founders(5), { strategy })
      const width = all(built.partitions).reduce((sum, p) => sum + built.widthOf(p), 0)
      expect(width).toBeCloseTo(1, 9)
      const counts = new Map<number, number>()
      for (let i = 0; i < 4_000; i++) counts.set(built.partitionOf(`key${i}`), (counts.get(built.partitionOf(`key${i}`)) ?? 0) + 1)
      for (const [partition, count] of counts) expect(Math.abs(count / 4_000 - built.widthOf(partition))).toBeLessThan(0.02)
    }
  })
})
