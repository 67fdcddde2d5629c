/** Membership as a set of changes (§4.8.1): however they arrived, they are read in one order, so that all who have the same see the same. */
import type { EndpointId } from '../../../machine/contract.ts'
import { byNumber } from '../../../machine/ids.ts'
import { fingerprint } from './position.ts'
import type { Change } from './ring.ts'

/** Each change once, in the order in which it counts: by time, then node, kind and author. */
export function inOrder(history: readonly Change[]): readonly Change[] {
  const sorted = [...history].sort(
    (a, b) => a.at - b.at || compareText(a.node, b.node) || compareText(a.kind, b.kind) || compareText(a.by, b.by),
  )
  return sorted.filter((change, i) => {
    const before = sorted[i - 1]
    return before === undefined || before.at !== change.at || nameOf(before) !== nameOf(change)
  })
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function nameOf({ kind, node, at, by }: Change): string {
  return JSON.stringify([at, node, kind, by])
}

/** Whose last change is a join, in the order of their numbers. */
export function membersOf(history: readonly Change[]): readonly EndpointId[] {
  const last = new Map<EndpointId, Change>()
  for (const change of inOrder(history)) last.set(change.node, change)
  return [...last.values()]
    .filter(({ kind }) => kind === 'join')
    .map(({ node }) => node)
    .sort(byNumber)
}

/**
 * Whom others removed, and who is not back since. They never handed over what they kept, and a delete that they missed may have been
 * reaped since: what they still have must not come back. So removing a node by force is like losing its disk, and an acknowledged write
 * that it alone held goes with it.
 */
export function removedFrom(history: readonly Change[]): ReadonlySet<EndpointId> {
  const removed = new Set<EndpointId>()
  for (const { kind, node, by } of inOrder(history)) {
    if (kind === 'join') removed.delete(node)
    else if (by !== node) removed.add(node)
  }
  return removed
}

/** Equal for equal sets of changes. */
export function digestOf(history: readonly Change[]): string {
  return fingerprint(inOrder(history).map(nameOf).join('\n'))
}

/** The history as one line: `n1` a founder, `+n6.4.n2` joined at time 4 by n2, `-n4.7.n1` left. A founder that another recorded stands in full. */
export function showHistory(history: readonly Change[]): string {
  return inOrder(history)
    .map(({ kind, node, at, by }) =>
      kind === 'join' && at === 0 && by === node ? node : `${kind === 'join' ? '+' : '-'}${node}.${at}.${by}`,
    )
    .join(' ')
}

/** What is no change is left out: the text comes from elsewhere. */
export function readHistory(text: string): readonly Change[] {
  const changes = text.split(' ').flatMap((word): Change[] => {
    const [, sign, node, at, by] = /^([+-]?)([a-z]\d+)(?:\.(\d+)\.([a-z]\d+))?$/.exec(word) ?? []
    if (node === undefined || (sign === '') !== (at === undefined)) return []
    return [{ kind: sign === '-' ? 'leave' : 'join', node, at: Number(at ?? 0), by: by ?? node }]
  })
  return inOrder(changes)
}
