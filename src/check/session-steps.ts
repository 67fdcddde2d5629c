/** What each client did with a key, one thing after the other, and what it knew when it did it. */
import type { Operation } from '../history/operations.ts'
import type { Version, VersionGraph, VersionRead } from './lineage.ts'
import { who } from './words.ts'

export type SessionStep =
  | {
      readonly kind: 'read'
      readonly read: VersionRead
      /** Its own acknowledged writes that none of its later ones replaced. */
      readonly own: readonly string[]
      /** Its answered read before this. */
      readonly previous: VersionRead | null
      /** Its own write was not there: it is not asked for again. */
      missed(name: string): void
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
export function* readsAndWrites({ versions, reads }: VersionGraph): Generator<SessionStep> {
  const readOf = new Map(reads.map((read) => [read.operation, read]))
  const versionOf = new Map([...versions.values()].map((version) => [version.write, version]))
  const points = [...readOf.keys(), ...versionOf.keys()].flatMap((operation): [number, Operation][] => [
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
      if (read !== undefined) yield readStep(session, read)
      else if (version !== undefined) yield { kind: 'write', version, after: session.last, previous: session.previous }
    } else if (read !== undefined) session.previous = read
    else if (version !== undefined) {
      const over = new Set(version.over)
      session.own = [...session.own.filter((name) => !over.has(name)), version.name]
      session.last = version
    }
  }
}

function readStep(session: Session, read: VersionRead): SessionStep {
  const missed = (name: string) => {
    session.own = session.own.filter((one) => one !== name)
  }
  return { kind: 'read', read, own: session.own, previous: session.previous, missed }
}
