import type { EndpointId } from '../../../machine/contract.ts'

/** The order in which people count: `c0 n2 n10`. A shorter number is a smaller one; a locale's own comparison costs a hundred times as much. */
export function byName(a: EndpointId, b: EndpointId): number {
  const letters = a.charCodeAt(0) - b.charCodeAt(0)
  if (letters !== 0) return letters
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
