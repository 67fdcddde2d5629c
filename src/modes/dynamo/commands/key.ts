/** `ring K`: where a key lies, who keeps it, who stands in, and what each of them has of it now. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClusterPort, ModeAnswer, NodeView } from '../../mode.ts'
import { awayFrom, ringOf, ringSeenBy, type StandIn, seenOf, standInsOf } from '../cluster-view.ts'
import type { Peek, VersionLine } from '../inspect.ts'
import type { WholeRing } from '../ring/build.ts'
import { positionOf, RING_SIZE, showPosition } from '../ring/position.ts'
import { columns, percent, shown, wrapped } from '../text.ts'
import { peekAll, shortMap } from '../view.ts'

/** Versions of one node that are listed. */
const MOST_VERSIONS = 8
const WIDEST_CLOCK = 26

export async function showKey(port: ClusterPort, key: string): Promise<ModeAnswer> {
  const nodes = await port.refresh()
  const ring = ringOf(nodes, port.settings)
  if (ring === null) return { ok: false, code: null, why: 'no live node says what its ring is' }
  const partition = ring.partitionOf(key)
  const standIns = standInsOf(ring, partition, awayFrom(nodes))
  const copies = new Map((await peekAll(port, key)).map(({ id, answer }) => [id, answer]))
  const position = positionOf(key)
  const place = `lies at ${showPosition(position)}, ${percent(position / RING_SIZE)} around: partition ${ring.nameOf(partition)}`
  const rows = [...rolesOf(ring, partition, standIns, copies)].flatMap(([id, role]) => rowsOf(id, role, copies.get(id), nodes))
  return {
    ok: true,
    lines: [
      ...wrapped(`${shown(key, 24)} ${place}`),
      ...wrapped(placeWords(ring, partition, standIns)),
      ...columns(['node', 'is', 'copy', 'event', 'clock', 'value'], rows),
      ...otherViews(port, ring, nodes, key),
    ],
  }
}

function placeWords(ring: WholeRing, partition: number, standIns: readonly StandIn[]): string {
  const homes = ring.homes(partition)
  const others = ring.preference(partition).slice(homes.length)
  const after = others.length === 0 ? '' : `; next in line ${others.join(' ')}`
  const now = standIns.map(([standIn, home]) => `; ${standIn} stands in for ${home}`).join('')
  return `homes ${homes.join(' ')}${after}${now}`
}

/** The homes, those that stand in, and whoever else has something of the key. */
function rolesOf(
  ring: WholeRing,
  partition: number,
  standIns: readonly StandIn[],
  copies: ReadonlyMap<EndpointId, Peek>,
): ReadonlyMap<EndpointId, string> {
  const roles = new Map<EndpointId, string>(ring.homes(partition).map((home, i) => [home, `home ${i + 1}`]))
  for (const [standIn, home] of standIns) roles.set(standIn, `for ${home}`)
  for (const [id, { siblings, hinted }] of copies) if (!roles.has(id) && (siblings > 0 || hinted !== null)) roles.set(id, 'no home')
  return roles
}

/** A line for each version that the node has, as its own or as a hint. */
function rowsOf(id: EndpointId, role: string, copy: Peek | undefined, nodes: readonly NodeView[]): string[][] {
  if (copy === undefined) {
    const state = nodes.find((node) => node.id === id)?.state ?? 'gone'
    return [[id, role, '', '', '', state === 'live' ? 'no answer' : state]]
  }
  const own = copy.versions.filter(({ from }) => from === 'own')
  const hinted = copy.versions.filter(({ from }) => from === 'hint')
  const digest = copy.digest?.slice(0, 4) ?? ''
  const first = own.length === 0 ? [[id, role, digest, '', '', 'no copy']] : lines(own, [id, role, digest])
  return [...first, ...lines(hinted, ['', 'its hint', ''])]
}

function lines(versions: readonly VersionLine[], head: readonly [string, string, string]): string[][] {
  const listed = versions.slice(-MOST_VERSIONS).map(({ dot, clock, value }, i): string[] => {
    const before = i === 0 ? head : ['', '', '']
    return [...before, dot, shown(clock, WIDEST_CLOCK), value === null ? 'deleted' : shown(value, 60)]
  })
  const more = versions.length - listed.length
  return more === 0 ? listed : [...listed, ['', '', '', '', '', `and ${more} more, older`]]
}

/** Nodes whose own map puts the key elsewhere. */
function otherViews(port: ClusterPort, ring: WholeRing, nodes: readonly NodeView[], key: string): string[] {
  const homes = ring.homes(ring.partitionOf(key)).join(' ')
  const views = new Map<string, EndpointId[]>()
  for (const { id, status } of seenOf(nodes)) {
    if (status.mapDigest === ring.digest) continue
    const own = ringSeenBy(status, port.settings)
    const theirs = own.homes(own.partitionOf(key)).join(' ')
    const view = `map ${shortMap(status.mapDigest)}: homes ${theirs === '' ? 'none' : theirs}`
    if (theirs !== homes) views.set(view, [...(views.get(view) ?? []), id])
  }
  return [...views].flatMap(([view, ids]) => wrapped(`${ids.join(' ')} ${ids.length === 1 ? 'goes' : 'go'} by ${view}`))
}
