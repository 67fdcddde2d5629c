/** A node's answers to `inspect({what: 'mode'})`: what it keeps, by partition, in pages of at most 64 KB. Read from the copies themselves. */
import type { Copies, House, Membership, Transfers } from './house.ts'
import type { ChildrenAnswer, DigestsAnswer, RootsAnswer } from './status.ts'

/** A page ends when it holds this much; the largest entry that still comes is a key of 256 bytes. */
const MOST_BYTES = 48_000

interface Kept extends Pick<House, 'id' | 'versioning'> {
  readonly membership: Pick<Membership, 'ring'>
  readonly copies: Pick<Copies, 'get' | 'keysIn' | 'partitions' | 'tree'>
  readonly transfers: Pick<Transfers, 'arriving'>
}

/** Null for a question that nobody here answers. */
export function inspectMode(
  house: Kept,
  about: string,
  args: Readonly<Record<string, string>>,
): DigestsAnswer | RootsAnswer | ChildrenAnswer | null {
  const from = Number(args.partition ?? 0)
  if (!Number.isInteger(from) || from < 0) return null
  switch (about) {
    case 'digests':
      return digests(house, from, args.after ?? null)
    case 'roots':
      return roots(house, from)
    case 'children':
      return from < house.membership.ring.partitions ? children(house, from, args.paths ?? '') : null
    default:
      return null
  }
}

function digests({ membership, copies, versioning }: Kept, from: number, after: string | null): DigestsAnswer {
  const entries: [number, string, string][] = []
  let bytes = 0
  for (const partition of ascending(copies.partitions()).filter((one) => one >= from)) {
    for (const key of [...copies.keysIn(partition)].sort()) {
      if (partition === from && after !== null && key <= after) continue
      const copy = copies.get(key)
      if (copy === null) continue
      const last = entries.at(-1)
      if (bytes > MOST_BYTES && last !== undefined) {
        return { mapDigest: membership.ring.digest, entries, next: { partition: last[0], after: last[1] } }
      }
      const digest = versioning.digest(copy)
      entries.push([partition, key, digest])
      bytes += weight(key) + digest.length + 12
    }
  }
  return { mapDigest: membership.ring.digest, entries, next: null }
}

/** Bytes as JSON, at most. */
function weight(text: string): number {
  return 6 * text.length
}

function roots({ id, membership, copies, transfers }: Kept, from: number): RootsAnswer {
  const { ring } = membership
  const kept = new Set(copies.partitions())
  const found: { partition: number; root: string; keys: number; arriving: boolean }[] = []
  for (let partition = from; partition < ring.partitions; partition++) {
    if (!kept.has(partition) && !ring.homes(partition).includes(id)) continue
    if (found.length * 100 > MOST_BYTES) return { mapDigest: ring.digest, roots: found, next: partition }
    const tree = copies.tree(partition)
    found.push({ partition, root: tree.root, keys: tree.size, arriving: transfers.arriving(partition) !== null })
  }
  return { mapDigest: ring.digest, roots: found, next: null }
}

/** Of the paths asked about as many as fit, in their order: at least one. */
function children({ copies }: Kept, partition: number, paths: string): ChildrenAnswer {
  const tree = copies.tree(partition)
  const answers: { hashes: readonly string[]; keys: readonly (readonly [string, string])[] }[] = []
  let bytes = 0
  for (const path of paths.split(',')) {
    if (bytes > MOST_BYTES / 2) break
    const answer = { hashes: tree.children(path), keys: tree.isLeaf(path) ? tree.keys(path) : [] }
    answers.push(answer)
    bytes += answer.hashes.length * 20 + answer.keys.reduce((sum, [key, digest]) => sum + weight(key) + digest.length + 8, 0)
  }
  return { answers }
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...numbers].sort((a, b) => a - b)
}
