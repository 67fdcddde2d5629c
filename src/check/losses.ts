/** What became of each write of a key, by its oracle graph and its last read. */
import type { Operation } from '../history/operations.ts'
import { closure, mayHaveMade, replaced, type Version, type VersionGraph, type VersionRead, writtenBy } from './lineage.ts'

/** A version that the last read shows although a client had replaced it. */
export interface Leftover {
  readonly version: Version
  /** It was deleted, and is back. */
  readonly deleted: boolean
}

/** A read that shows what no client ever wrote. */
export interface Phantom {
  readonly read: VersionRead
  readonly why: 'nobody' | 'refused' | 'later' | 'other-value'
  readonly name: string
}

export interface Losses {
  readonly graph: VersionGraph
  /** The read asked last; null if there was none. */
  readonly last: VersionRead | null
  /** Acknowledged writes, deletes among them. */
  readonly acknowledged: readonly Version[]
  /** Acknowledged before the last read was asked, but neither in it nor replaced by anything. */
  readonly lost: readonly Version[]
  /** Acknowledged deletes of which nothing is left, while what they deleted is back. */
  readonly undone: readonly Version[]
  readonly leftovers: readonly Leftover[]
  readonly phantoms: readonly Phantom[]
  /** Some acknowledged write was not looked for after it. */
  readonly unread: boolean
  /** A write whose context nobody knows may have replaced what is missing. */
  readonly vague: Operation | null
}

/**
 * A put is lost unless the last read shows it, or what it shows came after it, or a delete that may have been reaped since did. A
 * delete leaves nothing to see once it was reaped, so it is lost only when what it deleted is there.
 */
export function lossesOf(graph: VersionGraph, refused: ReadonlyMap<string, Operation>): Losses {
  const last = graph.reads.at(-1) ?? null
  const acknowledged = [...graph.versions.values()].filter((version) => version.acknowledged)
  const phantoms = graph.reads.flatMap((read) => phantomsOf(graph, read, refused))
  const base = { graph, last, acknowledged, phantoms }
  if (last === null) return { ...base, lost: [], undone: [], leftovers: [], unread: acknowledged.length > 0, vague: null }
  const { begin, end } = last.operation
  const judged = acknowledged.filter(({ write }) => write.end < begin)
  const kept = closure(graph, last.seen)
  const deletes = [...graph.versions.values()].filter((version) => version.deletes && version.write.begin < end)
  const gone = closure(graph, [...last.seen, ...deletes.map(({ name }) => name)])
  const missing = judged.filter((version) => !version.deletes && !gone.has(version.name))
  const replacers = replacersOf(graph, last.seen)
  const undone = judged.filter((version) => version.deletes && !kept.has(version.name) && replacers.has(version.name))
  const vague = missing.length + undone.length === 0 ? null : whoMayHaveReplaced(graph, last, gone)
  return {
    ...base,
    lost: vague === null ? missing : [],
    undone: vague === null ? undone : [],
    leftovers: leftoversOf(graph, last.seen, kept),
    unread: judged.length < acknowledged.length,
    vague,
  }
}

function whoMayHaveReplaced(graph: VersionGraph, last: VersionRead, gone: ReadonlySet<string>): Operation | null {
  const deleted = graph.nameless.find(({ f, begin }) => f === 'del' && begin < last.operation.end)
  if (deleted !== undefined) return deleted
  const unknown = [...gone].find((name) => !graph.versions.has(name) && mayHaveMade(graph, name))
  return unknown === undefined ? null : (graph.nameless[0] ?? null)
}

/** Everything that replaced one of these, through any number of steps. */
function replacersOf({ versions }: VersionGraph, names: readonly string[]): Set<string> {
  const by = new Map<string, string[]>()
  for (const { name, over } of versions.values()) {
    for (const older of over) {
      const newer = by.get(older)
      if (newer === undefined) by.set(older, [name])
      else newer.push(name)
    }
  }
  const found = new Set(names.flatMap((name) => by.get(name) ?? []))
  for (const name of found) for (const newer of by.get(name) ?? []) found.add(newer)
  return found
}

/** Those of the versions shown that another of them replaced. */
function leftoversOf(graph: VersionGraph, seen: readonly string[], kept: ReadonlySet<string>): Leftover[] {
  const over = seen.length < 2 ? new Set<string>() : replaced(graph, seen, seen)
  if (over.size === 0) return []
  const deleted = new Set([...kept].flatMap((name) => deletedBy(graph.versions.get(name))))
  return [...over].flatMap((name) => {
    const version = graph.versions.get(name)
    return version === undefined || version.deletes ? [] : [{ version, deleted: deleted.has(name) }]
  })
}

function deletedBy(version: Version | undefined): readonly string[] {
  return version?.deletes === true ? version.over : []
}

function phantomsOf(graph: VersionGraph, read: VersionRead, refused: ReadonlyMap<string, Operation>): Phantom[] {
  const phantoms: Phantom[] = []
  for (const name of read.seen) {
    const version = graph.versions.get(name)
    if (version !== undefined) {
      if (version.write.begin > read.operation.end) phantoms.push({ read, why: 'later', name })
    } else if (!mayHaveMade(graph, name)) phantoms.push({ read, why: refused.has(name) ? 'refused' : 'nobody', name })
  }
  const strange = otherValue(graph, read)
  if (strange !== null) phantoms.push({ read, why: 'other-value', name: strange })
  return phantoms
}

/** A version that the read names, where it answers another value than that write wrote. */
function otherValue(graph: VersionGraph, { operation, seen }: VersionRead): string | null {
  const value = operation.completion?.value
  const shown = new Set(Array.isArray(value) ? value : value === null || value === undefined ? [] : [value])
  for (const name of seen) {
    const version = graph.versions.get(name)
    const wrote = version === undefined ? undefined : writtenBy(version)
    if (wrote !== undefined && wrote !== null && !shown.has(wrote)) return name
  }
  return null
}
