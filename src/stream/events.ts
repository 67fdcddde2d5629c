/**
 * What `events.jsonl` holds beside the lines for people: samples from which screen, replay, dashboard and report draw their picture. One line an
 * event, `time` in nanoseconds since the run began. Whoever draws knows only these, never the cluster, so that a recorded run draws as a live one.
 */
import type { EndpointId } from '../machine/contract.ts'
import type { Face, InvariantRow, RingPicture } from '../modes/face.ts'
import type { Banner, HealthState, StatusFact } from '../modes/mode.ts'

/** A node as it stands in its row. The mode says what it is (`Mode.face`), the lab how its process fares. */
export interface NodeFace extends Face {
  readonly id: EndpointId
  readonly state: 'starting' | 'live' | 'asleep' | 'dead' | 'restarting'
  readonly rssMb: number | null
  /** Of one core, since the sample before. */
  readonly cpuPercent: number | null
  /** `slow 200 ms`, `full`, `fails`, `lost`; null: sound. */
  readonly disk: string | null
  /** `+60 s`, `drift 1 %`; null: steady. */
  readonly clock: string | null
}

/** A key somebody mentioned lately, and who keeps it. */
export interface KeyPicture {
  readonly key: string
  readonly homes: readonly EndpointId[]
  readonly fallbacks: readonly EndpointId[]
}

/** A datagram between two endpoints. Times in microseconds since the run began. */
export type MessageRecord = readonly [
  atUs: number,
  from: EndpointId,
  to: EndpointId,
  /** Of its first message, as the mode names it; `+2` behind it where more share the datagram; `?` where it cannot be read. */
  type: string,
  /** `passed`, or why it was dropped. */
  fate: string,
  /** How long it was under way; 0 for one that was dropped. */
  tookUs: number,
]

/** A link that is not as it was made, in words: `cut`, `held`, `50 ms ± 10, 5 % loss`. Directed. */
export interface BentLink {
  readonly from: EndpointId
  readonly to: EndpointId
  readonly cut: boolean
  readonly words: string
}

/** The samples. Each stands for itself: what it does not name is as it was. */
export type Sample =
  /** `tolerates`: how many nodes may fail (f), null where the mode has no such number. `banner`: shown until the first fault. */
  | {
      readonly type: 'started'
      readonly mode: string
      readonly nodes: number
      readonly seed: number
      readonly bug: string
      readonly tolerates: number | null
      readonly banner?: Banner
      /** What was observed when the watch over health began. */
      readonly observed?: { readonly state: HealthState; readonly why: string; readonly since: number }
    }
  /** All ids in row order, helpers last; and the faces that changed. */
  | { readonly type: 'faces'; readonly ids: readonly EndpointId[]; readonly faces: readonly NodeFace[] }
  | {
      readonly type: 'cluster'
      readonly leader: EndpointId | null
      readonly term: number | null
      readonly facts: readonly StatusFact[] | null
      readonly predicted: { readonly state: HealthState; readonly uncertain: boolean; readonly spare: number; readonly why: string }
      /** Why it is observed as it is, now: the reason may change while the state stays. Left out before anything was observed. */
      readonly why?: string
      /** What is broken now, a line each. */
      readonly faults: readonly string[]
    }
  /** Operations that ended since the last, and datagrams by what became of them. Percentiles in milliseconds, null where nothing was answered. */
  | {
      readonly type: 'tempo'
      readonly ms: number
      readonly ok: number
      readonly fail: number
      readonly info: number
      readonly p50Ms: number | null
      readonly p99Ms: number | null
      readonly passed: number
      readonly dropped: number
      /** Messages that nodes sent, by type. */
      readonly sent: Readonly<Record<string, number>>
    }
  | { readonly type: 'links'; readonly bent: readonly BentLink[] }
  /** Datagrams a directed link passed and dropped since the last; links that were quiet are left out. */
  | {
      readonly type: 'traffic'
      readonly ms: number
      /** How many links more were not quiet, but less busy than these; none if left out. */
      readonly left?: number
      readonly links: readonly (readonly [from: EndpointId, to: EndpointId, passed: number, dropped: number])[]
    }
  /** Oldest first. `left`: how many more there were. */
  | { readonly type: 'messages'; readonly records: readonly MessageRecord[]; readonly left: number }
  | { readonly type: 'invariants'; readonly rows: readonly InvariantRow[] }
  | { readonly type: 'ring'; readonly ring: RingPicture | null; readonly keys: readonly KeyPicture[] }
  /** A lab file: which block runs. */
  | {
      readonly type: 'block'
      readonly file: string
      readonly line: number
      readonly heading: string
      readonly status: 'begun' | 'passed' | 'failed' | 'unknown' | 'skipped'
    }

export type SampleType = Sample['type']

/** Of the lines for people those that say more than their text. */
export type Notice =
  /** `fromNs`: since when it is so, as it turned out; for `observed`. */
  | {
      readonly type: 'health'
      readonly which: 'observed' | 'predicted'
      readonly state: HealthState
      readonly why: string
      readonly fromNs?: number
    }
  /** `command`: with the nodes that it came to: `kill n3`. */
  | { readonly type: 'fault' | 'undone'; readonly command?: string }
  | { readonly type: 'command'; readonly author: string }
  /** `sinceNs`: the `time` of the command that it answers. */
  | { readonly type: 'answer'; readonly command: string; readonly author: string; readonly answer: unknown; readonly sinceNs?: number }

export type NoticeType = Notice['type']

const SAMPLES: Readonly<Record<SampleType, true>> = {
  started: true,
  faces: true,
  cluster: true,
  tempo: true,
  links: true,
  traffic: true,
  messages: true,
  invariants: true,
  ring: true,
  block: true,
}
const NOTICES: Readonly<Record<NoticeType, true>> = { health: true, fault: true, undone: true, command: true, answer: true }

export function isSample(type: string): type is SampleType {
  return Object.hasOwn(SAMPLES, type)
}

export function isNotice(type: string): type is NoticeType {
  return Object.hasOwn(NOTICES, type)
}
