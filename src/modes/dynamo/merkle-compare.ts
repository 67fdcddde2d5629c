/**
 * Two nodes' trees of one partition compared from the root down, level by level, descending only where they differ (§4.7). Who holds
 * neither tree can drive it as well as who holds one: ask both for the same paths, and tell.
 */
import { childPath, isLeafPath } from './merkle-tree.ts'

/** One tree's answer about an inner path: the hashes of its children, in their order. */
export type Children = readonly string[]

export type Next =
  /** Both sides' children of these inner paths are wanted, in this order. */
  | { readonly ask: readonly string[] }
  /** Nothing else differs: the leaves under which something does. None: the trees are equal. */
  | { readonly differing: readonly string[] }

/** A walk by breadth. Bounded by the tree: no path is asked about twice, and none deeper than a leaf. */
export class MerkleComparison {
  /** Inner paths that differ, not asked about yet. */
  #open: readonly string[]
  readonly #leaves: string[] = []
  readonly #atOnce: number
  #hashes = 1

  /** `atOnce`: paths in one question, at most. */
  constructor(myRoot: string, theirRoot: string, atOnce = 64) {
    this.#atOnce = atOnce
    this.#open = myRoot === theirRoot ? [] : ['']
  }

  /** Hashes of the other tree seen so far, its root among them: the price. */
  get hashes(): number {
    return this.#hashes
  }

  next(): Next {
    return this.#open.length === 0 ? { differing: this.#leaves } : { ask: this.#open.slice(0, this.#atOnce) }
  }

  /** The answers to the last question. As many as both sides gave are taken, the rest is asked again; false if they are not of a tree like ours. */
  take(mine: readonly Children[], theirs: readonly Children[]): boolean {
    const answered = Math.min(mine.length, theirs.length, this.#atOnce, this.#open.length)
    const paths = this.#open.slice(0, answered)
    if (answered === 0 || paths.some((_, i) => !sameShape(mine[i], theirs[i]))) return false
    const below: string[] = []
    for (const [i, path] of paths.entries()) {
      for (const [child, hash] of (theirs[i] ?? []).entries()) {
        this.#hashes++
        if (hash === mine[i]?.[child]) continue
        const at = childPath(path, child)
        if (isLeafPath(at)) this.#leaves.push(at)
        else below.push(at)
      }
    }
    this.#open = [...this.#open.slice(answered), ...below]
    return true
  }
}

function sameShape(mine: Children | undefined, theirs: Children | undefined): boolean {
  return Array.isArray(theirs) && theirs.length > 0 && theirs.length === mine?.length && theirs.every((hash) => typeof hash === 'string')
}
