/**
 * The oracle graph: which write replaced which, as the clients tell it (`lineage`). Nothing here comes from a node's clock, so
 * that clocks can be judged by it.
 */
import { BadHistory } from '../history/bad-history.ts'
import type { Operation } from '../history/operations.ts'
import type { HistoryEvent } from '../history/types.ts'

/** One write, by the name its client gave it. However often it was stored, it is one version. */
export interface Version {
  readonly name: string
  readonly write: Operation
  readonly acknowledged: boolean
  readonly deletes: boolean
  /** The versions it replaced. */
  readonly over: readonly string[]
}

export interface VersionRead {
  readonly operation: Operation
  /** Each once. Deletes included. */
  readonly seen: readonly string[]
}

/** Everything that was asked about one key. */
export interface VersionGraph {
  readonly key: string
  /** Writes that took effect, or may have. */
  readonly versions: ReadonlyMap<string, Version>
  /** Answered reads, in the order they were asked. */
  readonly reads: readonly VersionRead[]
  /** What an answered append or resolve had read before it wrote. */
  readonly readToWrite: readonly VersionRead[]
  /** Writes that nobody lived to name: pending at the end, or answered by nobody who knew. */
  readonly nameless: readonly Operation[]
}

export function hasLineage(history: readonly HistoryEvent[]): boolean {
  return history.some(({ lineage }) => lineage !== undefined)
}

const READS: ReadonlySet<string> = new Set(['get', 'read'])
/** Their client reads, makes a value of what it found, and writes that over what it found. */
const READ_FIRST: ReadonlySet<string> = new Set(['append', 'resolve'])
const NO_WRITES: ReadonlySet<string> = new Set([...READS, 'join', 'leave'])

/** One graph a key, in order of first mention. Throws BadHistory where two writes share a name. */
export function versionGraphs(operations: readonly Operation[]): Map<string, VersionGraph> {
  const graphs = new Map<
    string,
    { key: string; versions: Map<string, Version>; reads: VersionRead[]; readToWrite: VersionRead[]; nameless: Operation[] }
  >()
  for (const operation of operations) {
    const key = operation.key ?? ''
    let graph = graphs.get(key)
    if (graph === undefined) {
      graph = { key, versions: new Map(), reads: [], readToWrite: [], nameless: [] }
      graphs.set(key, graph)
    }
    const { f, outcome, completion } = operation
    const lineage = completion?.lineage
    if (READS.has(f)) {
      if (outcome === 'ok' && lineage?.seen !== undefined) graph.reads.push({ operation, seen: [...new Set(lineage.seen)] })
    } else if (!NO_WRITES.has(f) && outcome !== 'fail') {
      if (lineage === undefined) graph.nameless.push(operation)
      else if (lineage.made !== undefined) {
        add(graph.versions, lineage.made, operation, lineage.over ?? [])
        if (READ_FIRST.has(f) && outcome === 'ok') graph.readToWrite.push({ operation, seen: [...new Set(lineage.over)] })
      }
    }
  }
  return graphs
}

function add(versions: Map<string, Version>, name: string, write: Operation, over: readonly string[]): void {
  const other = versions.get(name)
  if (other !== undefined) throw new BadHistory(write.begin + 1, `a write is named ${name}, as is that of line ${other.write.begin + 1}`)
  const deletes = write.f === 'del' || (write.f === 'put' && write.invoke.value === null)
  versions.set(name, { name, write, acknowledged: write.outcome === 'ok', deletes, over: over.filter((one) => one !== name) })
}

/** Who may have made a version that no answer names: a nameless write of the same client, in whichever of its lives, `l7.3` or `l7.2.3`. */
export function mayHaveMade({ nameless }: VersionGraph, name: string): boolean {
  const client = name.slice(0, Math.max(0, name.indexOf('.')))
  return nameless.some(({ invoke }) => invoke.client === undefined || invoke.client === client)
}

/** These and everything that they replaced, through any number of steps. */
export function closure(graph: VersionGraph, from: Iterable<string>): Set<string> {
  const reached = new Set(from)
  for (const name of reached) for (const older of graph.versions.get(name)?.over ?? []) reached.add(older)
  return reached
}

/** Which of these were replaced by what is in `from`, or by what that replaced: strictly, so that siblings of one chain are among them. */
export function replaced(graph: VersionGraph, from: Iterable<string>, wanted: readonly string[]): Set<string> {
  return walkBack(graph, from, wanted).found
}

/** The same, and whether it met a version that nobody can place, which may have replaced anything. Goes no further back than the oldest wanted. */
export function walkBack(
  graph: VersionGraph,
  from: Iterable<string>,
  wanted: readonly string[],
): { readonly found: Set<string>; readonly vague: boolean } {
  const left = new Set(wanted)
  const found = new Set<string>()
  let oldest = Number.POSITIVE_INFINITY
  for (const name of left) oldest = Math.min(oldest, graph.versions.get(name)?.write.begin ?? -1)
  let vague = false
  const walked = new Set(from)
  for (const name of walked) {
    const version = graph.versions.get(name)
    if (version === undefined) vague ||= mayHaveMade(graph, name)
    // What replaced a wanted one was still under way after that one had been asked.
    if (version === undefined || version.write.end < oldest) continue
    for (const older of version.over) {
      if (left.delete(older)) found.add(older)
      walked.add(older)
    }
    if (left.size === 0) break
  }
  return { found, vague }
}

/** From a version back to one that it replaced, both included; empty if it did not. */
export function pathBetween(graph: VersionGraph, from: Iterable<string>, to: string): Version[] {
  const cameFrom = new Map<string, string | null>()
  for (const name of from) if (name !== to) cameFrom.set(name, null)
  for (const name of cameFrom.keys()) {
    const over = graph.versions.get(name)?.over ?? []
    if (over.includes(to)) return pathTo(graph, cameFrom, name, to)
    for (const older of over) if (!cameFrom.has(older)) cameFrom.set(older, name)
  }
  return []
}

function pathTo(graph: VersionGraph, cameFrom: ReadonlyMap<string, string | null>, last: string, to: string): Version[] {
  const names = [to]
  for (let at: string | null | undefined = last; at != null; at = cameFrom.get(at)) names.push(at)
  return names.reverse().flatMap((name) => graph.versions.get(name) ?? [])
}

/** The value a version holds, null for a delete; undefined where nobody told. */
export function writtenBy({ write, deletes }: Version): string | null | undefined {
  if (deletes) return null
  const value = write.f === 'put' || (write.f === 'resolve' && write.invoke.value !== null) ? write.invoke.value : answered(write)
  return typeof value === 'string' ? value : undefined
}

function answered({ outcome, completion }: Operation): unknown {
  return outcome === 'ok' ? completion?.value : undefined
}
