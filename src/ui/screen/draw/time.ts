/** Time in few cells. */

const NS_PER_SECOND = 1_000_000_000

/** Since the run began: `+12.3s`, `+3:05.2`. */
export function since(ns: number): string {
  const tenths = Math.floor(Math.max(0, ns) / (NS_PER_SECOND / 10))
  const seconds = Math.floor(tenths / 10)
  if (seconds < 100) return `+${seconds}.${tenths % 10}s`
  return `+${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`
}

/** How long, in at most six cells: `340us`, `1.2ms`, `45ms`, `2.3s`. */
export function took(us: number): string {
  if (us < 1000) return `${Math.round(us)}us`
  if (us < 10_000) return `${(us / 1000).toFixed(1)}ms`
  if (us < 1_000_000) return `${Math.round(us / 1000)}ms`
  return `${(us / 1_000_000).toFixed(1)}s`
}
