/** By nearest rank: the least value that `share` of all do not exceed. `sorted` ascending; null of nothing. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}
