/** Faults that shut directed links (partition, cut, hold), and the ends of a link as people name them. Pure. */
import type { EndpointId } from '../machine/contract.ts'

/** What stands on each side, as it was named: `n1 n2 | n3`. */
export interface Sides {
  readonly groups: readonly (readonly EndpointId[])[]
  /** `->`: one way, from the first to the second. */
  readonly sign: '|' | '->'
}

export interface Shut {
  /** The line for people is `head`, the sides, and `note`. */
  readonly head: string
  readonly sides: Sides
  readonly note: string
  /** Who made it, so that whoever mends only their own leaves it alone. */
  readonly by: string
  /** Directed links as `from>to`. */
  readonly links: ReadonlySet<string>
}

export function textOf({ groups, sign }: Sides): string {
  return groups.map((group) => group.join(' ')).join(` ${sign} `)
}

export function describeShut({ head, sides, note }: Shut): string {
  return `${head} ${textOf(sides)}${note}`
}

export function linksBetween(as: readonly EndpointId[], bs: readonly EndpointId[], oneWay: boolean): Set<string> {
  const links = new Set<string>()
  for (const a of as) {
    for (const b of bs) {
      if (a === b) continue
      links.add(`${a}>${b}`)
      if (!oneWay) links.add(`${b}>${a}`)
    }
  }
  return links
}

/**
 * Adds a shut and drops what others of the same maker make void, so that each left shuts a link of its own and the list never
 * outgrows the links.
 */
export function withShut(all: readonly Shut[], added: Shut): Shut[] {
  const list = all.filter(({ by }) => by === added.by)
  const strangers = all.filter(({ by }) => by !== added.by)
  const covered = (shut: Shut, by: readonly Shut[]): boolean => [...shut.links].every((link) => by.some(({ links }) => links.has(link)))
  if (covered(added, list)) return [...all]
  let kept = [...list, added]
  for (const shut of list) {
    const others = kept.filter((one) => one !== shut)
    if (covered(shut, others)) kept = others
  }
  return [...strangers, ...kept]
}

/** The fault as if this endpoint had never been named; null when nothing is left of it. */
export function shutWithout(shut: Shut, id: EndpointId): Shut | null {
  const links = linksWithout(shut.links, id)
  if (links.size === 0) return null
  if (links.size === shut.links.size) return shut
  return { ...shut, sides: sidesWithout(shut.sides, id), note: '', links }
}

export function linksWithout(links: ReadonlySet<string>, id: EndpointId): Set<string> {
  return new Set([...links].filter((link) => !link.split('>').includes(id)))
}

export function sidesWithout({ groups, sign }: Sides, id: EndpointId): Sides {
  const kept = groups.map((group) => group.filter((one) => one !== id))
  return { groups: kept.filter((group) => group.length > 0), sign }
}
