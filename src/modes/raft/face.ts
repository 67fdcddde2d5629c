/** A Raft node in its row: what it is to the others, how far its log is, and the newest entries of it. */
import type { Face, LogStrip, Weight } from '../face.ts'
import type { NodeView, StatusFact } from '../mode.ts'
import type { RaftStatus } from './inspect.ts'
import type { Role } from './state.ts'
import { leaderOf, statusOf } from './view.ts'

const WEIGHTS: Readonly<Record<Role, Weight>> = { follower: 'plain', 'pre-candidate': 'seek', candidate: 'seek', leader: 'lead' }
const UNKNOWN = '–'

export function face(node: NodeView, nodes: readonly NodeView[]): Face {
  const status = statusOf(node)
  const lag: StatusFact = { name: 'lag', ...lagOf(node, nodes) }
  // What a sleeping node said last is still its log, but no role: others may have gone on without it.
  const awake = node.state === 'live' ? status : null
  return {
    role: awake?.role ?? null,
    weight: awake === null ? 'none' : WEIGHTS[awake.role],
    facts: [
      ...(['term', 'last', 'commit', 'applied'] as const).map((name) => ({
        name,
        value: status === null ? UNKNOWN : String(status[name]),
      })),
      lag,
    ],
    strip: status === null ? null : stripOf(status),
  }
}

/** How many of its entries the leader does not know to be on this node: both numbers are the leader's own, of one moment. */
function lagOf({ id }: NodeView, nodes: readonly NodeView[]): Omit<StatusFact, 'name'> {
  const leader = leaderOf(nodes)
  if (leader === null) return { value: UNKNOWN }
  if (leader.id === id) return { value: '0' }
  const peer = leader.status.peers.find((one) => one.id === id)
  if (peer === undefined) return { value: UNKNOWN }
  const behind = Math.max(0, leader.status.last - peer.match)
  return { value: String(behind), ...(peer.acknowledged && !peer.lost ? {} : { warn: true }) }
}

function stripOf({ tail, last, commit }: RaftStatus): LogStrip {
  const shown = tail.reduce((sum, [, count]) => sum + count, 0)
  return { from: last - shown + 1, runs: tail, last, commit }
}
