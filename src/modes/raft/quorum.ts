/** Majority arithmetic over the voters. With f = ⌊(N−1)/2⌋, a quorum is N − f: for N = 1, 2, 3, 4, 5 it is 1, 2, 2, 3, 3. */

export function quorumOf(voters: number): number {
  return voters - Math.floor((voters - 1) / 2)
}

/** The largest value that at least `needed` of the voters have reached. */
export function reachedBy(values: readonly number[], needed: number): number {
  const sorted = [...values].sort((a, b) => b - a)
  return sorted[needed - 1] ?? 0
}
