import type { EndpointId } from './contract.ts'

/** `n1 … nN`, the nodes of a fresh cluster. */
export function nodeIds(count: number): EndpointId[] {
  return Array.from({ length: count }, (_, i) => `n${i + 1}`)
}

/** n2 before n10: the order people expect in tables and answers. */
export function byNumber(a: EndpointId, b: EndpointId): number {
  return a.charCodeAt(0) - b.charCodeAt(0) || Number(a.slice(1)) - Number(b.slice(1))
}

export function isNode(id: EndpointId): boolean {
  return /^n[1-9]\d*$/.test(id)
}

/** `c0 …` of people and labs, `l1 …` of the load. */
export function isClient(id: EndpointId): boolean {
  return /^[cl]\d+$/.test(id)
}

/** A process beside the nodes, such as a load balancer: `b0`. */
export function isHelper(id: EndpointId): boolean {
  return /^b\d+$/.test(id)
}

/** The endpoint of the health probe: no partition cuts it, no history records it. */
export const PROBE: EndpointId = 'p0'
/** The key the probe reads; people cannot name it, since keys may not hold a control character. */
export const PROBE_KEY = '\u0001probe'

/** Names while they are few: a reason has ten words. */
export function some(ids: readonly EndpointId[]): string {
  return ids.length <= 4 ? ids.join(' ') : `${ids.slice(0, 2).join(' ')} and ${ids.length - 2} more`
}
