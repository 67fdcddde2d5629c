/** Two things measured in turn on a machine that others use too. */

/** Parts of a round's half: odd, so that the median is one of them. */
export const SLICES = 5
const MOST_TRIES = 20

/**
 * Relates first to second, round by round. Within a round both are measured in slices, in turn and with who begins swapped, and
 * the median slice stands for each: what another program does to the machine for a moment hits a slice, not the round.
 */
export async function alternate<T>(
  rounds: number,
  first: () => Promise<T>,
  second: () => Promise<T>,
  read: (result: T) => number,
  slices = SLICES,
) {
  const firsts: number[] = []
  const seconds: number[] = []
  for (let round = 0; round < rounds; round++) {
    const [a, b]: [number[], number[]] = [[], []]
    for (let slice = 0; slice < slices; slice++) {
      if (slice % 2 === 0) a.push(await sampled(first, read))
      b.push(await sampled(second, read))
      if (slice % 2 === 1) a.push(await sampled(first, read))
    }
    firsts.push(median(a))
    seconds.push(median(b))
  }
  return { first: firsts, second: seconds, ratios: firsts.map((value, i) => value / (seconds[i] ?? Number.NaN)) }
}

/** On a machine so busy that a slice carried nothing, the slice is measured again, a few times. */
async function sampled<T>(measure: () => Promise<T>, read: (result: T) => number): Promise<number> {
  for (let tries = 1; ; tries++) {
    const figure = read(await measure())
    if (Number.isFinite(figure) && figure > 0) return figure
    if (tries === MOST_TRIES) throw new Error(`${MOST_TRIES} slices in a row carried no traffic: the machine is too busy to measure`)
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
