/** What the faults in force mean for a Raft cluster: predicted health. */
import type { EndpointId } from '../../machine/contract.ts'
import type { FaultView, PredictedHealth } from '../mode.ts'
import { quorumOf } from './quorum.ts'

/** Up to this many voters the worst choice of failures is searched; beyond, it is bounded. */
const SEARCHED_VOTERS = 11

/** f = ⌊(N−1)/2⌋, q = N − f; reach(v) is v and the up voters that it can talk with both ways. */
export function predict(view: FaultView): PredictedHealth {
  const { members } = view
  const quorum = quorumOf(members.length)
  const up = members.filter((id) => view.up(id))
  const linked = (a: EndpointId, b: EndpointId): boolean => a === b || view.linked(a, b)
  const reach = (nodes: readonly EndpointId[]): number => Math.max(0, ...nodes.map((a) => nodes.filter((b) => linked(a, b)).length))
  const best = reach(up)
  if (best < quorum) {
    const why =
      up.length < quorum ? `${up.length} of ${members.length} up, ${quorum} needed` : `nobody reaches ${quorum} of ${members.length}`
    return { state: 'unhealthy', uncertain: view.bent, spare: 0, why }
  }
  const spare = spareFailures(up, quorum, reach, linked)
  const whole = up.every((a) => up.every((b) => linked(a, b)))
  const uncertain = view.bent || !hasClique(up, quorum, linked)
  if (up.length === members.length && whole) {
    return { state: 'healthy', uncertain, spare, why: `all ${members.length} up and linked; ${spare} may fail` }
  }
  const gone = members.length - up.length
  const why = gone > 0 ? `${gone} of ${members.length} down; ${spare} more may fail` : `links cut; ${spare} more may fail`
  return { state: 'degraded', uncertain, spare, why }
}

type Linked = (a: EndpointId, b: EndpointId) => boolean

/** How many more may fail in the worst choice: one less than the fewest whose loss leaves nobody with a quorum in reach. */
function spareFailures(up: readonly EndpointId[], quorum: number, reach: (nodes: readonly EndpointId[]) => number, linked: Linked): number {
  const most = up.length - quorum
  if (up.every((a) => up.every((b) => linked(a, b)))) return most
  if (up.length > SEARCHED_VOTERS) return spareBound(up, quorum, reach, linked)
  for (let failures = 1; failures <= most; failures++) {
    if (someLoss(up, failures, (left) => reach(left) < quorum)) return failures - 1
  }
  return most
}

function someLoss(nodes: readonly EndpointId[], failures: number, breaks: (left: readonly EndpointId[]) => boolean, from = 0): boolean {
  if (failures === 0) return breaks(nodes)
  for (let i = from; i < nodes.length; i++) {
    if (someLoss([...nodes.slice(0, i), ...nodes.slice(i + 1)], failures - 1, breaks, i)) return true
  }
  return false
}

/** Takes the best linked voter away, again and again: never more hopeful than the truth by much, and quick. */
function spareBound(up: readonly EndpointId[], quorum: number, reach: (nodes: readonly EndpointId[]) => number, linked: Linked): number {
  let left = up
  let spare = -1
  while (reach(left) >= quorum) {
    const nodes = left
    const degree = (id: EndpointId): number => nodes.filter((other) => linked(id, other)).length
    const hub = nodes.reduce((best, id) => (degree(id) > degree(best) ? id : best))
    left = nodes.filter((id) => id !== hub)
    spare++
  }
  return Math.max(0, spare)
}

/** Whether `size` voters are all linked with each other. */
function hasClique(nodes: readonly EndpointId[], size: number, linked: Linked): boolean {
  if (size === 0) return true
  if (nodes.length < size) return false
  return nodes.some((id, i) =>
    hasClique(
      nodes.slice(i + 1).filter((other) => linked(id, other)),
      size - 1,
      linked,
    ),
  )
}
