/** What each client did with a key, one thing after the other, and what it knew when it did it. */
import type { Operation } from '../history/operations.ts'
import type { Version, VersionGraph, VersionRead } from './lineage.ts'
import { who } from './words.ts'

export type SessionStep =
  | {
      readonly kind: 'read'
      readonly read: VersionRead
      /** Its own acknowledged writes, but for those that it knows were replaced: by a later one of its own, or by what it has read since. */
      readonly own: readonly string[]
      /** Its answered read before this. */
      readonly previous: VersionRead | null
    }
  | {
      readonly kind: 'write'
      readonly version: Version
      /** Its own acknowledged write before this. */
      readonly after: Version | null
      readonly previous: VersionRead | null
    }

interface Session {
  own: string[]
  last: Version | null
  previous: VersionRead | null
}

/** In the order they were asked. What a client has not heard the end of, it does not know yet. */
export function* readsAndWrites({ versions, reads, readToWrite }: VersionGraph): Generator<SessionStep> {
  const readOf = new Map([...reads, ...readToWrite].map((read) => [read.operation, read]))
  const versionOf = new Map([...versions.values()].map((version) => [version.write, version]))
  const points = [...new Set([...readOf.keys(), ...versionOf.keys()])].flatMap((operation): [number, Operation][] => [
    [operation.begin, operation],
    [operation.end, operation],
  ])
  const sessions = new Map<string, Session>()
  for (const [at, operation] of points.filter(([when]) => Number.isFinite(when)).sort((a, b) => a[0] - b[0])) {
    const client = who(operation.invoke)
    const session = sessions.get(client) ?? { own: [], last: null, previous: null }
    sessions.set(client, session)
    const read = readOf.get(operation)
    const version = versionOf.get(operation)
    if (at === operation.begin) {
      const { own, last: after, previous } = session
      if (read !== undefined) yield { kind: 'read', read, own, previous }
      if (version !== undefined) yield { kind: 'write', version, after, previous }
      continue
    }
    if (read !== undefined) {
      // What this read misses, or shows replaced, is asked for once; that a later read goes back behind this one is another matter.
      session.own = session.own.filter((name) => read.seen.includes(name))
      session.previous = read
    }
    if (version !== undefined) {
      const over = new Set(version.over)
      session.own = [...session.own.filter((name) => !over.has(name)), version.name]
      session.last = version
    }
  }
}
