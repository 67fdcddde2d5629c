/** The moments that people step to: what was done to the cluster, what it did, and what went wrong. */
import type { LabEvent } from '../../history/types.ts'
import type { HealthState } from '../../modes/mode.ts'
import type { Scene } from '../../stream/scene.ts'

export type LandmarkKind = 'fault' | 'undone' | 'health' | 'leader' | 'failure'

export interface Landmark {
  /** When the picture shows it. Nanoseconds since the run began. */
  readonly atNs: number
  readonly kind: LandmarkKind
  readonly text: string
  /** Of `health`. */
  readonly state?: HealthState
}

/** A run with more than this is stepped through up to there; nothing else is lost. */
export const MOST_LANDMARKS = 20_000
/** A block fails because something in it failed: that moment has been told. */
const SAME_FAILURE_NS = 1_000_000_000
/** So long before the first failure is the moment before it broke. */
const BEFORE_NS = 100_000_000

/** What `event` is to people, as the scene became `after`. `earlier`: the failure before it. In no order. */
export function landmarksOf(before: Scene, after: Scene, event: LabEvent, earlier: Landmark | null): readonly Landmark[] {
  const atNs = after.nowNs
  const failure = failureIn(before, after, event)
  if (failure !== null) {
    const told = event.type === 'block' && earlier !== null && atNs - earlier.atNs < SAME_FAILURE_NS
    return told ? [] : [{ atNs, kind: 'failure', text: failure }, ...witnessOf(event, atNs)]
  }
  switch (event.type) {
    case 'fault':
    case 'undone':
      return [{ atNs, kind: event.type, text: after.marks.at(-1)?.text ?? event.type }]
    case 'health': {
      const { observed } = after
      if (observed === null || observed === before.observed) return []
      return [{ atNs, kind: 'health', state: observed.state, text: `${observed.state}: ${observed.why}` }]
    }
    case 'cluster': {
      const { leader, term } = after
      // The term may be that of one who only asks for votes: it alone says nothing about who leads.
      if (leader === null || leader === before.leader) return []
      return [{ atNs, kind: 'leader', text: `${leader} leads${term === null ? '' : `, term ${term}`}` }]
    }
    default:
      return []
  }
}

/** A check speaks at the end of what went wrong long before: when the last operation of its witness ended. */
function witnessOf({ type, name, verdict }: LabEvent, atNs: number): readonly Landmark[] {
  if (type !== 'check' || typeof verdict !== 'object' || verdict === null || !('witness' in verdict)) return []
  const times = Array.isArray(verdict.witness) ? verdict.witness.map((line: unknown) => timeOf(line)).filter((ns) => ns !== null) : []
  const lastNs = times.reduce((latest, ns) => Math.max(latest, ns), -1)
  if (lastNs < 0 || lastNs >= atNs) return []
  return [{ atNs: lastNs, kind: 'failure', text: `not ${name} from here on${'why' in verdict ? `: ${verdict.why}` : ''}` }]
}

function timeOf(line: unknown): number | null {
  return typeof line === 'object' && line !== null && 'time' in line && typeof line.time === 'number' ? line.time : null
}

/** Why the event is bad news, in words; null: it is none. */
function failureIn(before: Scene, after: Scene, event: LabEvent): string | null {
  if (event.failed === true || event.type === 'finding' || event.type === 'exit') return event.text ?? event.type
  if (event.type === 'answer') return failedExpectation(event)
  if (event.type !== 'invariants') return null
  const held = new Set(before.invariants.filter(({ holds }) => holds !== false).map(({ name }) => name))
  const known = new Set(before.invariants.map(({ name }) => name))
  const broken = after.invariants.find(({ name, holds }) => holds === false && (held.has(name) || !known.has(name)))
  return broken === undefined ? null : `broken: ${broken.name}: ${broken.why}`
}

function failedExpectation({ command, answer }: LabEvent): string | null {
  if (typeof answer !== 'object' || answer === null || !('code' in answer) || answer.code !== 'expected') return null
  return `${command}${'text' in answer ? `: ${answer.text}` : ''}`
}

/** The moment before the first failure; null: nothing failed. */
export function beforeItBroke(landmarks: readonly Landmark[]): number | null {
  const first = landmarks.find(({ kind }) => kind === 'failure')
  return first === undefined ? null : Math.max(0, first.atNs - BEFORE_NS)
}

export function nextAfter(landmarks: readonly Landmark[], ns: number, kinds?: readonly LandmarkKind[]): Landmark | null {
  return landmarks.find(({ atNs, kind }) => atNs > ns && (kinds === undefined || kinds.includes(kind))) ?? null
}

export function lastBefore(landmarks: readonly Landmark[], ns: number, kinds?: readonly LandmarkKind[]): Landmark | null {
  return landmarks.findLast(({ atNs, kind }) => atNs < ns && (kinds === undefined || kinds.includes(kind))) ?? null
}
