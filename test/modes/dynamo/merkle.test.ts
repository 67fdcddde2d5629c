import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MerkleComparison } from '../../../src/modes/dynamo/merkle-compare.ts'
import { HashTree } from '../../../src/modes/dynamo/merkle-tree.ts'

function treeOf(entries: Iterable<readonly [string, string]>): HashTree {
  const tree = new HashTree()
  for (const [key, digest] of entries) tree.set(key, digest)
  return tree
}

/** Both trees at hand. `rounds`: questions asked. */
function compare(mine: HashTree, theirs: HashTree, atOnce?: number) {
  const walk = new MerkleComparison(mine.root, theirs.root, atOnce)
  for (let rounds = 0; rounds < 2_000; rounds++) {
    const next = walk.next()
    if ('differing' in next) {
      const keys = next.differing.flatMap((path) => differingKeys(mine, theirs, path))
      const keyHashes = next.differing.reduce((sum, path) => sum + theirs.keys(path).length, 0)
      return { keys: [...new Set(keys)].sort(), hashes: walk.hashes, keyHashes, rounds }
    }
    const children = (tree: HashTree) => next.ask.map((path) => tree.children(path))
    expect(walk.take(children(mine), children(theirs))).toBe(true)
  }
  throw new Error('the walk does not end')
}

function differingKeys(mine: HashTree, theirs: HashTree, path: string): string[] {
  const [a, b] = [new Map(mine.keys(path)), new Map(theirs.keys(path))]
  return [...a.keys(), ...b.keys()].filter((key) => a.get(key) !== b.get(key))
}

const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', ''), fc.string({ maxLength: 8 }))
const digest = fc.string({ minLength: 1, maxLength: 6 })
const entries = fc.uniqueArray(fc.tuple(key, digest), { maxLength: 60, selector: ([k]) => k })

describe('HashTree', () => {
  it('is the same whatever the order of arrival, and whatever was there meanwhile (A2)', () => {
    fc.assert(
      fc.property(
        entries.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.array(fc.tuple(key, digest))),
        ),
        ([all, shuffled, passing]) => {
          const kept = new Map(all)
          const other = new HashTree()
          for (const [k, d] of passing) other.set(k, d)
          for (const [k] of passing) other.set(k, other.size % 2 === 0 && !kept.has(k) ? null : 'x')
          for (const [k, d] of shuffled) other.set(k, d)
          for (const [k] of passing) if (!kept.has(k)) other.set(k, null)
          const tree = treeOf(all)
          expect(other.root).toBe(tree.root)
          expect(other.size).toBe(all.length)
          expect(other.children('')).toEqual(tree.children(''))
        },
      ),
    )
  })

  it('any key or digest that differs changes the root', () => {
    fc.assert(
      fc.property(entries, key, digest, (all, k, d) => {
        const tree = treeOf(all)
        const before = tree.root
        const had = new Map(all).get(k)
        tree.set(k, had === d ? null : d)
        expect(tree.root).not.toBe(before)
        tree.set(k, had ?? null)
        expect(tree.root).toBe(before)
      }),
    )
  })

  it('digests that two keys exchange do not cancel out', () => {
    expect(
      treeOf([
        ['a', '1'],
        ['b', '2'],
      ]).root,
    ).not.toBe(
      treeOf([
        ['a', '2'],
        ['b', '1'],
      ]).root,
    )
    expect(treeOf([['ab', 'c']]).root).not.toBe(treeOf([['a', 'bc']]).root)
  })

  it('emptied, it is as one that never held a key', () => {
    const tree = treeOf([['a', '1']])
    tree.set('a', null)
    expect([tree.root, tree.size, tree.children('')]).toEqual([new HashTree().root, 0, new HashTree().children('')])
  })

  it('has each key under one leaf, and nothing under what is no path', () => {
    const tree = treeOf(Array.from({ length: 500 }, (_, i) => [`key${i}`, 'd'] as const))
    const digits = '0123456789abcdef'
    const leaves = [...digits].flatMap((a) => [...digits].flatMap((b) => [...'0123'].map((c) => a + b + c)))
    expect(leaves).toHaveLength(1_024)
    const under = leaves.flatMap((path) => tree.keys(path).map(([k]) => k))
    expect(under.sort()).toEqual(Array.from({ length: 500 }, (_, i) => `key${i}`).sort())
    expect(leaves.every((path) => tree.isLeaf(path) && tree.children(path).length === 0)).toBe(true)
    for (const path of ['g', 'ff4', '0000', '-', 'aZ']) {
      expect([tree.isLeaf(path), tree.children(path), tree.keys(path)]).toEqual([false, [], []])
    }
  })

  it('spreads keys: of 10,000, no leaf holds more than 40', () => {
    const tree = treeOf(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, 'd'] as const))
    let most = 0
    for (let leaf = 0; leaf < 1_024; leaf++) {
      const path = (leaf >> 6).toString(16) + ((leaf >> 2) & 15).toString(16) + (leaf & 3)
      most = Math.max(most, tree.keys(path).length)
    }
    expect(most).toBeLessThan(40)
  })
})

