/** Which moments of a run deserve a close look: what was broken, who took over, what contradicts itself. */
import type { NodeLane, ShownOperation, Story, Window } from './types.ts'

/** What is looked at around a moment. Nanoseconds. */
const BEFORE = 150e6
const AFTER = 650e6
const LONGEST = 2_500e6
/** A face is looked at a few times a second, so what it shows began a while before. */
const BEFORE_SEEN = 450e6
/** Around an operation of a violation. */
const AROUND = 60e6
/** An operation that waited longer than this is shown at both its ends. */
const LONG_OPERATION = 1_500e6

export interface Moment {
  readonly fromNs: number
  readonly toNs: number
  readonly reason: string
  /** The higher, the sooner it gets a window. */
  readonly weight: number
}

export interface Chosen {
  readonly windows: readonly Window[]
  /** Moments that found no room, and those among them that show a violation. */
  readonly left: number
  readonly violationsLeft: number
}

const WEIGHT = { violation: 100, incident: 60, unhealthy: 40, leader: 30, fault: 20, candidate: 15, undone: 10 } as const

/** In time order, at most `most`; violations come first, and may have up to `mostOfViolations`. */
export function chooseWindows(moments: readonly Moment[], endNs: number, most: number, mostOfViolations: number): Chosen {
  const groups: Moment[][] = []
  let rest = [...moments]
  const byWorth = [...moments].sort((a, b) => b.weight - a.weight || a.fromNs - b.fromNs)
  for (const moment of byWorth) {
    if (!rest.includes(moment)) continue
    if (groups.length >= (isOfViolation(moment) ? Math.max(most, mostOfViolations) : most)) continue
    const group = [moment]
    rest = rest.filter((one) => one !== moment)
    for (const near of [...rest].sort((a, b) => a.fromNs - b.fromNs)) {
      const from = Math.min(...group.map(({ fromNs }) => fromNs), near.fromNs)
      const to = Math.max(...group.map(({ toNs }) => toNs), near.toNs)
      if (to - from > LONGEST || !group.some((one) => near.fromNs <= one.toNs && near.toNs >= one.fromNs)) continue
      group.push(near)
      rest = rest.filter((one) => one !== near)
    }
    groups.push(group)
  }
  const windows = groups.map((group) => windowOf(group, endNs)).sort((a, b) => a.fromNs - b.fromNs)
  return { windows, left: rest.length, violationsLeft: rest.filter(isOfViolation).length }
}

function isOfViolation({ weight }: Moment): boolean {
  return weight === WEIGHT.violation
}

function windowOf(group: readonly Moment[], endNs: number): Window {
  const inOrder = [...group].sort((a, b) => a.fromNs - b.fromNs)
  return {
    fromNs: Math.max(0, Math.min(...group.map(({ fromNs }) => fromNs))),
    toNs: Math.min(Math.max(endNs, 1), Math.max(...group.map(({ toNs }) => toNs))),
    reasons: [...new Set(inOrder.map(({ reason }) => reason))],
    violation: group.some(isOfViolation),
  }
}

/** Everything that may be worth a look. */
export function momentsOf(
  story: Story,
  violations: readonly { readonly name: string; readonly witness: readonly ShownOperation[] }[],
): readonly Moment[] {
  const around = (atNs: number, reason: string, weight: number, before = BEFORE): Moment => ({
    fromNs: atNs - before,
    toNs: atNs - before + BEFORE + AFTER,
    reason,
    weight,
  })
  return [
    ...violations.flatMap(({ name, witness }) => violationMoments(name, witness)),
    ...story.told.filter(({ type }) => type === 'exit' || type === 'finding').map(({ atNs, text }) => around(atNs, text, WEIGHT.incident)),
    // A cluster that starts is no fall.
    ...story.observed
      .filter(({ state }, i) => i > 0 && state === 'unhealthy')
      .map(({ fromNs }) => around(fromNs, 'unhealthy', WEIGHT.unhealthy)),
    ...story.lanes.flatMap((lane) =>
      risings(lane, 'lead').map(({ fromNs, role }) => around(fromNs, `${lane.id} ${role ?? 'leads'}`, WEIGHT.leader, BEFORE_SEEN)),
    ),
    ...story.lanes.flatMap((lane) =>
      risings(lane, 'seek').map(({ fromNs, role }) => around(fromNs, `${lane.id} ${role ?? 'seeks'}`, WEIGHT.candidate, BEFORE_SEEN)),
    ),
    ...story.marks.map(({ atNs, kind, text }) => around(atNs, text, WEIGHT[kind])),
  ]
}

/** All of it in one window if it is short enough, else each operation where it began and ended. */
function violationMoments(name: string, witness: readonly ShownOperation[]): readonly Moment[] {
  const fromNs = Math.min(...witness.map(({ beginNs }) => beginNs))
  const toNs = Math.max(...witness.map(({ beginNs, endNs }) => endNs ?? beginNs + AFTER))
  if (toNs - fromNs <= LONGEST - 2 * AROUND)
    return [
      { fromNs: fromNs - AROUND, toNs: toNs + AROUND, reason: `${name}: ${witness.map(wordsOf).join(', ')}`, weight: WEIGHT.violation },
    ]
  return witness.flatMap((operation) => operationMoments(name, operation))
}

function operationMoments(name: string, operation: ShownOperation): readonly Moment[] {
  const { beginNs, endNs } = operation
  const moment = (fromNs: number, toNs: number): Moment => ({
    fromNs: fromNs - AROUND,
    toNs: toNs + AROUND,
    reason: `${name}: ${wordsOf(operation)}`,
    weight: WEIGHT.violation,
  })
  if (endNs !== null && endNs - beginNs <= LONG_OPERATION) return [moment(beginNs, endNs)]
  return [moment(beginNs, beginNs + AFTER), ...(endNs === null ? [] : [moment(endNs - BEFORE, endNs)])]
}

function wordsOf({ client, asked }: ShownOperation): string {
  return `${client} ${asked}`
}

function risings({ stretches }: NodeLane, weight: 'lead' | 'seek'): NodeLane['stretches'] {
  return stretches.filter((stretch, i) => stretch.weight === weight && stretches[i - 1]?.weight !== weight)
}
