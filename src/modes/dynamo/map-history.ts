/** Histories of the membership as they travel and as they are reconciled (§4.8.1): sets of changes, joined by union. */
import type { EndpointId } from '../../machine/contract.ts'
import { isNode } from '../../machine/ids.ts'
import { inOrder } from './ring/history.ts'
import type { Change } from './ring/ring.ts'

/** So many changes fit into one message; beyond them no node comes or goes any more. */
export const MOST_CHANGES = 1_000
/** Lamport times beyond this are nobody's. */
const LAST_TIME = 2 ** 40

/** The founders a node knows at first: its own group of them. Nobody, for a node that was started to join. */
export function foundersOf(
  id: EndpointId,
  members: readonly EndpointId[],
  groups: readonly (readonly EndpointId[])[] | null,
): readonly Change[] {
  if (!members.includes(id)) return []
  const known = groups === null ? members : (groups.find((group) => group.includes(id)) ?? [id])
  return inOrder(known.map((node): Change => ({ kind: 'join', node, at: 0, by: node })))
}

export function union(a: readonly Change[], b: readonly Change[]): readonly Change[] {
  return inOrder([...a, ...b])
}

/** Later than all that is known (Lamport). */
export function nextTime(history: readonly Change[]): number {
  return history.reduce((latest, { at }) => Math.max(latest, at), 0) + 1
}

/** From a message or a record; null if it is not a history. */
export function readChanges(raw: unknown): readonly Change[] | null {
  if (!Array.isArray(raw) || raw.length > MOST_CHANGES) return null
  const changes: Change[] = []
  for (const one of raw as readonly unknown[]) {
    if (typeof one !== 'object' || one === null) return null
    const { kind, node, at, by } = one as Readonly<Record<string, unknown>>
    if (kind !== 'join' && kind !== 'leave') return null
    if (typeof node !== 'string' || !isNode(node) || typeof by !== 'string' || !isNode(by)) return null
    if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0 || at > LAST_TIME) return null
    changes.push({ kind, node, at, by })
  }
  return inOrder(changes)
}
