/** What is so of a cluster at rest: how soon, where each key lies, and that its copies and their trees are equal (C4, C5). One rule for lab and simulator. */
import type { EndpointId } from '../../machine/contract.ts'
import type { WholeRing } from './ring/build.ts'
import type { DynamoOptions } from './settings.ts'
import type { DynamoStatus, RootsAnswer } from './status.ts'
import { plural } from './text.ts'

/** What is promised on average is asked for within so many times that. */
const MARGIN = 3
/** Longer anti-entropy intervals would hold up everybody who waits for quiet. */
const LONGEST_ROUND_US = 5_000_000
const SHORT_ROUND_US = 2_000_000

/** Digests of copies by node and key. */
export type Copies = ReadonlyMap<EndpointId, ReadonlyMap<string, string>>
export type Roots = ReadonlyMap<EndpointId, RootsAnswer['roots']>

type Pace = Pick<DynamoOptions, 'gossipUs' | 'hintScanUs' | 'antiEntropy' | 'antiEntropyUs'>

/** Three gossip rounds, a look for hints and two Merkle rounds, each with every other node in the worst case, and three times that. Microseconds. */
export function convergesWithinUs({ gossipUs, hintScanUs, antiEntropy, antiEntropyUs }: Pace, nodes: number): number {
  // A round is with one random peer: with more nodes than five, a replica meets a given other one more seldom.
  const crowd = Math.max(1, nodes / 5)
  return MARGIN * crowd * (3 * gossipUs + hintScanUs + (antiEntropy ? 2 * antiEntropyUs : 0))
}

/**
 * So long must no copy have been repaired: two rounds of anti-entropy, or of hints where there is none. Where a round takes longer than five
 * seconds it counts as two: then a repair by others than Merkle still shows. Microseconds.
 */
export function quietForUs({ hintScanUs, antiEntropy, antiEntropyUs }: Pace): number {
  const roundUs = antiEntropy ? antiEntropyUs : hintScanUs
  return 2 * (roundUs <= LONGEST_ROUND_US ? roundUs : SHORT_ROUND_US)
}

/** What a node says of itself that must end first; null when all is quiet. */
export function underWay(id: EndpointId, { hints, incoming, outgoing }: DynamoStatus): string | null {
  const home = Object.entries(hints).find(([, count]) => count > 0)
  if (home !== undefined) return `${id} keeps ${plural(home[1], 'hint')} for ${home[0]}`
  if (incoming > 0) return `${id} waits for ${plural(incoming, 'partition')}`
  if (outgoing > 0) return `${id} keeps ${plural(outgoing, 'copy', 'copies')} that their new homes have not confirmed`
  return null
}

/** A key of which its homes, or others that keep it too, have not the same; null: none. */
export function unequalCopies(ring: WholeRing, copies: Copies, show: (key: string) => string): string | null {
  for (const key of keysOf(copies)) {
    const partition = ring.partitionOf(key)
    const homes = ring.homes(partition)
    const keepers = [...copies].filter(([id, kept]) => homes.includes(id) || kept.has(key))
    const digests = keepers.map(([id, kept]) => ({ id, digest: kept.get(key) ?? null }))
    const [one] = digests
    const other = digests.find(({ digest }) => digest !== one?.digest)
    if (one === undefined || other === undefined) continue
    return `${show(key)} differs: ${saysOf(one)}, ${saysOf(other)} (${ring.nameOf(partition)})`
  }
  return null
}

function saysOf({ id, digest }: { readonly id: EndpointId; readonly digest: string | null }): string {
  return digest === null ? `${id} has no copy` : `${id} has ${digest.slice(0, 4)}`
}

/** A key that is not on exactly its homes; null: none. One that nobody keeps was reaped, and is nowhere. */
export function misplacedCopies(ring: WholeRing, copies: Copies, show: (key: string) => string): string | null {
  for (const key of keysOf(copies)) {
    const homes = ring.homes(ring.partitionOf(key))
    const lacking = homes.filter((home) => copies.get(home)?.has(key) !== true)
    if (lacking.length > 0) return `${show(key)} is not on its ${lacking.length === 1 ? 'home' : 'homes'} ${lacking.join(' ')}`
    const strangers = [...copies].flatMap(([id, kept]) => (kept.has(key) && !homes.includes(id) ? [id] : []))
    if (strangers.length > 0) return `${show(key)} is on ${strangers.join(' ')}, whose it is not: its homes are ${homes.join(' ')}`
  }
  return null
}

/** Asked where all copies are equal: a tree that says otherwise was not kept up to date, and anti-entropy would never rest. */
export function unequalTrees(ring: WholeRing, roots: Roots): string | null {
  const first = new Map<number, { readonly id: EndpointId; readonly root: string }>()
  for (const [id, found] of roots) {
    for (const { partition, root } of found.filter(({ partition }) => ring.homes(partition).includes(id))) {
      const known = first.get(partition)
      if (known === undefined) first.set(partition, { id, root })
      else if (known.root !== root)
        return `the trees of ${ring.nameOf(partition)} differ on ${known.id} and ${id}, though their copies do not`
    }
  }
  return null
}

export function keysOf(copies: Copies): ReadonlySet<string> {
  return new Set([...copies.values()].flatMap((kept) => [...kept.keys()]))
}
