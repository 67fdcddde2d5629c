/**
 * The hash tree of one partition (§4.7), kept up to date by every write. A leaf is the exclusive or of the hashes of what is under it:
 * setting a key costs the same however many there are, and the order of arrival leaves no trace. Inner hashes are made when asked for.
 */
import { assert } from '../../machine/assert.ts'
import type { MerkleTree } from './merkle.ts'

/** 16 children of the root, 16 of each of those, 4 leaves below each: 1,024. Ten keys of 10,000 that differ then take some 200 hashes. */
const FAN_OUT: readonly number[] = [16, 16, 4]
const LEAVES = 1_024
/** Where each level begins in one array of all nodes, root first; the leaves are last. */
const LEVEL_START: readonly number[] = [0, 1, 17, 273]
const NODES = 273 + LEAVES
const DEPTH = FAN_OUT.length
const DIGITS = '0123456789abcdef'

/** Of an empty part, and of an empty tree. */
const NOTHING = '0000000000000000'
const NO_CHILDREN: readonly string[] = []

interface Hashes {
  readonly high: Uint32Array
  readonly low: Uint32Array
  /** Inner nodes whose hash has to be made again. */
  readonly stale: Uint8Array
}

export class HashTree implements MerkleTree {
  readonly #leaves: (Map<string, string> | undefined)[] = []
  /** Made with the first key: most partitions of a node are empty. */
  #hashes: Hashes | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  get root(): string {
    return this.#hashAt(0, 0)
  }

  isLeaf(path: string): boolean {
    return isLeafPath(path)
  }

  children(path: string): readonly string[] {
    const index = indexOf(path)
    const level = path.length
    if (index === null || level === DEPTH) return NO_CHILDREN
    const count = FAN_OUT[level] ?? 0
    return Array.from({ length: count }, (_, i) => this.#hashAt(level + 1, index * count + i))
  }

  keys(path: string): readonly (readonly [key: string, digest: string])[] {
    const index = path.length === DEPTH ? indexOf(path) : null
    return index === null ? [] : [...(this.#leaves[index] ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  set(key: string, digest: string | null): void {
    hashText(key, '')
    const leaf = hashed.low % LEAVES
    const under = this.#leaves[leaf]
    const before = under?.get(key)
    if (before === (digest ?? undefined)) return
    if (before !== undefined) this.#toggle(leaf, key, before)
    if (digest !== null) this.#toggle(leaf, key, digest)
    if (digest === null) under?.delete(key)
    else if (under === undefined) this.#leaves[leaf] = new Map([[key, digest]])
    else under.set(key, digest)
    this.#size += (digest === null ? 0 : 1) - (before === undefined ? 0 : 1)
  }

  #toggle(leaf: number, key: string, digest: string): void {
    this.#hashes ??= { high: new Uint32Array(NODES), low: new Uint32Array(NODES), stale: new Uint8Array(NODES - LEAVES) }
    const { high, low, stale } = this.#hashes
    hashText(key, digest)
    const at = (LEVEL_START[DEPTH] ?? 0) + leaf
    high[at] = (high[at] ?? 0) ^ hashed.high
    low[at] = (low[at] ?? 0) ^ hashed.low
    let index = leaf
    for (let level = DEPTH - 1; level >= 0; level--) {
      index = Math.floor(index / (FAN_OUT[level] ?? 1))
      stale[(LEVEL_START[level] ?? 0) + index] = 1
    }
  }

  #hashAt(level: number, index: number): string {
    if (this.#hashes === null) return NOTHING
    this.#refresh(this.#hashes, level, index)
    const at = (LEVEL_START[level] ?? 0) + index
    return hex(this.#hashes.high[at] ?? 0) + hex(this.#hashes.low[at] ?? 0)
  }

  #refresh(hashes: Hashes, level: number, index: number): void {
    const at = (LEVEL_START[level] ?? 0) + index
    if (level === DEPTH || hashes.stale[at] !== 1) return
    const count = FAN_OUT[level] ?? 0
    const first = (LEVEL_START[level + 1] ?? 0) + index * count
    let [high, low] = [0, 0]
    for (let i = 0; i < count; i++) {
      this.#refresh(hashes, level + 1, index * count + i)
      const [childHigh, childLow] = [hashes.high[first + i] ?? 0, hashes.low[first + i] ?? 0]
      // An empty child adds nothing, so that a tree that has been emptied equals one that was never filled.
      if (childHigh === 0 && childLow === 0) continue
      mixPair(childHigh, childLow, i)
      high ^= hashed.high
      low ^= hashed.low
    }
    hashes.high[at] = high
    hashes.low[at] = low
    hashes.stale[at] = 0
  }
}

/** Children taken from the root as one number of their level; null for what is no path. */
function indexOf(path: string): number | null {
  if (path.length > DEPTH) return null
  let index = 0
  for (let level = 0; level < path.length; level++) {
    const child = DIGITS.indexOf(path.charAt(level))
    const count = FAN_OUT[level] ?? 0
    if (child < 0 || child >= count) return null
    index = index * count + child
  }
  return index
}

export function isLeafPath(path: string): boolean {
  return path.length === DEPTH && indexOf(path) !== null
}

/** The path of the i-th child. */
export function childPath(path: string, i: number): string {
  assert(i < DIGITS.length, 'a node of the tree has at most 16 children')
  return path + DIGITS.charAt(i)
}

/** The answer of the two functions below: both halves of a 64-bit hash, without an object for each. */
const hashed = { high: 0, low: 0 }

function hashText(key: string, digest: string): void {
  let high = 0x2f6e2b1
  let low = 0x6a09e667 ^ key.length
  for (let i = 0; i < key.length; i++) {
    const char = key.charCodeAt(i)
    high = Math.imul(high ^ char, 0x85ebca6b)
    low = Math.imul(low ^ char, 0xc2b2ae35)
    high ^= high >>> 15
    low ^= low >>> 13
  }
  for (let i = 0; i < digest.length; i++) {
    const char = digest.charCodeAt(i) + 0x10000
    high = Math.imul(high ^ char, 0x85ebca6b)
    low = Math.imul(low ^ char, 0xc2b2ae35)
    high ^= high >>> 15
    low ^= low >>> 13
  }
  mixPair(high, low, 0)
}

/** Every bit of either half and of the place decides about every bit of both. */
function mixPair(a: number, b: number, place: number): void {
  let high = a ^ Math.imul(place + 1, 0x9e3779b1)
  let low = b ^ Math.imul(place + 1, 0x85ebca77)
  for (let round = 0; round < 2; round++) {
    high = Math.imul(high ^ (high >>> 16) ^ low, 0x7feb352d)
    low = Math.imul(low ^ (low >>> 15) ^ high, 0x846ca68b)
    high ^= high >>> 15
    low ^= low >>> 16
  }
  hashed.high = high >>> 0
  hashed.low = low >>> 0
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
