/** How fresh reads are, by how long after the newest write's acknowledgement they were asked (t-visibility). */
import type { Operation } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'
import { countedOperations } from './elements.ts'
import { hasLineage, type Version, type VersionGraph, type VersionRead, versionGraphs, walkBack } from './lineage.ts'
import type { Checker, Verdict } from './types.ts'
import { wilson } from './wilson.ts'
import { percent } from './words.ts'

/** Where the stretches of time begin in which reads are counted together. Milliseconds after the acknowledgement. */
const EDGES_MS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
/** Versions that a stale read missed are counted this far. */
const MAX_MISSED = 100

/** One read of a key that had been written. */
export interface Probe {
  readonly read: Operation
  /** The newest write that had been acknowledged before it. */
  readonly write: Operation
  /** Between the acknowledgement of the newest write before it and its question. Milliseconds. */
  readonly tMs: number
  readonly fresh: boolean
  /** How many acknowledged versions newer than what it shows it missed. */
  readonly missed: number
}

export interface FreshnessBucket {
  readonly fromMs: number
  readonly reads: number
  readonly fresh: number
  /** In which P(fresh) lies with 95 %. */
  readonly interval: readonly [low: number, high: number]
  /** Of all reads of the stretch. */
  readonly meanMissed: number
}

export function probesOf(operations: readonly Operation[]): Probe[] {
  return [...versionGraphs(operations).values()].flatMap(probesOfKey)
}

/** Empty stretches are left out. */
export function freshness(probes: readonly Probe[], edgesMs: readonly number[] = EDGES_MS): FreshnessBucket[] {
  return edgesMs.flatMap((fromMs, at) => {
    const inside = probes.filter(({ tMs }) => tMs >= fromMs && tMs < (edgesMs[at + 1] ?? Number.POSITIVE_INFINITY))
    if (inside.length === 0) return []
    const fresh = inside.filter((probe) => probe.fresh).length
    const missed = inside.reduce((sum, probe) => sum + probe.missed, 0)
    return [{ fromMs, reads: inside.length, fresh, interval: wilson(fresh, inside.length), meanMissed: missed / inside.length }]
  })
}

export const staleness: Checker = {
  name: 'staleness',
  help: 'a report: how likely a read is fresh so long after a write was acknowledged, and how many versions it misses',
  check: checkStaleness,
}

function checkStaleness(history: readonly HistoryEvent[]): Verdict {
  const { operations, counts } = countedOperations(history)
  const unknown = (why: string): Verdict => ({ verdict: 'unknown', why, witness: [], ...counts })
  if (!hasLineage(history)) return unknown('no answer tells which versions it is about')
  const probes = probesOf(operations)
  if (probes.length === 0) return unknown('no key was read after an acknowledged write')
  const stale = probes.filter(({ fresh }) => !fresh)
  const most = stale.reduce((worst, { missed }) => Math.max(worst, missed), 0)
  const oldest = stale.reduce((longest, { tMs }) => Math.max(longest, tMs), 0)
  const worst = stale.length === 0 ? '' : `; the last ${oldest.toFixed(1)} ms after the write, and at most ${most} versions behind`
  const why = `${stale.length} of ${probes.length} reads were stale (${percent(stale.length, probes.length)})${worst}`
  return { verdict: 'valid', why, witness: [], rows: rowsOf(freshness(probes)), ...counts }
}

function rowsOf(buckets: readonly FreshnessBucket[]): string[][] {
  const head = ['asked after', 'reads', 'P(fresh)', 'with 95 %', 'versions behind']
  return [
    head,
    ...buckets.map(({ fromMs, reads, fresh, interval: [low, high], meanMissed }) => [
      `${fromMs} ms`,
      `${reads}`,
      (fresh / reads).toFixed(3),
      `${low.toFixed(3)} to ${high.toFixed(3)}`,
      meanMissed.toFixed(2),
    ]),
  ]
}

/** A read shows a write, or what replaced it, or what was asked only after it had been acknowledged: all of it is fresh. */
function probesOfKey(graph: VersionGraph): Probe[] {
  const acknowledged = [...graph.versions.values()].filter((version) => version.acknowledged).sort((a, b) => a.write.end - b.write.end)
  const probes: Probe[] = []
  let before = 0
  for (const read of graph.reads) {
    while ((acknowledged[before]?.write.end ?? Number.POSITIVE_INFINITY) < read.operation.begin) before += 1
    const newest = acknowledged[before - 1]
    const answered = newest?.write.completion
    if (newest === undefined || answered == null) continue
    const missed = countMissed(graph, read, acknowledged.slice(Math.max(0, before - MAX_MISSED), before))
    if (missed === null) continue
    probes.push({
      read: read.operation,
      write: newest.write,
      tMs: (read.operation.invoke.time - answered.time) / 1e6,
      fresh: missed === 0,
      missed,
    })
  }
  return probes
}

/** Null if what the read shows nobody can place. */
function countMissed(graph: VersionGraph, { seen }: VersionRead, versions: readonly Version[]): number | null {
  const latest = seen.reduce((begin, name) => Math.max(begin, graph.versions.get(name)?.write.begin ?? -1), -1)
  let missed = 0
  for (const { name, write } of versions.toReversed()) {
    if (seen.includes(name) || latest > write.end) return missed
    const { found, vague } = walkBack(graph, seen, [name])
    if (vague) return null
    if (found.has(name)) return missed
    missed += 1
  }
  return missed
}
