/** A run as its folder tells it, read for one page. Times are nanoseconds since the run began. */
import type { HistoryEvent } from '../../history/types.ts'
import type { EndpointId } from '../../machine/contract.ts'
import type { Weight } from '../../modes/face.ts'
import type { HealthState } from '../../modes/mode.ts'
import type { MessageRecord, NodeFace } from '../../stream/events.ts'
import type { CheckResult, SuiteResult } from '../result.ts'

export interface HealthStretch {
  readonly fromNs: number
  readonly state: HealthState
  readonly why: string
}

/** A node from this moment until its next stretch. */
export interface NodeStretch {
  readonly fromNs: number
  readonly state: NodeFace['state']
  readonly weight: Weight
  readonly role: string | null
}

export interface NodeLane {
  readonly id: EndpointId
  readonly stretches: readonly NodeStretch[]
}

/** Who decided from this moment on, as the mode says; null: nobody. */
export interface LeaderStretch {
  readonly fromNs: number
  readonly leader: EndpointId | null
  readonly term: number | null
}

export interface FaultMark {
  readonly atNs: number
  readonly kind: 'fault' | 'undone'
  /** `kill n3`. */
  readonly text: string
}

/** A line for people. */
export interface ToldEvent {
  readonly atNs: number
  readonly type: string
  readonly text: string
  readonly node: EndpointId | null
}

export interface CommandLine {
  readonly atNs: number
  readonly text: string
  readonly author: string
  readonly answer: { readonly atNs: number; readonly status: string; readonly text: string } | null
}

export interface BlockMark {
  readonly atNs: number
  readonly line: number
  readonly heading: string
  readonly status: 'begun' | 'passed' | 'failed' | 'unknown' | 'skipped'
}

export type Outcome = 'ok' | 'fail' | 'info'

/** One operation, from question to answer; `endNs` null: nobody ever answered. */
export interface ShownOperation {
  readonly client: string
  readonly process: number
  readonly beginNs: number
  readonly endNs: number | null
  readonly outcome: Outcome
  /** `put x 1`. */
  readonly asked: string
  /** `ok`, `1`, `none`, `unknown timeout`. */
  readonly answered: string
  readonly key: string | null
  readonly node: string | null
}

/** What a client did, at a resolution that a picture can show. */
export interface ClientTrack {
  readonly client: string
  readonly counts: Readonly<Record<Outcome, number>>
  /** One by one; null where there were too many. */
  readonly single: readonly ShownOperation[] | null
  /** For each slice of the time axis whether an operation of that outcome was under way. */
  readonly covered: Readonly<Record<Outcome, Uint8Array>>
}

/** Operations that ended within one span. Latencies in milliseconds, null where nothing was answered ok. */
export interface Pace {
  readonly fromNs: number
  readonly toNs: number
  readonly ok: number
  readonly fail: number
  readonly info: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

/** A verdict with its witness as operations. */
export interface Judgement extends Omit<CheckResult, 'witness'> {
  /** It decides how the run ended; else it was only asked on the way, and whoever asked may have wanted the violation. */
  readonly final: boolean
  readonly atNs: number | null
  readonly witness: readonly ShownOperation[]
  /** Operations of the witness that are too many to show. */
  readonly witnessLeft: number
}

/** What `result.json` adds to the model: how it ended, and with which program. */
export type KeptResult = SuiteResult & {
  /** Of a session nobody says whether it passed: its checks have their verdicts. */
  readonly kind?: 'lab' | 'session'
  readonly status: string
  readonly version?: string
  readonly node?: string
  readonly platform?: string
}

/** A span that is worth a close look, and why. */
export interface Window {
  readonly fromNs: number
  readonly toNs: number
  readonly reasons: readonly string[]
  /** Shows part of a violation: none of the operations that show it may be thinned away. */
  readonly violation: boolean
}

/** Everything in a window: what was sent, asked and told. */
export interface CloseUp {
  readonly window: Window
  readonly messages: readonly MessageRecord[]
  /** All that were recorded in the window by type, those left out of `messages` too. */
  readonly messageCounts: ReadonlyMap<string, number>
  /** Passed through the network in that time, but not recorded. */
  readonly unrecorded: number
  readonly operations: readonly ShownOperation[]
  readonly operationsLeft: number
  readonly told: readonly ToldEvent[]
  readonly toldLeft: number
}

export interface LabText {
  readonly file: string
  readonly text: string
}

export interface Story {
  readonly started: {
    readonly mode: string
    readonly nodes: number
    readonly seed: number | null
    readonly bug: string
    readonly settings: Readonly<Record<string, string>>
  }
  readonly tolerates: number | null
  readonly lanes: readonly NodeLane[]
  readonly leaders: readonly LeaderStretch[]
  readonly observed: readonly HealthStretch[]
  readonly predicted: readonly HealthStretch[]
  /** Changes of health, of leaders and of nodes that came too thick to keep. */
  readonly changesLeft: number
  readonly marks: readonly FaultMark[]
  /** Faults and what undid them that were too many to keep; those kept are the newest. */
  readonly marksLeft: number
  /** All faults of the run. */
  readonly faults: number
  readonly told: readonly ToldEvent[]
  /** Lines for people that were too many to keep; those kept are the newest. */
  readonly toldLeft: number
  readonly commands: readonly CommandLine[]
  readonly commandsLeft: number
  readonly blocks: readonly BlockMark[]
  readonly blocksLeft: number
  readonly checks: readonly {
    readonly atNs: number
    readonly name: string
    readonly verdict: CheckResult['verdict']
    readonly why: string
    readonly witness: readonly HistoryEvent[]
    readonly operations: number
    readonly open: number
    readonly rows: readonly (readonly string[])[]
  }[]
  readonly checksLeft: number
  /** Are faces in the stream? Without them nobody knows who led. */
  readonly drawn: boolean
  readonly lastNs: number
}

export interface Recording {
  /** The folder's own name. */
  readonly name: string
  readonly endNs: number
  readonly result: KeptResult | null
  readonly lab: LabText | null
  readonly story: Story
  readonly clients: readonly ClientTrack[]
  readonly pace: readonly Pace[]
  readonly judgements: readonly Judgement[]
  readonly closeUps: readonly CloseUp[]
  /** Moments that had to go without a window of their own. */
  readonly windowsLeft: number
  /** Those among them in which a violation shows. */
  readonly violationWindowsLeft: number
  /** Lines of the files that could not be read. */
  readonly unread: number
}
