/** The map that each node goes by, for predictions: what it said last, or what it began with. */
import type { EndpointId } from '../../machine/contract.ts'
import type { FaultView, Settings } from '../mode.ts'
import { ringFrom } from './cluster-view.ts'
import type { WholeRing } from './ring/build.ts'
import { readHistory, showHistory } from './ring/history.ts'
import { readOptions } from './settings.ts'
import { historyOf, statusOf } from './status.ts'

export interface MapView {
  readonly ring: WholeRing
  /** Partitions with the same homes fare alike: there are few such groups, however many partitions. */
  readonly groups: readonly { readonly homes: readonly EndpointId[]; readonly names: readonly string[] }[]
}

/** By node. One that has said nothing yet goes by what the others know, and before anybody spoke by the founders' map. */
export function mapsOf({ members, nodes, settings }: FaultView): ReadonlyMap<EndpointId, MapView> {
  const said = nodes.flatMap(({ id, status }) => {
    const read = statusOf(status)
    return read === null ? [] : [{ id, status: read }]
  })
  const own = new Map(said.map(({ id, status }) => [id, status.history]))
  const known = said.length === 0 ? null : showHistory(historyOf(said.map(({ status }) => status)))
  return new Map(members.map((id) => [id, mapView(own.get(id) ?? known ?? foundersOf(id, members, settings), settings)]))
}

function foundersOf(id: EndpointId, members: readonly EndpointId[], settings: Settings): string {
  const group = readOptions(settings).founders?.find((one) => one.includes(id))
  return (group ?? members).join(' ')
}

const MOST_KEPT = 32
const kept = new Map<string, MapView>()

/** A prediction is made four times a second, and the map changes seldom: the last few views are kept. */
function mapView(history: string, settings: Settings): MapView {
  const { strategy, partitions, tokens, n, racks } = readOptions(settings)
  const name = JSON.stringify([strategy, partitions, tokens, n, [...racks], history])
  const known = kept.get(name)
  if (known !== undefined) return known
  const made = viewOf(ringFrom(readHistory(history), settings))
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(name, made)
  return made
}

function viewOf(ring: WholeRing): MapView {
  const groups = new Map<string, { homes: readonly EndpointId[]; names: string[] }>()
  for (let partition = 0; partition < ring.partitions; partition++) {
    const homes = ring.homes(partition)
    const group = [...homes].sort().join()
    const known = groups.get(group)
    if (known === undefined) groups.set(group, { homes, names: [ring.nameOf(partition)] })
    else known.names.push(ring.nameOf(partition))
  }
  return { ring, groups: [...groups.values()] }
}
