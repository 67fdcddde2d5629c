/** `keyfor A B C`: a key that these nodes keep, so that an experiment knows whom to break. The same ring gives the same key. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClusterPort, ModeAnswer } from '../../mode.ts'
import { ringOf } from '../cluster-view.ts'
import type { WholeRing } from '../ring/build.ts'

/** Keys tried; a partition of the mean size is met by one in Q of them. */
const MOST_TRIED = 50_000

export async function keyFor(port: ClusterPort, wanted: readonly EndpointId[]): Promise<ModeAnswer> {
  const ring = ringOf(await port.refresh(), port.settings)
  if (ring === null) return refused('no live node says what its ring is')
  const stranger = wanted.find((node) => !ring.members.includes(node))
  if (stranger !== undefined) return refused(`${stranger} is not in the ring: ${ring.members.join(' ')}`)
  if (new Set(wanted).size !== wanted.length) return refused('a node keeps a key once')
  const found = find(ring, wanted)
  if (typeof found === 'string') return refused(found)
  const list = ring.preference(ring.partitionOf(found.key))
  const homes = ring.homes(ring.partitionOf(found.key))
  const others = list.slice(homes.length)
  const order = found.inOrder ? '' : ' (no key has them in the order asked)'
  return { ok: true, lines: [found.key, `homes ${homes.join(' ')}${order}${others.length === 0 ? '' : `, then ${others.join(' ')}`}`] }
}

function refused(why: string): ModeAnswer {
  return { ok: false, code: null, why }
}

/** The order asked, if some partition has it; else the same nodes in another; else why not. */
function find(ring: WholeRing, wanted: readonly EndpointId[]): { readonly key: string; readonly inOrder: boolean } | string {
  const lists = Array.from({ length: ring.partitions }, (_, partition) => ring.preference(partition).slice(0, wanted.length))
  const inOrder = partitionsWhere(lists, (list) => list.join() === wanted.join())
  const exact = firstKeyIn(ring, inOrder)
  if (exact !== null) return { key: exact, inOrder: true }
  const sorted = [...wanted].sort().join()
  const inAnyOrder = partitionsWhere(lists, (list) => [...list].sort().join() === sorted)
  if (inAnyOrder.size === 0) return `no partition of ${ring.partitions} has ${wanted.join(' ')} first in its list`
  const some = firstKeyIn(ring, inAnyOrder)
  return some === null ? `none of ${MOST_TRIED} keys tried lies in a partition of ${wanted.join(' ')}` : { key: some, inOrder: false }
}

function partitionsWhere(lists: readonly (readonly EndpointId[])[], test: (list: readonly EndpointId[]) => boolean): ReadonlySet<number> {
  return new Set(lists.flatMap((list, partition) => (test(list) ? [partition] : [])))
}

function firstKeyIn(ring: WholeRing, partitions: ReadonlySet<number>): string | null {
  if (partitions.size === 0) return null
  for (let i = 1; i <= MOST_TRIED; i++) if (partitions.has(ring.partitionOf(`k${i}`))) return `k${i}`
  return null
}
