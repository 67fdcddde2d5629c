/**
 * The picture as a function of the event stream: `reduceScene` takes one event after another. Live, replayed, sent to the dashboard or drawn into
 * a report, it is the same scene. Immutable; what an event does not touch keeps its identity, so that a view redraws only what changed.
 */
import type { LabEvent } from '../history/types.ts'
import type { EndpointId } from '../machine/contract.ts'
import type { InvariantRow, RingPicture } from '../modes/face.ts'
import type { Banner, HealthState } from '../modes/mode.ts'
import type { BentLink, KeyPicture, MessageRecord, NodeFace, Sample } from './events.ts'
import type { Stretch } from './ribbon.ts'

export { reduceScene } from './reduce.ts'
export type { Stretch }

export interface Mark {
  readonly atNs: number
  readonly kind: 'fault' | 'undone'
  /** The command: `kill n3`. */
  readonly text: string
}

/** An entry that was there and is not any more, or has another term now: shown for a moment. */
export interface Overwritten {
  readonly atNs: number
  readonly from: number
  readonly to: number
}

export interface NodeScene extends NodeFace {
  readonly overwritten: Overwritten | null
}

export interface TempoPoint extends Omit<Extract<Sample, { type: 'tempo' }>, 'type'> {
  readonly atNs: number
}

/** A command that was given, and its answer once there is one. */
export interface CommandScene {
  readonly atNs: number
  readonly text: string
  readonly author: string
  /** `Answer` of the lab, as it stands in the event. */
  readonly answer: unknown
}

export interface Scene {
  /** Of the newest event. */
  readonly nowNs: number
  readonly mode: string
  readonly seed: number | null
  readonly bug: string
  /** How many nodes may fail (f); null where the mode has no such number. */
  readonly tolerates: number | null
  readonly banner: Banner | null
  /** In row order, helpers last. */
  readonly nodes: readonly NodeScene[]
  readonly leader: EndpointId | null
  readonly term: number | null
  readonly facts: Extract<Sample, { type: 'cluster' }>['facts']
  readonly observed: { readonly state: HealthState; readonly why: string; readonly sinceNs: number } | null
  readonly predicted: Extract<Sample, { type: 'cluster' }>['predicted'] | null
  readonly faults: readonly string[]
  readonly ribbon: readonly Stretch[]
  readonly marks: readonly Mark[]
  readonly tempo: readonly TempoPoint[]
  readonly bent: readonly BentLink[]
  /** The newest `traffic`. */
  readonly traffic: Extract<Sample, { type: 'traffic' }> | null
  /** Batches as they came, oldest first; together the last seconds. */
  readonly messages: readonly (readonly MessageRecord[])[]
  /** Of each batch: how many more there were that it does not name. */
  readonly unseen: readonly number[]
  readonly invariants: readonly InvariantRow[]
  readonly ring: RingPicture | null
  readonly keys: readonly KeyPicture[]
  /** Those with a line for people, newest last. */
  readonly events: readonly LabEvent[]
  readonly commands: readonly CommandScene[]
  /** The block of a lab file that runs. */
  readonly block: { readonly heading: string; readonly line: number; readonly file: string } | null
  /** Since the run began: has anything been broken yet? */
  readonly faultCount: number
}

/** Before the first event: `nodes` that start. */
export function emptyScene(mode: string, ids: readonly EndpointId[], banner: Banner | null = null): Scene {
  return {
    nowNs: 0,
    mode,
    seed: null,
    bug: 'none',
    tolerates: null,
    banner,
    nodes: ids.map(startingNode),
    leader: null,
    term: null,
    facts: null,
    observed: null,
    predicted: null,
    faults: [],
    ribbon: [],
    marks: [],
    tempo: [],
    bent: [],
    traffic: null,
    messages: [],
    unseen: [],
    invariants: [],
    ring: null,
    keys: [],
    events: [],
    commands: [],
    block: null,
    faultCount: 0,
  }
}

export function startingNode(id: EndpointId): NodeScene {
  return {
    id,
    state: 'starting',
    role: null,
    weight: 'none',
    facts: [],
    strip: null,
    rssMb: null,
    cpuPercent: null,
    disk: null,
    clock: null,
    overwritten: null,
  }
}
