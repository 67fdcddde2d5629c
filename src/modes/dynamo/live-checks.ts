/** What must be so once the cluster is quiet, asked of every replica itself: all copies equal (C4), each key on its homes and nowhere else (C5). */
import type { EndpointId } from '../../machine/contract.ts'
import { some } from '../../machine/ids.ts'
import type { ClusterPort, LiveCheckSpec, NodeView, Settings } from '../mode.ts'
import { ringSeenBy, type Seen, seenOf } from './cluster-view.ts'
import { askDigests, askRoots, type Entry, type Root } from './questions.ts'
import type { WholeRing } from './ring/build.ts'
import { readOptions } from './settings.ts'
import { plural, shown } from './text.ts'
import { shortMap } from './view.ts'

type Look = Awaited<ReturnType<LiveCheckSpec['look']>>

export const liveChecks: readonly LiveCheckSpec[] = [
  {
    name: 'converged',
    help: 'every replica of every key is equal, no hint waits, all go by one map, and nothing is on its way',
    withinMs: convergesWithinMs,
    look: (port) => lookAt(port, converged),
  },
  {
    name: 'placement',
    help: 'each key is kept by exactly its N homes',
    withinMs: convergesWithinMs,
    look: (port) => lookAt(port, placed),
  },
]

/** Three gossip rounds, a look for hints and two Merkle rounds, each with every other node in the worst case, and three times that. */
function convergesWithinMs(settings: Settings, nodes: number): number {
  const { gossipUs, hintScanUs, antiEntropy, antiEntropyUs } = readOptions(settings)
  // A round is with one random peer: with more nodes than five, a replica meets a given other one more seldom.
  const rounds = 2 * Math.max(1, nodes / 5)
  return (3 * (3 * gossipUs + hintScanUs + (antiEntropy ? rounds * antiEntropyUs : 0))) / 1_000
}

/** What every live member keeps, under one map. */
interface Cluster {
  readonly ring: WholeRing
  readonly members: readonly EndpointId[]
  readonly copies: ReadonlyMap<EndpointId, ReadonlyMap<string, Entry>>
  readonly roots: ReadonlyMap<EndpointId, readonly Root[]>
}

/** First what is cheap to ask, then every copy. */
async function lookAt(port: ClusterPort, judge: (cluster: Cluster) => Look): Promise<Look> {
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
  const copies = new Map<EndpointId, ReadonlyMap<string, Entry>>()
  const roots = new Map<EndpointId, readonly Root[]>()
  for (const { id, entries, roots: found } of answers) {
    if (entries === null || found === null) return no(`${id} does not say what it keeps`)
    copies.set(id, new Map(entries.map((entry) => [entry[1], entry])))
    roots.set(id, found.roots)
  }
  return judge({ ring, members: seen.map(({ id }) => id), copies, roots })
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
    const home = Object.entries(status.hints).find(([, count]) => count > 0)
    if (home !== undefined) return `${id} keeps ${plural(home[1], 'hint')} for ${home[0]}`
    if (status.incoming > 0) return `${id} waits for ${plural(status.incoming, 'partition')}`
    if (status.outgoing > 0) return `${id} keeps ${plural(status.outgoing, 'copy', 'copies')} that their new homes have not confirmed`
  }
  return null
}

function converged({ ring, members, copies, roots }: Cluster): Look {
  const keys = allKeys(copies)
  for (const key of keys) {
    const partition = ring.partitionOf(key)
    const keepers = members.filter((id) => ring.homes(partition).includes(id) || copies.get(id)?.has(key) === true)
    const digests = keepers.map((id) => ({ id, digest: copies.get(id)?.get(key)?.[2] ?? null }))
    const [one] = digests
    const other = digests.find(({ digest }) => digest !== one?.digest)
    if (one === undefined || other === undefined) continue
    return no(`${shown(key, 40)} differs: ${saysOf(one)}, ${saysOf(other)} (${ring.nameOf(partition)})`)
  }
  const bad = rootThatLies(ring, roots)
  if (bad !== null) return no(bad)
  return { holds: true, why: `${plural(keys.size, 'key')}: all replicas on ${plural(members.length, 'node')} are equal` }
}

function saysOf({ id, digest }: { readonly id: EndpointId; readonly digest: string | null }): string {
  return digest === null ? `${id} has no copy` : `${id} has ${digest.slice(0, 4)}`
}

/** Copies are equal here: a tree that says otherwise was not kept up to date. */
function rootThatLies(ring: WholeRing, roots: Cluster['roots']): string | null {
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

function placed({ ring, members, copies }: Cluster): Look {
  const keys = allKeys(copies)
  for (const key of keys) {
    const homes = ring.homes(ring.partitionOf(key))
    const lacking = homes.filter((home) => copies.get(home)?.has(key) !== true)
    if (lacking.length > 0) return no(`${shown(key, 40)} is not on its ${lacking.length === 1 ? 'home' : 'homes'} ${lacking.join(' ')}`)
    const strangers = members.filter((id) => copies.get(id)?.has(key) === true && !homes.includes(id))
    if (strangers.length > 0) return no(`${shown(key, 40)} is on ${strangers.join(' ')}, whose it is not: its homes are ${homes.join(' ')}`)
  }
  return { holds: true, why: `${plural(keys.size, 'key')}, each on its homes and nowhere else` }
}

function allKeys(copies: Cluster['copies']): ReadonlySet<string> {
  return new Set([...copies.values()].flatMap((entries) => [...entries.keys()]))
}
