/** `merkle A B`: the trees of two nodes compared as they would do it themselves, and what that costs (§4.7). */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClusterPort, ModeAnswer } from '../../mode.ts'
import { ringSeenBy, seenOf } from '../cluster-view.ts'
import { MerkleComparison } from '../merkle-compare.ts'
import { askChildren, askRoots, type Root } from '../questions.ts'
import { columns, grouped, plural, shown, wrapped } from '../text.ts'

/** Partitions whose trees are walked; of the others only the roots are compared. */
const MOST_WALKED = 64
/** Questions in one walk: a tree of 1,024 leaves takes a handful. */
const MOST_QUESTIONS = 200
const NAMED = 3

interface Walk {
  readonly hashes: number
  readonly keyHashes: number
  readonly keys: readonly string[]
}

export async function compareTrees(port: ClusterPort, a: readonly EndpointId[], b: readonly EndpointId[]): Promise<ModeAnswer> {
  const [left, right] = [a[0], b[0]]
  if (left === undefined || right === undefined || a.length > 1 || b.length > 1) return refused('merkle compares two nodes: merkle n1 n2')
  if (left === right) return refused(`${left} and itself are equal`)
  const status = seenOf(await port.refresh()).find(({ id }) => id === left)?.status
  const [mine, theirs] = await Promise.all([askRoots(port, left), askRoots(port, right)])
  if (status === undefined || mine === null) return silent(left)
  if (theirs === null) return silent(right)
  if (mine.mapDigest !== theirs.mapDigest) return refused(`${left} and ${right} go by different maps: wait until they agree`)
  const ring = ringSeenBy(status, port.settings)
  const shared = mine.roots.flatMap((root): [Root, Root][] => {
    const other = theirs.roots.find(({ partition }) => partition === root.partition)
    const homes = ring.homes(root.partition)
    return other !== undefined && homes.includes(left) && homes.includes(right) ? [[root, other]] : []
  })
  const differing = shared.filter(([x, y]) => x.root !== y.root)
  const rows: string[][] = []
  let [hashes, keyHashes] = [shared.length, 0]
  for (const [x, y] of differing.slice(0, MOST_WALKED)) {
    const walk = await walkTrees(port, left, right, x, y)
    if (walk === null) return silent(`${left} or ${right}`)
    hashes += walk.hashes - 1
    keyHashes += walk.keyHashes
    const named = walk.keys
      .slice(0, NAMED)
      .map((key) => shown(key, 12))
      .join(' ')
    rows.push([ring.nameOf(x.partition), grouped(x.keys), grouped(y.keys), grouped(walk.keys.length), named])
  }
  return { ok: true, lines: report(left, right, shared, rows, { hashes, keyHashes, unwalked: differing.length - rows.length }) }
}

function refused(why: string): ModeAnswer {
  return { ok: false, code: null, why }
}

function silent(who: string): ModeAnswer {
  return { ok: false, code: 'timeout', why: `${who} does not answer` }
}

function report(
  left: EndpointId,
  right: EndpointId,
  shared: readonly (readonly [Root, Root])[],
  rows: readonly string[][],
  cost: { readonly hashes: number; readonly keyHashes: number; readonly unwalked: number },
): string[] {
  const keys = shared.reduce((sum, [root]) => sum + root.keys, 0)
  const equal = shared.length - rows.length - cost.unwalked
  const table = rows.length === 0 ? [] : columns(['partition', `keys ${left}`, `keys ${right}`, 'differ', 'such as'], rows)
  const more = cost.unwalked === 0 ? [] : [`${plural(cost.unwalked, 'more partition')} differ${cost.unwalked === 1 ? 's' : ''}`]
  const below = cost.keyHashes === 0 ? '' : ` and ${plural(cost.keyHashes, 'key hash', 'key hashes')}`
  return [
    ...wrapped(
      `${left} and ${right} share ${plural(shared.length, 'partition')}: ${equal} equal, ${rows.length + cost.unwalked} different`,
    ),
    ...table,
    ...more,
    ...wrapped(`${plural(cost.hashes, 'tree hash', 'tree hashes')}${below} compared, for ${plural(keys, 'key')}`),
  ]
}

/** Null when one of them does not answer, or not as a tree of ours would. */
async function walkTrees(port: ClusterPort, left: EndpointId, right: EndpointId, x: Root, y: Root): Promise<Walk | null> {
  const walk = new MerkleComparison(x.root, y.root)
  const ask = (paths: readonly string[]) => Promise.all([left, right].map((node) => askChildren(port, node, x.partition, paths)))
  for (let questions = 0; questions < MOST_QUESTIONS; questions++) {
    const next = walk.next()
    if ('differing' in next) return leavesOf(ask, next.differing, walk.hashes)
    const [mine, theirs] = await ask(next.ask)
    if (
      !mine ||
      !theirs ||
      !walk.take(
        mine.map(({ hashes }) => hashes),
        theirs.map(({ hashes }) => hashes),
      )
    )
      return null
  }
  return null
}

type Ask = (paths: readonly string[]) => Promise<readonly Awaited<ReturnType<typeof askChildren>>[]>

async function leavesOf(ask: Ask, leaves: readonly string[], hashes: number): Promise<Walk | null> {
  const keys = new Set<string>()
  let keyHashes = 0
  for (let at = 0; at < leaves.length; ) {
    const [mine, theirs] = await ask(leaves.slice(at, at + 64))
    const answered = Math.min(mine?.length ?? 0, theirs?.length ?? 0)
    if (!mine || !theirs || answered === 0) return null
    for (let i = 0; i < answered; i++) {
      const [a, b] = [new Map(mine[i]?.keys), new Map(theirs[i]?.keys)]
      keyHashes += b.size
      for (const key of [...a.keys(), ...b.keys()]) if (a.get(key) !== b.get(key)) keys.add(key)
    }
    at += answered
  }
  return { hashes, keyHashes, keys: [...keys] }
}
