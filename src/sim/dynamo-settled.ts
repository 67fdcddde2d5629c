/** When everything is over, a cluster is whole: one map, nothing under way, each key on exactly its homes and there the same. */
import type { EndpointId } from '../machine/contract.ts'
import { buildRing } from '../modes/dynamo/ring/build.ts'
import { readHistory } from '../modes/dynamo/ring/history.ts'
import type { Ring } from '../modes/dynamo/ring/ring.ts'
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
  return (
    named('maps', oneMap(nodes)) ??
    named('rest', nothingUnderWay(nodes)) ??
    named('placement', placed(nodes, keys, options)) ??
    named('trees', sameRoots(nodes))
  )
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
    const [home] = Object.keys(status.hints)
    if (home !== undefined) return `${truth.id} keeps ${status.hints[home]} hints for ${home}`
    if (status.incoming > 0) return `${truth.id} waits for ${status.incoming} partitions`
    if (status.outgoing > 0) return `${truth.id} keeps ${status.outgoing} copies for other homes`
    if (!status.isMember && status.keys > 0) return `${truth.id} is no member and keeps ${status.keys} keys`
    if (status.unsynced > 0) return `${truth.id} has ${status.unsynced} writes that are not on its disk`
    if (status.down.length > 0) return `${truth.id} takes ${status.down.join(' ')} to be down`
  }
  return null
}

/** Each key is on all of its homes, the same everywhere, and nowhere else; one that was reaped is nowhere. */
function placed(nodes: readonly Settled[], keys: readonly string[], options: DynamoOptions): string | null {
  const ring = ringOf(nodes, options)
  for (const key of keys) {
    const digests = new Map<EndpointId, string>()
    for (const { truth } of nodes) {
      const { digest } = truth.peek(key) as PeekAnswer
      if (digest !== null) digests.set(truth.id, digest)
    }
    if (digests.size === 0) continue
    const homes = ring.homes(ring.partitionOf(key))
    const lacking = homes.find((home) => !digests.has(home))
    if (lacking !== undefined) return `${lacking} is a home of ${key} and has no copy`
    const stranger = [...digests.keys()].find((id) => !homes.includes(id))
    if (stranger !== undefined) return `${stranger} is no home of ${key} and has a copy`
    const [first = ''] = homes
    const other = homes.find((home) => digests.get(home) !== digests.get(first))
    if (other !== undefined) return `the copies of ${key} on ${first} and ${other} differ`
  }
  return null
}

function ringOf([first]: readonly Settled[], options: DynamoOptions): Ring {
  return buildRing(readHistory(first?.status.history ?? ''), options, { distinct: true })
}

/** What anti-entropy compares: equal copies have equal trees, or it would never rest. */
function sameRoots(nodes: readonly Settled[]): string | null {
  const roots = new Map<number, { readonly id: EndpointId; readonly root: string }>()
  for (const { truth } of nodes) {
    for (let from: number | null = 0; from !== null; ) {
      const answer = truth.look({ what: 'mode', about: 'roots', args: { partition: String(from) } }) as RootsAnswer
      for (const { partition, root, arriving } of answer.roots) {
        if (arriving) return `${truth.id} waits for partition ${partition}`
        const known = roots.get(partition)
        if (known !== undefined && known.root !== root) return `the trees of partition ${partition} on ${known.id} and ${truth.id} differ`
        roots.set(partition, { id: truth.id, root })
      }
      from = answer.next
    }
  }
  return null
}
