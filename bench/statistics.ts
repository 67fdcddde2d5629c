/** Quantile of unsorted samples, 0 to 1, by the nearest rank. NaN without samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

/** `n=30 p50 240 p90 310 max 402 ms`. */
export function spread(samples: readonly number[]): string {
  const ms = (q: number): string => quantile(samples, q).toFixed(0)
  return `n=${samples.length} p50 ${ms(0.5)} p90 ${ms(0.9)} max ${Math.max(...samples).toFixed(0)} ms`
}
