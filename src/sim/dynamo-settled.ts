/** When everything is over, a cluster is whole: one map, nothing under way, each key on exactly its homes and there the same. */
import { misplacedCopies, underWay, unequalCopies, unequalTrees } from '../modes/dynamo/rest.ts'
import { buildRing } from '../modes/dynamo/ring/build.ts'
import { readHistory } from '../modes/dynamo/ring/history.ts'
import type { DynamoOptions } from '../modes/dynamo/settings.ts'
import type { DynamoStatus, PeekAnswer, RootsAnswer } from '../modes/dynamo/status.ts'
import { readDynamoStatus } from './dynamo-status.ts'
import type { NodeTruth } from './monitor.ts'

interface Settled {
  readonly truth: NodeTruth
  readonly status: DynamoStatus
}

/** What is not yet as it should be, or null. */
export function dynamoUnsettled(truths: readonly NodeTruth[], keys: readonly string[], options: DynamoOptions): string | null {
  const down = truths.find(({ state }) => state !== 'up')
  if (down !== undefined) return `${down.id} is ${down.state}`
  const nodes = truths.map((truth) => ({ truth, status: readDynamoStatus(truth.status) }))
  return named('maps', oneMap(nodes)) ?? named('rest', nothingUnderWay(nodes)) ?? named('placement', placed(nodes, keys, options))
}

function named(what: string, why: string | null): string | null {
  return why === null ? null : `${what}: ${why}`
}

function oneMap(nodes: readonly Settled[]): string | null {
  const members = nodes.filter(({ status }) => status.isMember)
  const [first, ...others] = members
  if (first === undefined) return 'nobody is a member'
  const other = others.find(({ status }) => status.mapDigest !== first.status.mapDigest)
  if (other !== undefined) return `the maps of ${first.truth.id} and ${other.truth.id} differ`
  const named = first.status.members.join(' ')
  const are = members.map(({ truth }) => truth.id).join(' ')
  return named === are ? null : `the map names ${named}, but members are ${are}`
}

function nothingUnderWay(nodes: readonly Settled[]): string | null {
  for (const { truth, status } of nodes) {
    const work = underWay(truth.id, status)
    if (work !== null) return work
    if (!status.isMember && status.keys > 0) return `${truth.id} is no member and keeps ${status.keys} keys`
    if (status.unsynced > 0) return `${truth.id} has ${status.unsynced} writes that are not on its disk`
    if (status.down.length > 0) return `${truth.id} takes ${status.down.join(' ')} to be down`
  }
  return null
}

/** Each key is on all of its homes, the same everywhere, and nowhere else; their trees are equal, or anti-entropy would never rest. */
function placed(nodes: readonly Settled[], keys: readonly string[], options: DynamoOptions): string | null {
  const ring = buildRing(readHistory(nodes[0]?.status.history ?? ''), options, { distinct: true })
  const copies = new Map(nodes.map(({ truth }) => [truth.id, copiesOf(truth, keys)]))
  const misplaced = misplacedCopies(ring, copies, String) ?? unequalCopies(ring, copies, String)
  if (misplaced !== null) return misplaced
  const roots = new Map(nodes.map(({ truth }) => [truth.id, rootsOf(truth)]))
  for (const [id, found] of roots) {
    const waited = found.find(({ arriving }) => arriving)
    if (waited !== undefined) return `${id} waits for partition ${waited.partition}`
  }
  return unequalTrees(ring, roots)
}

function copiesOf(truth: NodeTruth, keys: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    keys.flatMap((key): [string, string][] => {
      const { digest } = truth.peek(key) as PeekAnswer
      return digest === null ? [] : [[key, digest]]
    }),
  )
}

function rootsOf(truth: NodeTruth): RootsAnswer['roots'] {
  const roots: RootsAnswer['roots'][number][] = []
  for (let from: number | null = 0; from !== null; ) {
    const answer = truth.look({ what: 'mode', about: 'roots', args: { partition: String(from) } }) as RootsAnswer
    roots.push(...answer.roots)
    from = answer.next
  }
  return roots
}
