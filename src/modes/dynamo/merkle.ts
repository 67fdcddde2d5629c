/** A hash tree over the keys of one partition (§4.7): equal roots mean equal copies. */

/** Digests of parts of the tree as text. Paths are the children taken from the root, `''` the root itself. */
export interface MerkleTree {
  readonly root: string
  /** The hashes of the children of an inner node, in their order; empty below a leaf. */
  children(path: string): readonly string[]
  isLeaf(path: string): boolean
  /** Key and digest of everything under a leaf. */
  keys(path: string): readonly (readonly [key: string, digest: string])[]
  /** `digest` null: the key is gone. */
  set(key: string, digest: string | null): void
  readonly size: number
}
