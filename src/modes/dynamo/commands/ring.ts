/** `ring`: who keeps what, how evenly, and who sees it otherwise. */
import type { EndpointId } from '../../../machine/contract.ts'
import { some } from '../../../machine/ids.ts'
import type { ClusterPort, ModeAnswer, NodeView, Settings } from '../../mode.ts'
import { ringOf, ringSeenBy, type Seen, seenOf } from '../cluster-view.ts'
import type { WholeRing } from '../ring/build.ts'
import { balanceOf, loadsOf } from '../ring/efficiency.ts'
import { RING_SIZE } from '../ring/position.ts'
import { readOptions } from '../settings.ts'
import { columns, grouped, percent, plural, wrapped } from '../text.ts'
import { hintsOf, shortMap } from '../view.ts'

const NOBODY_ANSWERS: ModeAnswer = { ok: false, code: null, why: 'no live node says what its ring is' }
const MOST_CELLS = 64
const BAR = 14

export async function showRing(port: ClusterPort): Promise<ModeAnswer> {
  const nodes = await port.refresh()
  const ring = ringOf(nodes, port.settings)
  if (ring === null) return NOBODY_ANSWERS
  const seen = seenOf(nodes)
  const maps = new Set(seen.map(({ status }) => status.mapDigest))
  const agreed = maps.size === 1 ? `all on map ${shortMap(ring.digest)}` : `${maps.size} different maps; this is their union`
  const lines = [
    ...wrapped(`${plural(ring.members.length, 'node')}, N = ${readOptions(port.settings).n}; ${cutWords(ring, port.settings)}; ${agreed}`),
    ...around(ring),
    ...columns(['node', 'first', 'keeps', 'share', '', 'keys', 'hints', 'map', 'sees'], rowsOf(ring, nodes)),
    ...balance(ring),
    ...others(ring, seen, port.settings),
    ...moving(seen),
  ]
  return { ok: true, lines }
}

function cutWords(ring: WholeRing, settings: Settings): string {
  switch (readOptions(settings).strategy) {
    case 1:
      return `${plural(ring.partitions, 'random token')}, a part each (strategy 1)`
    case 2:
      return `${plural(ring.partitions, 'equal part')}, placed by ${plural(ring.metadata, 'token')} (strategy 2)`
    case 3:
      return `${plural(ring.partitions, 'equal part')}, dealt to nodes (strategy 3)`
  }
}

/** Who comes first at equal steps around the ring: each partition, where they are few. */
function around(ring: WholeRing): string[] {
  const steps = ring.widthOf(0) === 1 / ring.partitions ? Math.min(MOST_CELLS, ring.partitions) : MOST_CELLS
  const owners = Array.from({ length: steps }, (_, i) => ring.ownerOf(ring.partitionAt(((i + 0.5) / steps) * RING_SIZE)) ?? '-')
  const width = Math.max(...owners.map((owner) => owner.length)) + 1
  const perRow = width <= 4 ? 16 : 8
  const rows = Array.from({ length: Math.ceil(steps / perRow) }, (_, row) => {
    const from = row * perRow
    return `  ${percent(from / steps).padStart(6)}  ${owners
      .slice(from, from + perRow)
      .map((owner) => owner.padEnd(width))
      .join('')
      .trimEnd()}`
  })
  return [
    steps === ring.partitions ? 'who comes first, partition by partition:' : 'who comes first, step by step around the ring:',
    ...rows,
  ]
}

function rowsOf(ring: WholeRing, nodes: readonly NodeView[]): string[][] {
  const loads = loadsOf(ring)
  const most = Math.max(...loads.values(), Number.MIN_VALUE)
  const [firsts, keeps] = [new Map<EndpointId, number>(), new Map<EndpointId, number>()]
  for (let partition = 0; partition < ring.partitions; partition++) {
    const owner = ring.ownerOf(partition)
    if (owner !== null) firsts.set(owner, (firsts.get(owner) ?? 0) + 1)
    for (const home of ring.homes(partition)) keeps.set(home, (keeps.get(home) ?? 0) + 1)
  }
  const others = nodes.filter(({ id }) => !ring.members.includes(id)).map(({ id }) => id)
  return [...ring.members, ...others].map((id) => {
    const load = loads.get(id)
    const share =
      load === undefined
        ? ['-', '-', 'not in the ring', '']
        : [firsts, keeps].map((counts) => grouped(counts.get(id) ?? 0)).concat(percent(load), '█'.repeat(Math.round((load / most) * BAR)))
    return [id, ...share, ...said(nodes.find((node) => node.id === id))]
  })
}

/** Keys, hints, map, and whom it sees. */
function said(node: NodeView | undefined): string[] {
  const status = node === undefined ? undefined : seenOf([node])[0]?.status
  if (status === undefined) return ['-', '-', '-', node === undefined ? 'gone' : node.state === 'live' ? 'no answer' : node.state]
  const down = status.down.length === 0 ? 'all up' : `${some(status.down)} down`
  return [grouped(status.keys), grouped(hintsOf(status)), shortMap(status.mapDigest), down]
}

function balance(ring: WholeRing): string[] {
  const { efficiency, worst, metadata } = balanceOf(ring)
  return [
    `the fullest keeps ${worst.toFixed(2)} times the mean (efficiency ${efficiency.toFixed(2)}); ${plural(metadata, 'token')} to know`,
  ]
}

/** Who goes by another map, and what it says. */
function others(ring: WholeRing, seen: readonly Seen[], settings: Settings): string[] {
  const byMap = new Map<string, Seen[]>()
  for (const one of seen)
    if (one.status.mapDigest !== ring.digest) byMap.set(one.status.mapDigest, [...(byMap.get(one.status.mapDigest) ?? []), one])
  return [...byMap].flatMap(([digest, who]) => {
    const theirs = who[0] === undefined ? [] : ringSeenBy(who[0].status, settings).members
    const same = theirs.join() === ring.members.join() ? 'the same members by another history' : `members ${theirs.join(' ')}`
    return wrapped(`${who.map(({ id }) => id).join(' ')}: map ${shortMap(digest)}, ${same}`)
  })
}

function moving(seen: readonly Seen[]): string[] {
  return seen.flatMap(({ id, status: { incoming, outgoing } }) => [
    ...(incoming > 0 ? [`${id} waits for ${plural(incoming, 'partition')}`] : []),
    ...(outgoing > 0 ? [`${id} keeps ${plural(outgoing, 'copy', 'copies')} until their new homes confirm them`] : []),
  ])
}
