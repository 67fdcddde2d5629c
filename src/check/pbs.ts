/**
 * Freshness measured, beside what the delays of the messages alone predict (PBS; Bailis et al., VLDB 2012). A store that is stale more
 * often than its network explains has another reason for it; one that is fresh more often has a help that was not counted.
 */
import { seeded } from '../machine/random.ts'
import { countedOperations } from './elements.ts'
import { hasLineage } from './lineage.ts'
import { type Probe, probesOf } from './staleness.ts'
import type { Checker, Scene, Verdict } from './types.ts'
import { measured, type Prediction, predict, type WarsQuorum } from './wars.ts'
import { wilson } from './wilson.ts'

const TRIALS = 40_000
/** Reads and delays below this many say too little. */
const LEAST_READS = 500
const LEAST_AT_ONCE = 400
const LEAST_DELAYS = 300
/** Reads count as asked at once within this part of a message's mean delay. */
const AT_ONCE = 1 / 3
/** How far apart the measured and the predicted may be: in P(fresh) at once, and by what part of its time the curve may be late or early. */
const NEAR_P = 0.05
const NEAR_T = 0.25
/** Stretches that are tried: 2^(i/STEPS), up to four times as slow or as fast. */
const STEPS = 16
/** A read that cannot be stale by the prediction may be by chance, and the other way round. */
const LEAST_P = 0.002
const MOSTLY = 0.9
/** Rows of the table: so many mean delays after the acknowledgement. */
const EDGES = [0, AT_ONCE, 2 / 3, 1, 1.5, 2, 3, 5]

export interface Aimed {
  /** Between the answer to the write and the question of the read, at their clients. */
  readonly askedMs: number
  /** The same at their coordinators. */
  readonly tMs: number
  readonly fresh: boolean
  /** How likely a read so long after the write is fresh. */
  readonly likely: (tMs: number) => number
}

export interface Comparison {
  /** Among the reads asked at once. */
  readonly atOnce: { readonly reads: number; readonly measured: number; readonly predicted: number }
  /** How many times as long as predicted everything takes, by the stretch of the predicted curve that fits all reads best. */
  readonly stretch: number
}

export const pbs: Checker = {
  name: 'pbs',
  wantsScene: true,
  help: 'reads are as fresh as the delays between nodes predict: at once within 0.05, and the time until 90 % are within 25 %',
  check: (history, _limits, _faults, scene) => {
    const { operations, counts } = countedOperations(history)
    const verdict = (word: Verdict['verdict'], why: string): Verdict => ({ verdict: word, why, witness: [], ...counts })
    if (scene === undefined) return verdict('unknown', 'the history alone does not tell the delays between nodes')
    if (!hasLineage(history)) return verdict('unknown', 'no answer tells which versions it is about')
    const quorum = quorumOf(scene)
    if (quorum === null) return verdict('unknown', 'the mode has no n, r and w')
    const { sinceMs, samplesMs } = scene.delays
    if (samplesMs.length < LEAST_DELAYS)
      return verdict('unknown', `${samplesMs.length} delays between nodes are too few, ${LEAST_DELAYS} are enough`)
    const probes = probesOf(operations).filter(({ write }) => write.invoke.time >= sinceMs * 1e6)
    if (probes.length < LEAST_READS)
      return verdict('unknown', `${probes.length} reads since the links are as they are: too few, ${LEAST_READS} are enough`)
    return { ...judge(probes, samplesMs, quorum), ...counts }
  },
}

function judge(probes: readonly Probe[], samplesMs: readonly number[], quorum: WarsQuorum): Omit<Verdict, 'operations' | 'open'> {
  const meanMs = samplesMs.reduce((sum, each) => sum + each, 0) / samplesMs.length
  const aimed = aim(probes, samplesMs, quorum)
  const { atOnce, stretch } = compare(aimed, meanMs)
  const nineOfTen = whenMostly(aimed, meanMs)
  const rows = rowsOf(aimed, meanMs)
  const said =
    `at once ${atOnce.measured.toFixed(3)} of ${atOnce.reads} reads were fresh, predicted ${atOnce.predicted.toFixed(3)}; ` +
    `90 % after ${(stretch * nineOfTen).toFixed(0)} ms, predicted ${nineOfTen.toFixed(0)} ms (a message takes ${meanMs.toFixed(1)} ms in the mean)`
  if (atOnce.reads < LEAST_AT_ONCE)
    return {
      verdict: 'unknown',
      why: `${atOnce.reads} reads asked at once are too few, ${LEAST_AT_ONCE} are enough; ${said}`,
      witness: [],
      rows,
    }
  const near = Math.abs(atOnce.measured - atOnce.predicted) <= NEAR_P && Math.abs(stretch - 1) <= NEAR_T
  return { verdict: near ? 'valid' : 'invalid', why: said, witness: [], rows }
}

