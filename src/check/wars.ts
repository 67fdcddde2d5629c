/**
 * Probabilistically bounded staleness (Bailis et al., VLDB 2012): how likely a read sees the newest write, from four delays of
 * messages between coordinator and replica: W the write there, A its acknowledgement, R the read's question, S its answer.
 */
import { assert } from '../machine/assert.ts'
import type { Random } from '../machine/random.ts'

/** One delay, drawn anew each time. Milliseconds. */
export type Delay = (random: Random) => number

export interface Wars {
  readonly w: Delay
  readonly a: Delay
  readonly r: Delay
  readonly s: Delay
}

export interface WarsQuorum {
  readonly n: number
  readonly r: number
  readonly w: number
  /**
   * Where the coordinators sit. `outside`: at none of the replicas, as in the paper; `same`: write and read at one and the same
   * replica; `different`: each at a replica of its own. A replica reaches itself at once.
   */
  readonly coordinators?: 'outside' | 'same' | 'different'
}

export interface Prediction {
  /** How likely a read is fresh that starts so long after the write was acknowledged. */
  fresh(tMs: number): number
  /** After how long a read is fresh with this probability. Milliseconds; Infinity if it never is. */
  tFor(probability: number): number
}

/** Delays as they were measured, each as likely as the others. */
export function measured(samplesMs: readonly number[]): Delay {
  assert(samplesMs.length > 0, 'a delay is drawn from what was measured')
  return (random) => random.pick(samplesMs)
}

/** Monte Carlo: so many writes, each with a read after it. */
export function predict(wars: Wars, quorum: WarsQuorum, trials: number, random: Random): Prediction {
  const { n, r, w } = quorum
  assert(r >= 1 && r <= n && w >= 1 && w <= n, `R=${r} and W=${w} are of N=${n}`)
  const freshFrom = Float64Array.from({ length: trials }, () => freshAfter(wars, quorum, random)).sort()
  return {
    fresh: (tMs) => countUpTo(freshFrom, tMs) / trials,
    tFor: (probability) => Math.max(0, freshFrom[Math.max(0, Math.ceil(probability * trials) - 1)] ?? Number.POSITIVE_INFINITY),
  }
}

/** How long after its acknowledgement a write is seen by one read: 0 or less for a read at once. */
function freshAfter({ w, a, r, s }: Wars, quorum: WarsQuorum, random: Random): number {
  const { n, coordinators = 'outside' } = quorum
  const writesAt = coordinators === 'outside' ? -1 : 0
  const readsAt = coordinators === 'outside' ? -1 : coordinators === 'same' ? 0 : 1 % n
  const replicas = Array.from({ length: n }, (_, at) => {
    const written = at === writesAt ? 0 : w(random)
    const asked = at === readsAt ? 0 : r(random)
    return {
      written,
      acknowledged: at === writesAt ? 0 : written + a(random),
      asked,
      answered: at === readsAt ? 0 : asked + s(random),
    }
  })
  const acknowledged = replicas.map((replica) => replica.acknowledged).sort((x, y) => x - y)[quorum.w - 1] ?? 0
  const first = replicas.sort((x, y) => x.answered - y.answered).slice(0, quorum.r)
  return Math.min(...first.map(({ written, asked }) => written - asked)) - acknowledged
}

function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** How likely a read misses the last k versions, if writes stay where W acknowledgements left them: (C(N-W,R)/C(N,R))^k. */
export function misses({ n, r, w }: WarsQuorum, k: number): number {
  return (choose(n - w, r) / choose(n, r)) ** k
}

function choose(from: number, count: number): number {
  let ways = 1
  for (let i = 0; i < count; i++) ways = (ways * Math.max(0, from - i)) / (i + 1)
  return ways
}
