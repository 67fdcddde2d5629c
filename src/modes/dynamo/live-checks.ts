/** What must be so once the cluster is quiet, asked of every replica itself: all copies equal (C4), each key on its homes and nowhere else (C5). */
import type { EndpointId } from '../../machine/contract.ts'
import { some } from '../../machine/ids.ts'
import type { ClusterPort, LiveCheckSpec, NodeView, Settings } from '../mode.ts'
import { ringSeenBy, type Seen, seenOf } from './cluster-view.ts'
import { askDigests, askHealed, askRoots, type Repair, type Root } from './questions.ts'
import {
  type Copies,
  convergesWithinUs,
  keysOf,
  misplacedCopies,
  quietForUs,
  type Roots,
  underWay,
  unequalCopies,
  unequalTrees,
} from './rest.ts'
import type { WholeRing } from './ring/build.ts'
import { readOptions } from './settings.ts'
import { shortMap } from './view.ts'

type Look = Awaited<ReturnType<LiveCheckSpec['look']>>

export const liveChecks: readonly LiveCheckSpec[] = [
  {
    name: 'converged',
    help: 'every replica of every key is equal, no hint waits, all go by one map, nothing is on its way, and repairs have stopped',
    withinMs: (settings, nodes) => comesWithinMs(settings, nodes) + quietForMs(settings),
    look: (port) => lookAt(port, converged),
  },
  {
    name: 'placement',
    help: 'each key is kept by exactly its N homes',
    withinMs: comesWithinMs,
    look: (port) => lookAt(port, placed),
  },
]

function comesWithinMs(settings: Settings, nodes: number): number {
  return convergesWithinUs(readOptions(settings), nodes) / 1_000
}

function quietForMs(settings: Settings): number {
  return quietForUs(readOptions(settings)) / 1_000
}

/** What every live member keeps, under one map. */
interface Cluster {
  readonly port: ClusterPort
  readonly ring: WholeRing
  readonly members: readonly EndpointId[]
  readonly copies: Copies
  readonly roots: Roots
}

/** First what is cheap to ask, then every copy. */
async function lookAt(port: ClusterPort, judge: (cluster: Cluster) => Look | Promise<Look>): Promise<Look> {
  const nodes = await port.refresh()
  const seen = seenOf(nodes)
  const unrest = restless(nodes, seen)
  if (unrest !== null) return no(unrest)
  const [first] = seen
  if (first === undefined) return no('no node answers')
  const ring = ringSeenBy(first.status, port.settings)
  const answers = await Promise.all(
    seen.map(async ({ id }) => ({ id, entries: await askDigests(port, id), roots: await askRoots(port, id) })),
  )
  const copies = new Map<EndpointId, ReadonlyMap<string, string>>()
  const roots = new Map<EndpointId, readonly Root[]>()
  for (const { id, entries, roots: found } of answers) {
    if (entries === null || found === null) return no(`${id} does not say what it keeps`)
    copies.set(id, new Map(entries.map(([, key, digest]) => [key, digest])))
    roots.set(id, found.roots)
  }
  return judge({ port, ring, members: seen.map(({ id }) => id), copies, roots })
}

function no(why: string): Look {
  return { holds: false, why }
}

/** What the nodes say of themselves that must end first; null when all is quiet. */
function restless(nodes: readonly NodeView[], seen: readonly Seen[]): string | null {
  const silent = nodes.filter(({ id }) => !seen.some((one) => one.id === id)).map(({ id }) => id)
  if (silent.length > 0) return `${some(silent)} cannot be asked`
  const maps = new Map(seen.map(({ id, status }) => [status.mapDigest, id]))
  if (maps.size > 1) return `maps differ: ${[...maps].map(([digest, id]) => `${id} has ${shortMap(digest)}`).join(', ')}`
  for (const { id, status } of seen) {
    const work = underWay(id, status)
    if (work !== null) return work
  }
  return null
}

async function converged({ port, ring, members, copies, roots }: Cluster): Promise<Look> {
  const bad = unequalCopies(ring, copies, show) ?? unequalTrees(ring, roots) ?? (await stillRepairing(port, members))
  if (bad !== null) return no(bad)
  return { holds: true, why: `${count(keysOf(copies).size, 'key')}: all replicas on ${count(members.length, 'node')} are equal` }
}

/**
 * The newest repair that is too young for quiet; null: none. Only what changed a copy is one, so reads of equal copies, and the probe's of
 * keys that nobody writes, disturb nobody's rest.
 */
async function stillRepairing(port: ClusterPort, members: readonly EndpointId[]): Promise<string | null> {
  const quietMs = quietForMs(port.settings)
  const answers = await Promise.all(members.map(async (id) => ({ id, healed: await askHealed(port, id, null) })))
  let newest: (Repair & { readonly id: EndpointId }) | null = null
  for (const { id, healed } of answers) {
    if (healed === null) return `${id} does not say what it repaired`
    const last = healed.at(-1)
    if (last !== undefined && last.agoMs < (newest?.agoMs ?? quietMs)) newest = { ...last, id }
  }
  if (newest === null) return null
  const [ago, wanted] = [newest.agoMs, quietMs].map((ms) => (ms / 1_000).toFixed(1))
  return `${newest.cause} repaired ${show(newest.key)} on ${newest.id} ${ago} s ago: not quiet for ${wanted} s`
}

function placed({ ring, copies }: Cluster): Look {
  const bad = misplacedCopies(ring, copies, show)
  return bad === null ? { holds: true, why: `${count(keysOf(copies).size, 'key')}, each on its homes and nowhere else` } : no(bad)
}

/** Keys are other people's bytes. */
function show(key: string): string {
  const clean = key.replace(/\p{Cc}/gu, '·')
  return clean.length <= 40 ? clean : `${clean.slice(0, 39)}…`
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`
}