/** How likely each read was to be fresh, by whether one node coordinated the write and the read. */
export function aim(probes: readonly Probe[], samplesMs: readonly number[], quorum: WarsQuorum): readonly Aimed[] {
  const delay = measured(samplesMs)
  const wars = { w: delay, a: delay, r: delay, s: delay }
  const predicted = (coordinators: 'same' | 'different'): Prediction =>
    predict(wars, { ...quorum, coordinators }, TRIALS, seeded(`pbs/${coordinators}`))
  const [same, different] = [predicted('same'), predicted('different')]
  return probes.map((probe): Aimed => {
    const { read, write, fresh } = probe
    const tMs = probe.tMs + wayMs(probe, quorum)
    const { fresh: likely } = read.completion?.node === write.completion?.node ? same : different
    return { askedMs: probe.tMs, tMs, fresh, likely }
  })
}

/**
 * Clients do not stand beside their coordinator: between the moment in which a write is complete there and the one in which a read
 * begins there lie the way of one answer and that of one question. Where the coordinator alone answers, they are half of each latency.
 */
function wayMs({ read, write }: Probe, { r, w }: WarsQuorum): number {
  return (r === 1 ? halfLatencyMs(read) : 0) + (w === 1 ? halfLatencyMs(write) : 0)
}

function halfLatencyMs({ invoke, completion }: Probe['read']): number {
  return completion === null ? 0 : (completion.time - invoke.time) / 2e6
}

export function compare(aimed: readonly Aimed[], meanMs: number): Comparison {
  const early = aimed.filter(({ askedMs }) => askedMs < AT_ONCE * meanMs)
  return { atOnce: { reads: early.length, measured: shareFresh(early), predicted: meanLikely(early) }, stretch: bestStretch(aimed) }
}

/** By likelihood: a time read off a measured curve would rest on the few reads beside it. Of equals the nearest to 1. */
function bestStretch(aimed: readonly Aimed[]): number {
  const tried = Array.from({ length: 4 * STEPS + 1 }, (_, i) => 2 ** ((i % 2 === 0 ? i : -i - 1) / 2 / STEPS))
  let best = { stretch: 1, likelihood: Number.NEGATIVE_INFINITY }
  for (const stretch of tried) {
    const likelihood = aimed.reduce((sum, { tMs, fresh, likely }) => {
      const p = Math.min(1 - LEAST_P, Math.max(LEAST_P, likely(tMs / stretch)))
      return sum + Math.log(fresh ? p : 1 - p)
    }, 0)
    if (likelihood > best.likelihood) best = { stretch, likelihood }
  }
  return best.stretch
}

/** When nine of ten of these reads would be fresh, as predicted, were they all asked so late. To a hundredth of a mean delay, and no further than a hundred of them. */
function whenMostly(aimed: readonly Aimed[], meanMs: number): number {
  const curves = new Map<Aimed['likely'], number>()
  for (const { likely } of aimed) curves.set(likely, (curves.get(likely) ?? 0) + 1)
  const fresh = (tMs: number): number => [...curves].reduce((sum, [likely, reads]) => sum + reads * likely(tMs), 0)
  for (let step = 0; step <= 10_000; step++) if (fresh((step * meanMs) / 100) >= MOSTLY * aimed.length) return (step * meanMs) / 100
  return Number.POSITIVE_INFINITY
}

function rowsOf(aimed: readonly Aimed[], meanMs: number): string[][] {
  const rows = EDGES.flatMap((edge, at) => {
    const [fromMs, toMs] = [edge * meanMs, (EDGES[at + 1] ?? Number.POSITIVE_INFINITY) * meanMs]
    const inside = aimed.filter(({ askedMs }) => askedMs >= fromMs && askedMs < toMs)
    if (inside.length === 0) return []
    const fresh = inside.filter((each) => each.fresh).length
    const [low, high] = wilson(fresh, inside.length)
    const share = fresh / inside.length
    const predicted = meanLikely(inside)
    return [
      [`${fromMs.toFixed(0)} ms`, `${inside.length}`, share.toFixed(3), `${low.toFixed(3)} to ${high.toFixed(3)}`, predicted.toFixed(3)],
    ]
  })
  return [['asked after', 'reads', 'P(fresh)', 'with 95 %', 'predicted'], ...rows]
}

function shareFresh(aimed: readonly Aimed[]): number {
  return mean(aimed.map(({ fresh }) => (fresh ? 1 : 0)))
}

function meanLikely(aimed: readonly Aimed[]): number {
  return mean(aimed.map(({ tMs, likely }) => likely(tMs)))
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}

function quorumOf({ settings }: Scene): WarsQuorum | null {
  const [n, r, w] = [settings.n, settings.r, settings.w].map(Number)
  if (n === undefined || r === undefined || w === undefined) return null
  return [n, r, w].every((each) => Number.isInteger(each) && each >= 1) && r <= n && w <= n ? { n, r, w } : null
}
