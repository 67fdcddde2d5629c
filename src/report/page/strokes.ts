/** How a type of message is drawn, the same in all windows of a page: a colour for each family (`append`, `append-reply`), dashes for its later members and where colours come round again. */

/** Colours there are; the last, faint one is for the busiest family, which would hide all others. */
const COLOURS = 8
const DASHES = 3

export type Strokes = ReadonlyMap<string, string>

/** Class names by type. `counts`: how many there are of each. */
export function strokesOf(counts: ReadonlyMap<string, number>): Strokes {
  const types = [...counts.keys()].sort()
  const families = new Map<string, string[]>()
  for (const type of types) {
    const root = types.find((one) => type === one || type.startsWith(`${one}-`)) ?? type
    families.set(root, [...(families.get(root) ?? []), type])
  }
  const total = (members: readonly string[]): number => members.reduce((sum, type) => sum + (counts.get(type) ?? 0), 0)
  const [busiest, ...others] = [...families].sort(([a, one], [b, two]) => total(two) - total(one) || (a < b ? -1 : 1))
  const strokes = new Map<string, string>()
  const paint = (members: readonly string[], colour: number, again = 0): void => {
    for (const [i, type] of members.entries()) strokes.set(type, `m${colour} d${again * DASHES + Math.min(i, DASHES - 1)}`)
  }
  if (busiest !== undefined) paint(busiest[1], others.length === 0 ? 0 : COLOURS - 1)
  for (const [i, [, members]] of others.entries()) paint(members, i % (COLOURS - 1), Math.min(1, Math.floor(i / (COLOURS - 1))))
  return strokes
}
