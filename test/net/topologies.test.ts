import { describe, expect, it } from 'vitest'
import { nodeIds } from '../../src/machine/ids.ts'
import { bridge, halves, ring, type Topology } from '../../src/net/topologies.ts'

/** Whom each node sees, itself included, in the order of the list. */
function sees(nodes: readonly string[], { cuts }: Topology): string[][] {
  const apart = new Set(cuts.flatMap(([a, b]) => [`${a}${b}`, `${b}${a}`]))
  return nodes.map((a) => nodes.filter((b) => !apart.has(`${a}${b}`)))
}

describe('halves', () => {
  it('of an odd number are a majority and a minority', () => {
    expect(halves(nodeIds(5)).sides).toEqual([
      ['n1', 'n2', 'n3'],
      ['n4', 'n5'],
    ])
    expect(sees(nodeIds(5), halves(nodeIds(5)))).toEqual([
      ['n1', 'n2', 'n3'],
      ['n1', 'n2', 'n3'],
      ['n1', 'n2', 'n3'],
      ['n4', 'n5'],
      ['n4', 'n5'],
    ])
  })

  it('of an even number leave nobody a majority', () => {
    for (const group of sees(nodeIds(4), halves(nodeIds(4)))) expect(group.length).toBe(2)
  })
})

describe('bridge', () => {
  it('has two groups that do not see each other and one node that sees all', () => {
    for (let count = 3; count <= 12; count++) {
      const nodes = nodeIds(count)
      const groups = sees(nodes, bridge(nodes))
      const middle = Math.floor(count / 2)
      groups.forEach((group, at) => {
        const side = at < middle ? nodes.slice(0, middle + 1) : nodes.slice(middle)
        expect(group).toEqual(at === middle ? nodes : side)
      })
    }
  })
})

describe('the majorities ring', () => {
  it('of five lets each see its two neighbours', () => {
    expect(sees(nodeIds(5), ring(nodeIds(5)))).toEqual([
      ['n1', 'n2', 'n5'],
      ['n1', 'n2', 'n3'],
      ['n2', 'n3', 'n4'],
      ['n3', 'n4', 'n5'],
      ['n1', 'n4', 'n5'],
    ])
  })

  it('of any number lets each see a majority, no two the same', () => {
    for (let count = 4; count <= 25; count++) {
      const groups = sees(nodeIds(count), ring(nodeIds(count)))
      for (const group of groups) expect(group.length).toBeGreaterThan(count / 2)
      expect(new Set(groups.map(String)).size).toBe(count)
    }
  })
})

it('too small a cluster has no such shape', () => {
  expect(() => halves(['n1'])).toThrow('halves needs 2 nodes, this cluster has 1')
  expect(() => bridge(nodeIds(2))).toThrow('bridge needs 3 nodes')
  expect(() => ring(nodeIds(3))).toThrow('ring needs 4 nodes')
})
