/** `ring K`: where a key lies, who keeps it, who stands in, and what each of them has of it now. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClusterPort, ModeAnswer, NodeView } from '../../mode.ts'
import { awayFrom, ringOf, ringSeenBy, seenOf, standInsOf } from '../cluster-view.ts'
import type { WholeRing } from '../ring/build.ts'
import { positionOf, RING_SIZE, showPosition } from '../ring/position.ts'
import type { PeekAnswer } from '../status.ts'
import { peekAll, shortMap } from '../view.ts'
import { columns, shown, WIDTH, wrapped } from './text.ts'

export async function showKey(port: ClusterPort, key: string): Promise<ModeAnswer> {
  const nodes = await port.refresh()
  const ring = ringOf(nodes, port.settings)
  if (ring === null) return { ok: false, code: null, why: 'no live node says what its ring is' }
  const partition = ring.partitionOf(key)
  const standIns = standInsOf(ring, partition, awayFrom(nodes))
  const copies = new Map((await peekAll(port, key)).map(({ id, answer }) => [id, answer]))
  const position = positionOf(key)
  return {
    ok: true,
    lines: [
      shown(
        `${shown(key, 24)} lies at ${showPosition(position)}, ${((100 * position) / RING_SIZE).toFixed(1)} % around: partition ${ring.nameOf(partition)}`,
        WIDTH,
      ),
      ...wrapped(placeWords(ring, partition, standIns)),
      ...columns(['node', 'is', 'versions', 'copy', 'value'], rowsOf(ring, partition, standIns, nodes, copies)),
      ...otherViews(port, ring, nodes, key),
    ],
  }
}

type StandIns = ReturnType<typeof standInsOf>

function placeWords(ring: WholeRing, partition: number, standIns: StandIns): string {
  const homes = ring.homes(partition)
  const others = ring.preference(partition).slice(homes.length)
  const after = others.length === 0 ? '' : `; next in line ${others.join(' ')}`
  const now = standIns.map(([standIn, home]) => `; ${standIn} stands in for ${home}`).join('')
  return `homes ${homes.join(' ')}${after}${now}`
}

/** The homes, those that stand in, and whoever else has something of the key. */
function rowsOf(
  ring: WholeRing,
  partition: number,
  standIns: StandIns,
  nodes: readonly NodeView[],
  copies: ReadonlyMap<EndpointId, PeekAnswer>,
): string[][] {
  const homes = ring.homes(partition)
  const roles = new Map<EndpointId, string>(homes.map((home, i) => [home, `home ${i + 1}`]))
  for (const [standIn, home] of standIns) roles.set(standIn, `for ${home}`)
  for (const [id, { siblings, hinted }] of copies) if (!roles.has(id) && (siblings > 0 || hinted !== null)) roles.set(id, 'no home')
  return [...roles].map(([id, role]) => {
    const copy = copies.get(id)
    if (copy !== undefined) return [id, role, String(copy.siblings), copy.digest?.slice(0, 4) ?? '-', contentOf(copy)]
    const state = nodes.find((node) => node.id === id)?.state ?? 'gone'
    return [id, role, '-', '-', state === 'live' ? 'no answer' : state]
  })
}

function contentOf({ value, siblings, hinted }: PeekAnswer): string {
  const own = siblings === 0 ? 'no copy' : value === null ? 'deleted' : shown(value, WIDTH)
  return hinted === null ? own : `${siblings === 0 ? '' : `${own}, `}hint: ${shown(hinted, WIDTH)}`
}

/** Nodes whose own map puts the key elsewhere. */
function otherViews(port: ClusterPort, ring: WholeRing, nodes: readonly NodeView[], key: string): string[] {
  const homes = ring.homes(ring.partitionOf(key)).join(' ')
  return seenOf(nodes).flatMap(({ id, status }) => {
    if (status.mapDigest === ring.digest) return []
    const own = ringSeenBy(status, port.settings)
    const theirs = own.homes(own.partitionOf(key)).join(' ')
    return theirs === homes ? [] : [`${id} goes by map ${shortMap(status.mapDigest)}: homes ${theirs === '' ? 'none' : theirs}`]
  })
}
