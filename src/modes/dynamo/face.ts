/** A Dynamo node in its row, and the ring by its owners. */
import { isHelper } from '../../machine/ids.ts'
import type { Face, RingPicture, Weight } from '../face.ts'
import type { NodeView, Settings, StatusFact } from '../mode.ts'
import { ringOf } from './cluster-view.ts'
import { type DynamoStatus, statusOf } from './status.ts'
import { hintsOf } from './view.ts'

const UNKNOWN = '–'

export function face(node: NodeView): Face {
  if (isHelper(node.id)) return { role: node.state === 'live' ? 'balancer' : null, weight: 'none', facts: [], strip: null }
  const status = statusOf(node.status)
  const awake = node.state === 'live' ? status : null
  const { role, weight } = awake === null ? NOT_KNOWN : placeOf(awake)
  return { role, weight, facts: factsOf(status), strip: null }
}

interface Place {
  readonly role: string | null
  readonly weight: Weight
}

const NOT_KNOWN: Place = { role: null, weight: 'none' }

/**
 * `joining`: it came last and its partitions still come. `fetching`: partitions come to a member, since another came or left, or its disk was
 * lost. `leaving`: it is no member any more and still hands over.
 */
function placeOf({ id, isMember, incoming, outgoing, keys, history }: DynamoStatus): Place {
  const newest = history.split(' ').at(-1) ?? ''
  if (isMember && incoming > 0) return { role: newest.startsWith(`+${id}.`) ? 'joining' : 'fetching', weight: 'seek' }
  if (isMember) return { role: 'member', weight: 'plain' }
  if (outgoing > 0 || keys > 0) return { role: 'leaving', weight: 'none' }
  return { role: history === '' ? 'outside' : 'left', weight: 'none' }
}

function factsOf(status: DynamoStatus | null): readonly StatusFact[] {
  if (status === null) return ['keys', 'hints', 'siblings', 'down', 'moving', 'repairs'].map((name) => ({ name, value: UNKNOWN }))
  const { keys, siblings, down, incoming, outgoing } = status
  const repairs = Object.entries(status.repairs).flatMap(([cause, count]) => (count > 0 ? [`${cause} ${count}`] : []))
  const hints = hintsOf(status)
  return [
    { name: 'keys', value: String(keys) },
    { name: 'hints', value: String(hints), ...warnIf(hints > 0) },
    // A version alone has no siblings.
    { name: 'siblings', value: String(siblings > 1 ? siblings : 0), ...warnIf(siblings > 1) },
    {
      name: 'down',
      value: down.length === 0 ? 'none' : down.length > 4 ? `${down.length} nodes` : down.join(),
      ...warnIf(down.length > 0),
    },
    { name: 'moving', value: `${incoming} in ${outgoing} out`, ...warnIf(incoming + outgoing > 0) },
    { name: 'repairs', value: repairs.length === 0 ? 'none' : repairs.join(' ') },
  ]
}

function warnIf(warn: boolean): Pick<StatusFact, 'warn'> {
  return warn ? { warn } : {}
}

/** By all that any live node knows of who came and left. */
export function ring(nodes: readonly NodeView[], settings: Settings): RingPicture | null {
  const whole = ringOf(nodes, settings)
  if (whole === null || whole.members.length === 0) return null
  const place = new Map(whole.members.map((id, i) => [id, i]))
  const owners = Array.from({ length: whole.partitions }, (_, partition) => place.get(whole.ownerOf(partition) ?? '') ?? 0)
  return { nodes: whole.members, owners }
}
