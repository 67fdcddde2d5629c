/**
 * What a lab says to a dashboard that attaches: lines of JSON over a Unix socket. First who it is (`Hello`), then the whole picture (`Snapshot`)
 * twice a second, never differences, so that a reader may miss any of them; `bye` when it ends. It listens to nothing.
 */
import type { HealthState } from '../../modes/mode.ts'
import type { NodeFace } from '../../stream/events.ts'
import type { Mark, Scene, Stretch, TempoPoint } from '../../stream/scene.ts'

/** Another number: another meaning of some field. A field more is none. */
export const PROTOCOL = 1
export const SNAPSHOT_EVERY_MS = 500
/** No snapshot is longer; the oldest of everything gives way. */
export const MOST_SNAPSHOT_BYTES = 64 * 1024
/** A lab line is never longer, whatever lab it is. */
export const MOST_LINE_BYTES = 1024 * 1024

export interface Hello {
  readonly type: 'hello'
  readonly protocol: number
  readonly version: string
  readonly pid: number
  readonly mode: string
  readonly nodes: number
  readonly seed: string
  /** The run folder. */
  readonly folder: string
  /** ISO 8601. */
  readonly startedAt: string
}

/** Of `TempoPoint` what charts are drawn from. */
export type TempoSlice = Omit<TempoPoint, 'sent'>

/** A line of the fault log: what was broken and mended, and what health made of it. */
export interface LogLine {
  readonly atNs: number
  readonly kind: Mark['kind'] | HealthState | 'finding'
  readonly text: string
}

/** The part of a `Scene` that a dashboard shows, cut to what fits. */
export interface Picture
  extends Pick<
    Scene,
    'nowNs' | 'mode' | 'seed' | 'bug' | 'tolerates' | 'leader' | 'term' | 'facts' | 'observed' | 'predicted' | 'faultCount' | 'block'
  > {
  /** Without the log strip. */
  readonly nodes: readonly Omit<NodeFace, 'strip'>[]
  readonly faults: readonly string[]
  /** Beyond those in `faults`. */
  readonly moreFaults: number
  /** Without the start. */
  readonly ribbon: readonly Stretch[]
  readonly marks: readonly Mark[]
  readonly tempo: readonly TempoSlice[]
  /** Messages that nodes sent in a second, by type, over the last seconds; the most frequent first. */
  readonly rates: readonly (readonly [type: string, perSecond: number])[]
  readonly log: readonly LogLine[]
  /** Rules that were broken, with their evidence. */
  readonly broken: readonly { readonly name: string; readonly why: string }[]
  /** How many rules are watched. */
  readonly rules: number
}

export interface Snapshot {
  readonly type: 'snapshot'
  /** Counts up from 1 in a lab; what is left out was skipped. */
  readonly seq: number
  /** Another one after `reset`. */
  readonly folder: string
  readonly picture: Picture
}

export interface Bye {
  readonly type: 'bye'
}

/** Answered instead of `Hello` to one reader too many. */
export interface Busy {
  readonly type: 'busy'
}

export type LabLine = Hello | Snapshot | Bye | Busy

/** Null for a line that no lab of this protocol says. What a lab says is trusted: the folder of its socket is the user's own. */
export function parseLabLine(text: string): LabLine | null {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof line !== 'object' || line === null || !('type' in line)) return null
  const known = line.type === 'hello' || line.type === 'snapshot' || line.type === 'bye' || line.type === 'busy'
  return known ? (line as LabLine) : null
}