describe('MerkleComparison', () => {
  const many = (count: number): [string, string][] => Array.from({ length: count }, (_, i) => [`key${i}`, `v${i}`])

  it('finds exactly the keys that differ', () => {
    fc.assert(
      fc.property(entries, entries, fc.integer({ min: 1, max: 40 }), (a, b, atOnce) => {
        const [left, right] = [new Map(a), new Map(b)]
        const expected = [...new Set([...left.keys(), ...right.keys()])].filter((k) => left.get(k) !== right.get(k)).sort()
        expect(compare(treeOf(a), treeOf(b), atOnce).keys).toEqual(expected)
      }),
    )
  })

  it('equal trees cost one hash', () => {
    expect(compare(treeOf(many(10_000)), treeOf(many(10_000)))).toEqual({ keys: [], hashes: 1, keyHashes: 0, rounds: 0 })
  })

  it.each([
    [1, 60, 40],
    [10, 300, 200],
    [100, 1_024, 1_400],
  ])('10,000 keys of which %i differ take at most %i hashes (A4)', (differing, mostHashes, mostKeyHashes) => {
    const mine = treeOf(many(10_000))
    const theirs = treeOf(many(10_000))
    for (let i = 0; i < differing; i++) theirs.set(`key${i * 97}`, 'other')
    const { keys, hashes, keyHashes, rounds } = compare(mine, theirs)
    expect(keys).toHaveLength(differing)
    expect(hashes).toBeLessThanOrEqual(mostHashes)
    expect(keyHashes).toBeLessThanOrEqual(mostKeyHashes)
    expect(rounds).toBeLessThanOrEqual(6)
  })

  it('one side empty: all leaves differ, and the walk ends', () => {
    const { keys, hashes } = compare(treeOf(many(3_000)), new HashTree())
    expect(keys).toHaveLength(3_000)
    expect(hashes).toBe(1 + 16 + 256 + 1_024)
  })

  it('answers that are not of such a tree are refused, and the question stands', () => {
    const [mine, theirs] = [treeOf(many(10)), treeOf(many(11))]
    const walk = new MerkleComparison(mine.root, theirs.root)
    const answer = [mine.children('')]
    const bad: unknown[] = [[], [[]], [['a']], [null], [Array.from({ length: 16 }, () => 7)], [Array.from({ length: 17 }, () => 'a')]]
    for (const wrong of bad) expect(walk.take(answer, wrong as string[][])).toBe(false)
    expect(walk.next()).toEqual({ ask: [''] })
    expect(walk.take(answer, [theirs.children('')])).toBe(true)
  })

  it('of an answer that stops short the rest is asked again', () => {
    const [mine, theirs] = [treeOf(many(3_000)), new HashTree()]
    const walk = new MerkleComparison(mine.root, theirs.root)
    walk.take([mine.children('')], [theirs.children('')])
    const next = walk.next()
    const asked = 'ask' in next ? next.ask : []
    expect(asked).toHaveLength(16)
    walk.take(
      asked.slice(0, 3).map((path) => mine.children(path)),
      asked.slice(0, 3).map((path) => theirs.children(path)),
    )
    const then = walk.next()
    expect('ask' in then && then.ask.slice(0, 13)).toEqual(asked.slice(3))
  })
})
