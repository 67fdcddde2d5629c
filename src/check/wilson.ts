/** The interval of Wilson (1927) in which a probability lies with 95 %, after so many hits in so many trials: sound for few trials and near 0 and 1. */
export function wilson(hits: number, trials: number, z = 1.959964): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1]
  const share = hits / trials
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))
  const middle = share + (z * z) / (2 * trials)
  const scale = 1 + (z * z) / trials
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)]
}
