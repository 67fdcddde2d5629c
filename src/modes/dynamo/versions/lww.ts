/** The last writer wins, by the coordinators' wall clocks: nothing is a sibling, and whoever's clock is behind writes in vain. */
import type { Version, Versioning } from '../versions.ts'
import { byActor, byText, NOTHING } from './causality.ts'
import { digest, EMPTY, type MakeVersioning } from './copy.ts'

export const lww: MakeVersioning = (): Versioning => ({
  empty: EMPTY,
  write: (copy, { value, op, actor, wallMs }) => {
    const version: Version = { dot: { actor, n: 1 }, clock: {}, value, op, wallMs }
    const stays = copy.versions.some((other) => other.op === op)
    return { copy: stays ? copy : { seen: NOTHING, versions: latest([...copy.versions, version]) }, context: NOTHING }
  },
  merge: (a, b) => ({ seen: NOTHING, versions: latest([...a.versions, ...b.versions]) }),
  contextOf: () => NOTHING,
  digest,
})

function latest(versions: readonly Version[]): readonly Version[] {
  const [first, ...others] = versions
  if (first === undefined) return versions
  return [others.reduce((last, version) => (order(version, last) > 0 ? version : last), first)]
}

/** Total: the same on every replica, whatever came first. */
function order(a: Version, b: Version): number {
  return a.wallMs - b.wallMs || byText(a.op, b.op) || byActor(a.dot.actor, b.dot.actor)
}
